/** A process that uses workers in the way that its argument says, and closes nothing at its end. */
import { emptyIndex, rows } from './data.js';

const index = emptyIndex();
const matrix = rows(3_000, 1);
const inserted = await index.insertMany(undefined, matrix, { threads: 2 });
const said = [`inserted ${inserted}`];
if (process.argv[2] === 'insert') index.close();
if (process.argv[2] === 'search') {
  const answers = await index.searchMany(matrix, 3, { threads: 2 });
  said.push(`answered ${answers.length}`);
}
console.log(said.join(', '));
