import { concatBytes, equalBytes } from '@ruvector/core';
import { sha256 } from './primitives.js';

/** Length of a hash in the tree. */
export const HASH_BYTES = 32;

const LEAF = 0;
const NODE = 1;

/** A tree over some leaves: its root, and for each leaf the hashes beside its way up. */
export interface MerkleTree {
  readonly root: Uint8Array;
  /** Lowest first. Paths of neighbours share arrays. */
  readonly paths: Uint8Array[][];
}

/**
 * The tree of RFC 9162 §2.1.1, built level by level: pairs are hashed, and a hash without a
 * neighbour moves up as it is, which cuts where the RFC cuts: at the largest power of two.
 */
export function merkleTree(leaves: readonly Uint8Array[]): MerkleTree {
  const paths: Uint8Array[][] = leaves.map(() => []);
  const hashNodes = nodeHasher();
  let level = leaves.map(leafHash);
  for (let height = 0; level.length > 1; height++) {
    for (let i = 0; i < leaves.length; i++) {
      const beside = level[(i >> height) ^ 1];
      if (beside !== undefined) paths[i]!.push(beside);
    }
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      next.push(right === undefined ? level[i]! : hashNodes(level[i]!, right));
    }
    level = next;
  }
  return { root: level[0]!, paths };
}

/** A leaf's hash, behind a prefix that no node has: a node cannot pass for a leaf. */
function leafHash(leaf: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + leaf.length);
  bytes[0] = LEAF;
  bytes.set(leaf, 1);
  return sha256(bytes);
}

/** How many hashes the path of one leaf has: see `rootFromPath`. */
export function pathLength(index: number, count: number): number {
  let length = 0;
  let [at, last] = [index, count - 1];
  for (; last > 0; at >>= 1, last >>= 1) if ((at & 1) === 1 || at < last) length += 1;
  return length;
}

/**
 * The root that a leaf and its path lead to (RFC 9162 §2.1.3.2).
 *
 * @param index - below `count`.
 * @returns `undefined` if the path has another length than that place needs.
 */
export function rootFromPath(
  leaf: Uint8Array,
  index: number,
  count: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (path.length !== pathLength(index, count)) return undefined;
  const hashNodes = nodeHasher();
  let root = leafHash(leaf);
  let taken = 0;
  let [at, last] = [index, count - 1];
  for (; last > 0; at >>= 1, last >>= 1) {
    if ((at & 1) === 1) root = hashNodes(path[taken++]!, root);
    else if (at < last) root = hashNodes(root, path[taken++]!);
  }
  return root;
}

/** Whether a leaf is in the tree of that root, at that place and in a tree of that size. */
export function isInTree(
  leaf: Uint8Array,
  index: number,
  count: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const reached = rootFromPath(leaf, index, count, path);
  return reached !== undefined && equalBytes(reached, root);
}

/** Hashes two hashes to the one above them; all calls share one buffer. */
function nodeHasher(): (left: Uint8Array, right: Uint8Array) => Uint8Array {
  const bytes = concatBytes(Uint8Array.of(NODE), new Uint8Array(2 * HASH_BYTES));
  return (left, right) => {
    bytes.set(left, 1);
    bytes.set(right, 1 + HASH_BYTES);
    return sha256(bytes);
  };
}
