import type { Goal } from '../../../tools/bench/bench.js';
import type { Bound } from '../../../tools/bench/goal.js';
import { gaussianMixture, textLike, type Amount, type DataSet } from './data-sets.js';
import type { NativeName } from './filled.js';
import { clothes, wordVectors } from './real-data.js';

/** How many rows each data set has; `--set words=0` leaves one out. */
export const COUNTS = {
  mixture: 100_000,
  words: 100_000,
  text384: 50_000,
  text768: 25_000,
  clothes: 30_000,
};

/** Just more than an index compares with one by one. */
const QUICK = { count: 2_500, queryCount: 50 };
const QUICK_NAMES: readonly Name[] = ['mixture', 'text384'];

type Name = keyof typeof COUNTS;

const MAKERS: Readonly<Record<Name, (amount: Amount) => DataSet | undefined>> = {
  mixture: gaussianMixture,
  words: wordVectors,
  text384: (amount) => textLike(384, amount),
  text768: (amount) => textLike(768, amount),
  clothes,
};

/** How many times as fast this package should be. */
interface Ratios {
  readonly at95: Bound;
  readonly at99: Bound;
  readonly build: Bound;
}

const RATIOS: Readonly<Partial<Record<Name, Partial<Record<NativeName, Ratios>>>>> = {
  mixture: {
    'hnswlib-node': { at95: '>= 3', at99: '>= 3.2', build: '>= 3.7' },
    usearch: { at95: '>= 2.7', at99: '>= 2.8', build: '>= 2.7' },
  },
  words: { 'hnswlib-node': { at95: '>= 2', at99: '>= 2.2', build: '>= 2.3' } },
  text384: { 'hnswlib-node': { at95: '>= 3', at99: '>= 3.3', build: '>= 5' } },
  text768: { 'hnswlib-node': { at95: '>= 4.5', at99: '>= 5', build: '>= 5' } },
};

/** A data set that was asked for. */
export interface Chosen extends DataSet {
  /** The goal against a contender, which a table may call `label`. */
  goals(kind: keyof Ratios, name: NativeName, label?: string): Goal[];
}

/**
 * The data sets that the parameters of a bench ask for, one after the other, so that only one is in
 * memory. A quick run has little of those that are made here, and nothing that has to be installed.
 */
export function* chosenData(
  counts: Readonly<Record<Name, number>> & { readonly queries: number },
  quick: boolean,
): Generator<Chosen> {
  for (const [name, make] of Object.entries(MAKERS) as [Name, (typeof MAKERS)[Name]][]) {
    if (counts[name] === 0 || (quick && !QUICK_NAMES.includes(name))) continue;
    const data = make(quick ? QUICK : { count: counts[name], queryCount: counts.queries });
    if (data === undefined) continue;
    const goals: Chosen['goals'] = (kind, against, label = against) => {
      const ratio = RATIOS[name]?.[against]?.[kind];
      return ratio === undefined ? [] : [{ ratio, against: label }];
    };
    yield { ...data, goals };
  }
}
