import { describe, expect, it } from 'vitest';
import { run, snippetsOf, withAssertions } from './snippet.js';
import { documents, libraries, readText } from './workspace.js';

const snippets = documents().flatMap((path) => snippetsOf(path, readText(path)));

it.each(snippets)('what $place shows is true', async (snippet) => {
  const { code, output } = await run(withAssertions(snippet));
  expect(code, output.slice(-4_000)).toBe(0);
});

it.each(['README.md', ...libraries().map(({ folder }) => `${folder}/README.md`)])(
  '%s shows an example',
  (path) => expect(snippetsOf(path, readText(path)).length).toBeGreaterThan(0),
);

describe('a snippet', () => {
  const outcome = (code: string) => run(withAssertions({ place: 'here:1', code }));

  it('passes if each value is what its comment says', async () => {
    const code = `const two: number = 1 + 1; // => 2
      [two, { a: 'b' }]; // => [2, { a: 'b' }]
      console.log(two * 2); // => 4
      await Promise.resolve(
        3,
      ); // => 3
      for (const x of [1]) {
        x; // => 1
      }`;
    expect(withAssertions({ place: 'here:1', code }).match(/assertSame/g)).toHaveLength(5);
    expect(await outcome(code)).toEqual({ code: 0, output: '' });
  });

  it.each(['1 + 1; // => 3', 'const x = [1]; // => [1, 2]', 'console.log(1); // => 2'])(
    'fails if a value is another (%s)',
    async (code) => {
      const result = await outcome(code);
      expect(result.code).toBe(1);
      expect(result.output).toContain('here:1');
    },
  );

  it('with a value that no statement has is refused', () => {
    expect(() => withAssertions({ place: 'here:1', code: 'f(1);\n// => 1' })).toThrow(/here:1/);
  });

  it('that throws fails', async () => {
    expect((await outcome(`throw new Error('no');`)).code).toBe(1);
  });

  it('imports the built packages', async () => {
    const code = `import { toHex } from '@ruvector/core';\ntoHex(Uint8Array.of(255)); // => 'ff'`;
    expect(await outcome(code)).toEqual({ code: 0, output: '' });
  });

  it('may not be marked as one that does not run', () => {
    const fence = (mark: string) => '```' + mark + '\nx\n```\n';
    for (const mark of ['ts no-run', 'typescript'])
      expect(() => snippetsOf('a.md', fence(mark))).toThrow(/a\.md:1/);
    expect(() => snippetsOf('a.md', '~~~ts\nx\n~~~\n')).toThrow(/a\.md:1/);
    expect(() => snippetsOf('a.md', '```js\n1; // => 1\n```\n')).toThrow(/a\.md:1/);
    expect(snippetsOf('a.md', fence('sh') + fence('ts'))).toEqual([{ place: 'a.md:4', code: 'x' }]);
  });
});
