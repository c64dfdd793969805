import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlatIndex, HnswIndex } from '@ruvector/hnsw';
import { FileStorage } from '@ruvector/hnsw/storage-fs';

const [count, dimensions] = [4_000, 16];
const matrix = Float32Array.from({ length: count * dimensions }, (_, i) => Math.sin(i * i));
const row = (i) => matrix.subarray(i * dimensions, (i + 1) * dimensions);

const exact = new FlatIndex();
for (let id = 0; id < count; id++) exact.insert(id, row(id));

// two workers, whose program came along in the package
const index = new HnswIndex({ dimensions });
assert.equal(await index.insertMany(undefined, matrix, { threads: 2 }), count);
const options = { threads: 2, efSearch: 200 };
const answers = await index.searchMany(matrix.subarray(0, 100 * dimensions), 10, options);
assert.equal(index.stats().singleThreaded, undefined);
let found = 0;
answers.forEach((hits, i) => {
  const nearest = new Set(exact.search(row(i), 10).map(({ id }) => id));
  found += hits.filter(({ id }) => nearest.has(id)).length;
});
assert.ok(found > 950, `found ${found} of 1,000`);

index.delete(7);
index.upsert('seven', row(7));
const folder = await mkdtemp(join(tmpdir(), 'ruvector-packed-'));
try {
  const storage = await FileStorage.open(folder);
  await index.saveTo(storage, 'index');
  const loaded = await HnswIndex.loadFrom(storage, 'index');
  await storage.close();
  assert.deepEqual(loaded.search(row(7), 1), [{ id: 'seven', distance: 0 }]);
  assert.equal(loaded.size, count);
} finally {
  await rm(folder, { recursive: true });
}
// nobody closes the index: its workers keep no process alive
