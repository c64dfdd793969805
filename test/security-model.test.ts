import { describe, expect, it } from 'vitest';
import { hasTitles, isThere, namedTests } from './test-titles.js';
import { readText } from './workspace.js';

const PATH = 'docs/security-model.md';
const model = readText(PATH);
const named = namedTests(PATH, model);

/** Rows of the tables below a heading, without their heads. */
const rowsBelow = (heading: string) => {
  const [, section = ''] = model.split(`\n## ${heading}\n`);
  const rows = section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return rows.slice(1);
};

describe('docs/security-model.md', () => {
  it(`names ${named.length} tests, and each is there under its title`, () => {
    expect(named.length).toBeGreaterThan(90);
    expect(named.filter((test) => !isThere(test))).toEqual([]);
  });

  it.each(['The chain, step by step', 'Attacks and their tests'])(
    'has a test for every row of “%s”',
    (heading) => {
      const rows = rowsBelow(heading);
      expect(rows.length).toBeGreaterThan(10);
      expect(rows.filter((row) => namedTests(PATH, row).length === 0)).toEqual([]);
    },
  );

  it('quotes nothing beside a test file that is not read as a title', () => {
    const links = model.match(/\]\([^)]+\.test\.ts\)/g) ?? [];
    const withTitles = [...model.matchAll(/\]\([^)]+\.test\.ts\)\s*“/g)];
    expect(withTitles).toHaveLength(links.length);
    const quotes = (model.match(/“/g) ?? []).length;
    expect(quotes - named.length).toBe(QUOTES_IN_PROSE);
  });
});

/** Of headings of the document itself. */
const QUOTES_IN_PROSE = 1;

describe('a named test', () => {
  const source = `describe('outer', () => {
    it('inner', f); it.each([1])('of %s', f);
    it.each([
      'listed',
    ])("below", f);
  });
  it('later', f); f('called');`;

  it.each([[['inner']], [['outer', 'inner']], [['outer', 'of %s']], [['below']], [['later']]])(
    'is found: %j',
    (titles) => expect(hasTitles(source, titles)).toBe(true),
  );

  it.each([[['inn']], [['inner', 'outer']], [['outer', 'gone']], [['listed']], [['called']]])(
    'is missed: %j',
    (titles) => expect(hasTitles(source, titles)).toBe(false),
  );

  it('is read from a link and the quotes after it', () => {
    const text = 'see [a](../test/links.test.ts) “one › two” “three”, and [b](links.md) “four”';
    expect(namedTests('docs/here.md', text)).toEqual([
      { file: 'test/links.test.ts', titles: ['one', 'two'] },
      { file: 'test/links.test.ts', titles: ['three'] },
    ]);
    expect(isThere({ file: 'test/gone.test.ts', titles: ['one'] })).toBe(false);
  });
});
