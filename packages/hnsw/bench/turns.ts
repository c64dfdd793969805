import type { Contender as Call, StagedContender } from '../../../tools/bench/rounds.js';
import type { Contender, Searcher } from './contenders/contender.js';
import type { DataSet } from './data-sets.js';

/** So many that a turn is much longer than the way in and out of it. */
export const QUERIES_A_CALL = 100;

/** Some queries in one call, and the next ones in the next. */
export function roundOf(searcher: Searcher): Call {
  const calls = Math.min(QUERIES_A_CALL, searcher.count);
  let next = 0;
  const ask = () => searcher.ask(next++ % searcher.count);
  return () => {
    const first = ask();
    if (first instanceof Promise) return awaitAll(first, ask, calls);
    let answer = first;
    for (let i = 1; i < calls; i++) answer = ask();
    return answer;
  };
}

async function awaitAll(first: Promise<unknown>, ask: Call, calls: number): Promise<unknown> {
  let answer = await first;
  for (let i = 1; i < calls; i++) answer = await ask();
  return answer;
}

/** Fills an index slice by slice. */
export function stagesOf(
  contender: Contender,
  { rows, dimensions }: DataSet,
  slice: number,
): StagedContender {
  return (stage) => {
    const from = stage * slice;
    return contender.insertion(from, rows.subarray(from * dimensions, (from + slice) * dimensions));
  };
}
