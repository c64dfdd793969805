import assert from 'node:assert/strict';
import { compensatedSum } from '@ruvector/raft';
assert.equal(compensatedSum([1, 1e100, 1, -1e100]), 2);
