import assert from 'node:assert/strict';
import { HnswIndex } from '@ruvector/hnsw';
const index = new HnswIndex({ metric: 'l2' });
index.insert('near', [0, 1]);
assert.deepEqual(index.search([0, 0], 1), [{ id: 'near', distance: 1 }]);
