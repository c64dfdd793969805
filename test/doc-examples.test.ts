import { describe, expect, it } from 'vitest';
import { docExamplesOf, run, withAssertions, type Snippet } from './snippet.js';
import { doorsOf, filesBelow, libraries, readText } from './workspace.js';

const core = libraries().find(({ manifest }) => manifest.name === '@ruvector/core')!;

/** The snippet's code without its imports, since all names are in scope. */
const bodyOf = (snippet: Snippet) => withAssertions(snippet).replace(/^import [^;]*;$/gm, '');

/** Runs each snippet with all names of these doors in scope; says which failed. */
const program = (doors: readonly string[], snippets: readonly Snippet[]) => `
${doors.map((door, n) => `import * as door${n} from '${door}';`).join('\n')}
const names = { assertSame, ${doors.map((_, n) => `...door${n}`).join(', ')} };
const AsyncFunction = (async () => {}).constructor;
for (const [place, code] of ${JSON.stringify(snippets.map((s) => [s.place, bodyOf(s)]))}) {
  try {
    // in a block of its own, so that an example may call a variable like an export
    await new AsyncFunction(...Object.keys(names), '{' + code + '}')(...Object.values(names));
  } catch (error) {
    console.error(place + '\\n' + error.stack);
    process.exitCode = 1;
  }
}
`;

describe('doc comments', () => {
  it.each(libraries())('of $folder have examples that run and are true', async (library) => {
    const snippets = filesBelow(`${library.folder}/src`, '.ts').flatMap((path) =>
      docExamplesOf(path, readText(path)),
    );
    const doors = new Set([...doorsOf(core.manifest), ...doorsOf(library.manifest)]);
    const { code, output } = await run(program([...doors], snippets), 60_000);
    expect(code, output.slice(-8_000)).toBe(0);
    expect(snippets.length).toBeGreaterThan(0);
  });

  it('are read up to the next tag, and a wrong value in them is found', async () => {
    const source = '/**\n * Text.\n * @example\n * 1 + 1; // => 3\n * @see x\n */\n';
    const snippets = docExamplesOf('a.ts', source);
    expect(snippets.map(({ place, code }) => [place, code])).toEqual([
      ['a.ts:3', '1 + 1; // => 3'],
    ]);
    const { code, output } = await run(program([], snippets));
    expect(code).toBe(1);
    expect(output).toContain('a.ts:3');
  });
});
