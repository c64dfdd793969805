import { describe, expect, it } from 'vitest';
import { LINES_MAX, linesOf, overLimits } from './house-limits.js';
import { filesBelow, readText } from './workspace.js';

const MEDIAN_MAX = 150;
const P90_MAX = 350;

const files = ['.ts', '.mts', '.mjs'].flatMap((ending) => filesBelow('.', ending));
const lengths = files.map((path) => linesOf(readText(path)).length).sort((a, b) => a - b);
const quantile = (share: number) => lengths[Math.floor(share * (lengths.length - 1))]!;
const [median, p90] = [quantile(0.5), quantile(0.9)];

describe('sources, tests and scripts', () => {
  it('keep within 100 columns, and 400 lines a file or say why not', () => {
    expect(files.flatMap((path) => overLimits(path, readText(path)))).toEqual([]);
  });

  it(`of which there are ${files.length} are short: half have at most ${median} lines, nine of ten ${p90}`, () => {
    expect(files.length).toBeGreaterThan(100);
    expect(median).toBeLessThanOrEqual(MEDIAN_MAX);
    expect(p90).toBeLessThanOrEqual(P90_MAX);
  });
});

describe('a file', () => {
  const long = 'x;\n'.repeat(LINES_MAX + 1);
  const found = (text: string) => overLimits('src/a.ts', text).length;

  it('of one line too many is found, unless its first comment says why', () => {
    expect(found(long)).toBe(1);
    expect(found(`// Longer than 400 lines: one table.\n${long}`)).toBe(0);
    expect(found(`/**\n * A table. Longer than 400 lines: one table.\n */\n${long}`)).toBe(0);
    expect(found(`${long}// Longer than 400 lines: said too late.\n`)).toBe(1);
  });

  it('with a comment beyond column 100 is found; a string the formatter cannot break is not', () => {
    const wide = 'word '.repeat(21);
    expect(found(`// ${wide}\n`)).toBe(1);
    expect(found(`  /** ${wide} */\n`)).toBe(1);
    expect(found(`f(); // ${wide}\n`)).toBe(1);
    expect(found(`f('x'); // it's ${wide}\n`)).toBe(1);
    expect(found(`f(); /* ${wide} */\n`)).toBe(1);
    expect(found(`f('${wide}');\n`)).toBe(0);
    expect(found(`it('opens https://a // ${wide}', f);\n`)).toBe(0);
  });
});
