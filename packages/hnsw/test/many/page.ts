/** What a page does in a test: a script of its own, as a bundler leaves it. */
import { emptyIndex, lost, MATRIX, COUNT, QUERIES } from './data.js';

/** Inserts and searches with two threads. */
async function run(): Promise<object> {
  const index = emptyIndex();
  await index.insertMany(undefined, MATRIX, { threads: 2 });
  const answers = await index.searchMany(QUERIES, 5, { threads: 2 });
  const { singleThreaded, sharedMemory } = index.stats();
  index.close();
  const { size } = index;
  return {
    size,
    lost: lost(index, MATRIX, COUNT),
    answers: answers.length,
    sharedMemory,
    singleThreaded,
  };
}

Object.assign(globalThis, { result: run() });
