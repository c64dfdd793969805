import type { Contender, Searcher } from './contenders/contender.js';
import type { Truth } from './exact-neighbours.js';

const EF_MAX = 4096;
const TOLERANCE = 0.02;

/** A breadth of search and what it finds. */
export interface AtEf {
  readonly ef: number;
  readonly recall: number;
}

/**
 * The share of the true neighbours that are found; an answer of fewer than `k` misses some.
 *
 * @throws Error for an answer that names an id twice, or more than `k` of them.
 */
export async function recallOf(searcher: Searcher, truth: Truth, k: number): Promise<number> {
  let found = 0;
  for (let i = 0; i < searcher.count; i++) {
    const answer = await searcher.ids(i);
    const ids = new Set(answer);
    if (ids.size !== answer.length || ids.size > k)
      throw new Error(`query ${i}: ${answer.length} ids, ${ids.size} different, of ${k}`);
    for (const id of truth.of(i, k)) if (ids.has(id)) found++;
  }
  return found / (searcher.count * k);
}

/**
 * The smallest breadth of search that reaches a recall, to 2 %, which is then set; by bisection, as
 * recall grows with the breadth.
 *
 * @returns the greatest breadth, with the recall that it has, if none does.
 */
export async function smallestEf(
  contender: Contender,
  searcher: Searcher,
  truth: Truth,
  { k, recall: wanted }: { k: number; recall: number },
): Promise<AtEf> {
  const at = async (ef: number): Promise<AtEf> => {
    contender.setEf(ef);
    return { ef, recall: await recallOf(searcher, truth, k) };
  };
  let below = k - 1;
  let best = await at(k);
  while (best.recall < wanted) {
    if (best.ef >= EF_MAX) return best;
    below = best.ef;
    best = await at(Math.min(EF_MAX, 2 * best.ef));
  }
  while (best.ef - below > Math.max(1, TOLERANCE * best.ef)) {
    const middle = await at((best.ef + below) >> 1);
    if (middle.recall >= wanted) best = middle;
    else below = middle.ef;
  }
  contender.setEf(best.ef);
  return best;
}

/** For a table. */
export const describe = ({ ef, recall }: AtEf): string => `ef ${ef}, recall ${recall.toFixed(3)}`;
