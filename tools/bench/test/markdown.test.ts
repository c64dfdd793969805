import { describe, expect, it } from 'vitest';
import { provenance, toMarkdown } from '../markdown.js';
import type { BenchResult } from '../result.js';

const empty: BenchResult = {
  name: 'core/x',
  parameters: { n: 3 },
  comparisons: [],
  figures: [],
  leftOut: [],
};

describe('tables', () => {
  it('have a row for each contender, with the case beside the first', () => {
    const timing = { rounds: 5, callsPerRound: 1, verdicts: [] };
    const contenders = [
      { ...timing, contender: 'ours', median: 0.12345, p95: 1234.5 },
      { ...timing, contender: 'theirs', median: 99, p95: 100, ratio: 801.94 },
    ];
    const text = toMarkdown({ ...empty, comparisons: [{ title: 'add', contenders }] });
    expect(text.split('\n').slice(2)).toEqual([
      '| add | ours | 0.123 | 1235 |  |  |',
      '|  | theirs | 99.0 | 100 | 801.94 |  |',
    ]);
  });

  it('have figures that are not times, with what else there is to say and their goal', () => {
    const verdicts = [{ bound: '>= 0.8', unit: '', met: true } as const];
    const figure = { title: 'success', value: 0.8555, digits: 2, detail: '(0.8 … 0.9)', verdicts };
    expect(toMarkdown({ ...empty, figures: [figure] })).toMatch(
      /^\| success \| 0\.86 \(0\.8 … 0\.9\) \| ≥ 0\.8: met \|$/m,
    );
  });

  it('name the peers that were left out', () => {
    expect(toMarkdown({ ...empty, leftOut: ['a (no such thing)'] })).toBe(
      'Left out: a (no such thing).',
    );
  });

  it('say where they come from: parameters, machine and command', () => {
    expect(provenance(empty, 'pnpm bench core/x')).toMatch(
      /^n 3; Node [\d.]+, .+, \d+ cores; `pnpm bench core\/x`$/,
    );
  });
});
