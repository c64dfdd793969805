import { checkBytes, checkObject, concatBytes, equalBytes } from '@ruvector/core';
import { DST } from './domain.js';
import { HASH_BYTES, isInTree, merkleTree } from './merkle-tree.js';
import { ed25519 } from './primitives.js';

/** Messages that one signature may cover. */
export const BATCH_LEAVES_MAX = 256;

/** One signature over many messages; the arrays of the proofs are shared, so read them only. */
export interface SignedBatch {
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Over label, scope, number of leaves and root: 64 bytes by Ed25519. */
  readonly signature: Uint8Array;
  /** For each leaf the hashes beside its way up, lowest first: at most 8 of 32 bytes. */
  readonly proofs: readonly (readonly Uint8Array[])[];
}

/** Swarm tag, sender and epoch, as they stand in a header. */
const SCOPE_BYTES = 32 + 32 + 8;

const BATCH = /* @__PURE__ */ DST('batch');
// What the signature of an envelope covers begins with its label and the magic of its header.
const ENVELOPE_LEAF = /* @__PURE__ */ concatBytes(
  /* @__PURE__ */ DST('envelope'),
  /* @__PURE__ */ Uint8Array.of(0x52, 0x56, 0x45, 0x32),
);
const HEADER_AT = 'ruvector-edge/2/envelope'.length + 1;
const ENVELOPE_LEAF_BYTES = HEADER_AT + 132 + 32 + 32;
const NO_SCOPE = /* @__PURE__ */ new Uint8Array(SCOPE_BYTES);

/**
 * Signs many messages at once: a Merkle tree over them (RFC 9162 §2.1) and one signature over its
 * root. Each message is proven by itself, with its proof and the signature, and none of the others.
 *
 * The leaf of an envelope is what its own signature would cover. The signature then also says which
 * swarm, sender and epoch the leaves speak of; leaves that are no envelopes are signed for a scope
 * of zeros, which no envelope has.
 *
 * @param leaves - 1 to 256, of any length, only read.
 * @param signer - an Ed25519 secret key of 32 bytes, or who signs: `identity`.
 * @throws RangeError for another number of leaves, or envelopes of two swarms, senders or epochs.
 * @example
 * const { secretKey } = ed25519.keygen();
 * const leaves = ['one', 'two', 'three'].map(utf8);
 * const { root, proofs } = signBatch(leaves, secretKey);
 * verifyBatchProof(leaves[2]!, 2, 3, proofs[2]!, root); // => true
 * verifyBatchProof(leaves[2]!, 1, 3, proofs[2]!, root); // => false
 */
export function signBatch(
  leaves: readonly Uint8Array[],
  signer: Uint8Array | { sign(message: Uint8Array): Uint8Array },
): SignedBatch {
  const sign = signWith(signer);
  const scope = scopeOf(checkLeaves(leaves));
  const { root, paths } = merkleTree(leaves);
  return { root, signature: sign(batchBytes(scope, leaves.length, root)), proofs: paths };
}

/**
 * Whether a message is in the tree of that root, as leaf `index` of `count`. That is all: whoever
 * takes the message must also know that the sender signed this root and this count.
 *
 * @param leaf - the message that the proof is for.
 * @param index - 0 to `count` − 1; anything else is `false`.
 * @param count - leaves of the batch, 1 to 256; anything else is `false`.
 * @param proof - exactly the hashes that this place in such a tree needs; else `false`.
 * @param root - 32 bytes.
 * @example
 * const { root, proofs } = signBatch([utf8('alone')], ed25519.keygen().secretKey);
 * verifyBatchProof(utf8('alone'), 0, 1, proofs[0]!, root); // => true
 */
export function verifyBatchProof(
  leaf: Uint8Array,
  index: number,
  count: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  checkBytes('leaf', leaf);
  checkBytes('root', root);
  return (
    isBatchPlace(index, count) &&
    Array.isArray(proof) &&
    proof.every((hash) => hash instanceof Uint8Array && hash.length === HASH_BYTES) &&
    isInTree(leaf, index, count, proof, root)
  );
}

/** Whether there is a leaf of that index in a batch of that size. */
export function isBatchPlace(index: number, count: number): boolean {
  return (
    Number.isInteger(count) &&
    count >= 1 &&
    count <= BATCH_LEAVES_MAX &&
    Number.isInteger(index) &&
    index >= 0 &&
    index < count
  );
}

/** What the signature of a batch covers. */
export function batchBytes(scope: Uint8Array, count: number, root: Uint8Array): Uint8Array {
  const size = Uint8Array.of(0, 0, count >> 8, count & 0xff); // u32; at most 256
  return concatBytes(BATCH, scope, size, root);
}

/** The scope in the header of an envelope. */
export function scopeOfHeader(header: Uint8Array): Uint8Array {
  const scope = new Uint8Array(SCOPE_BYTES);
  scope.set(header.subarray(8, 72)); // swarm tag and sender
  scope.set(header.subarray(104, 112), 64); // epoch; the destination lies between
  return scope;
}

function scopeOf(leaves: readonly Uint8Array[]): Uint8Array {
  const scope = scopeOfLeaf(leaves[0]!);
  for (const leaf of leaves)
    if (!equalBytes(scopeOfLeaf(leaf), scope))
      throw new RangeError('leaves must be of one swarm, sender and epoch, got two');
  return scope;
}

function scopeOfLeaf(leaf: Uint8Array): Uint8Array {
  const isEnvelope =
    leaf.length === ENVELOPE_LEAF_BYTES &&
    equalBytes(leaf.subarray(0, ENVELOPE_LEAF.length), ENVELOPE_LEAF);
  return isEnvelope ? scopeOfHeader(leaf.subarray(HEADER_AT)) : NO_SCOPE;
}

function checkLeaves(leaves: readonly Uint8Array[]): readonly Uint8Array[] {
  if (!Array.isArray(leaves)) throw new TypeError(`leaves must be an array, got ${typeof leaves}`);
  if (leaves.length < 1 || leaves.length > BATCH_LEAVES_MAX)
    throw new RangeError(`leaves must be 1 to ${BATCH_LEAVES_MAX}, got ${leaves.length}`);
  for (let i = 0; i < leaves.length; i++) checkBytes(`leaves[${i}]`, leaves[i]);
  return leaves;
}

function signWith(
  signer: Uint8Array | { sign(message: Uint8Array): Uint8Array },
): (message: Uint8Array) => Uint8Array {
  if (signer instanceof Uint8Array) {
    const secretKey = checkBytes('secretKey', signer, { length: 32 });
    return (message) => ed25519.sign(message, secretKey);
  }
  checkObject('signer', signer, { methods: ['sign'] });
  return (message) => checkBytes('signature', signer.sign(message));
}
