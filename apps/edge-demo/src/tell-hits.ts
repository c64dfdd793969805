import type { Narrator } from './narrator.js';
import type { QueryReport } from './report.js';

/** The answers to the questions, for people. */
export function tellHits(narrator: Narrator, queries: readonly QueryReport[]): void {
  for (const { query, ms, hits } of queries) {
    narrator.say(`🔎 ${query} (${ms.toFixed(1)} ms)`);
    if (hits.length === 0) narrator.say('   no document has words of this question');
    for (const { id, score } of hits) narrator.say(`   ${score.toFixed(3)}  ${id}`);
  }
}
