import { concatBytes, fromHex, toHex } from '@ruvector/core';
import { sha256, signBatch, verifyBatchProof } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';

const KEY = new Uint8Array(32).fill(1);

/** RFC 9162 §2.1.1, as it is written there. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return sha256(concatBytes(Uint8Array.of(0), leaves[0]!));
  const k = splitOf(leaves.length);
  const [left, right] = [treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k))];
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/** RFC 9162 §2.1.3.1, as it is written there. */
function path(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...path(m, left), treeHash(right)] : [...path(m - k, right), treeHash(left)];
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => Uint8Array.of(i, i >> 8, 7));
const hexes = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 100, 255, 256];

describe('the tree of signBatch', () => {
  // the leaves that Certificate Transparency implementations share as test data
  const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'];
  it.each([
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ])('has over the first %i known leaves the known root', (count, root) => {
    expect(toHex(signBatch(LEAVES.slice(0, count).map(fromHex), KEY).root)).toBe(root);
  });

  it.each(SIZES)('of %i leaves has the root of §2.1.1', (count) => {
    expect(toHex(signBatch(leavesOf(count), KEY).root)).toBe(toHex(treeHash(leavesOf(count))));
  });

  it.each(SIZES)('of %i leaves has the paths of §2.1.3.1', (count) => {
    const leaves = leavesOf(count);
    const { proofs } = signBatch(leaves, KEY);
    const places = [0, 1, count >> 1, count - 2, count - 1].filter((at) => at >= 0 && at < count);
    for (const at of places) expect(hexes(proofs[at]!)).toEqual(hexes(path(at, leaves)));
  });
});

describe('verifyBatchProof', () => {
  it('takes every leaf at its own place, and at no other, in trees of 1 to 20 (§2.1.3.2)', () => {
    for (let count = 1; count <= 20; count++) {
      const leaves = leavesOf(count);
      const { root, proofs } = signBatch(leaves, KEY);
      for (let leaf = 0; leaf < count; leaf++)
        for (let index = 0; index < count + 2; index++)
          expect(verifyBatchProof(leaves[leaf]!, index, count, proofs[leaf]!, root)).toBe(
            index === leaf,
          );
    }
  });

  it('takes all 256 of a full batch', () => {
    const leaves = leavesOf(256);
    const { root, proofs } = signBatch(leaves, KEY);
    expect(leaves.every((leaf, i) => verifyBatchProof(leaf, i, 256, proofs[i]!, root))).toBe(true);
  });
});
