/**
 * Speed of embedding and matching on seeded words; needs the built package.
 *
 * `node packages/semantic/bench/match.mjs`
 */
import { cpus } from 'node:os';
import { seededRandom } from '@ruvector/core';
import { SemanticEmbedder, SemanticTaskMatcher } from '@ruvector/semantic';

const random = seededRandom(1);
const word = () =>
  Array.from({ length: 3 + (random.uint32() % 8) }, () =>
    String.fromCharCode(97 + (random.uint32() % 26)),
  ).join('');
const vocabulary = Array.from({ length: 5000 }, word);
// squared, so that some words are common
const text = (words) =>
  Array.from({ length: words }, () => vocabulary[Math.floor(random.next() ** 2 * 5000)]).join(' ');

/** Median and 95th percentile of `rounds` timings, after as many to warm up. */
function timings(rounds, run) {
  const times = [];
  for (let i = 0; i < 2 * rounds; i++) {
    const start = performance.now();
    run(i);
    if (i >= rounds) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[rounds >> 1], p95: times[Math.floor(0.95 * rounds)] };
}

console.log(`Node ${process.versions.node}, ${cpus()[0]?.model}`);

const embedder = new SemanticEmbedder();
const document = text(150_000).slice(0, 1 << 20);
let sum = 0;
const embed = timings(9, () => (sum += embedder.embed(document)[0]));
console.log(`embed 1 MiB of ASCII: ${(1048.576 / embed.median).toFixed(1)} MB/s median`);

for (const agents of [10, 100, 1000]) {
  const matcher = new SemanticTaskMatcher();
  for (let i = 0; i < agents; i++) matcher.registerAgent(`agent-${i}`, text(18));
  const tasks = Array.from({ length: 500 }, () => text(6));
  const { median, p95 } = timings(
    2000,
    (i) => (sum += matcher.matchAgent(tasks[i % 500])?.score ?? 0),
  );
  const µs = (ms) => (1000 * ms).toFixed(0);
  console.log(`match 6 words, ${agents} agents of 18: ${µs(median)} µs median, ${µs(p95)} µs p95`);
}
if (!Number.isFinite(sum)) throw new Error('results must be finite');
