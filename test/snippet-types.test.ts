import { describe, expect, it } from 'vitest';
import { docExamplesOf, snippetsOf, type Snippet } from './snippet.js';
import { typeErrors } from './snippet-types.js';
import { documents, doorsOf, filesBelow, libraries, readText } from './workspace.js';

const core = libraries().find(({ manifest }) => manifest.name === '@ruvector/core')!;

const fences = documents()
  .flatMap((path) => snippetsOf(path, readText(path)))
  .map((snippet) => ({ place: snippet.place, code: snippet.code, doors: [] }));

const examples = libraries().flatMap(({ folder, manifest }) => {
  const doors = [...new Set([...doorsOf(core.manifest), ...doorsOf(manifest)])];
  return filesBelow(`${folder}/src`, '.ts')
    .flatMap((path) => docExamplesOf(path, readText(path)))
    .map((snippet: Snippet) => ({ place: snippet.place, code: snippet.code, doors }));
});

describe('to the compiler, strict,', () => {
  it('the examples of all documents and all doc comments are in order', () => {
    expect(typeErrors([...fences, ...examples])).toEqual([]);
    expect(fences.length).toBeGreaterThan(5);
    expect(examples.length).toBeGreaterThan(50);
  }, 120_000);

  it('a wrong type in an example is one at its line, and all names of its doors are known', () => {
    const doors = ['@ruvector/core', '@ruvector/core/memory'];
    const wrong = [
      {
        place: 'a.md:10',
        code: `import { toHex } from '@ruvector/core';\ntoHex('ff');`,
        doors: [],
      },
      { place: 'a.ts:3', code: 'const metric: Metric = new FlatIndex().metric;', doors },
      { place: 'b.ts:7', code: '\nconst FlatIndex: Metric = 1;', doors },
      { place: 'c.ts:1', code: `import { LimitError } from '@ruvector/core';\ntoHeks;`, doors },
      { place: 'd.ts:1', code: 'const f = (x) => x;', doors },
    ];
    expect(typeErrors(wrong)).toEqual([
      expect.stringMatching(/^a\.md:12: Argument of type 'string' is not assignable/),
      expect.stringMatching(/^b\.ts:9: Type '1' is not assignable to type 'Metric'/),
      expect.stringMatching(/^c\.ts:3: Cannot find name 'toHeks'/),
      expect.stringMatching(/^d\.ts:2: Parameter 'x' implicitly has an 'any' type/),
    ]);
  }, 60_000);
});
