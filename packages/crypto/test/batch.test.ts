import { concatBytes, toHex, utf8 } from '@ruvector/core';
import { DST, ed25519, sha256, signBatch, verifyBatchProof } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blob } from './seed.js';

const { secretKey, publicKey } = ed25519.keygen(new Uint8Array(32).fill(3));
const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => utf8(`leaf ${i}`));
const leaves = leavesOf(5);
const batch = signBatch(leaves, secretKey);
const verify = (index: number, over: { leaf?: Uint8Array; count?: number; at?: number } = {}) =>
  verifyBatchProof(
    over.leaf ?? leaves[index]!,
    over.at ?? index,
    over.count ?? 5,
    batch.proofs[index]!,
    batch.root,
  );

const node = (a: Uint8Array, b: Uint8Array) => sha256(concatBytes(Uint8Array.of(1), a, b));
const leafHash = (leaf: Uint8Array) => sha256(concatBytes(Uint8Array.of(0), leaf));

/** What an envelope's signature covers, by hand. */
const envelopeLeaf = (swarm: number, sender: number, epoch: number, counter: number) => {
  const header = new Uint8Array(132);
  header.set(utf8('RVE2'));
  header.fill(swarm, 8, 40).fill(sender, 40, 72);
  header[111] = epoch;
  header[119] = counter;
  return concatBytes(DST('envelope'), header, new Uint8Array(64).fill(counter));
};

describe('signBatch', () => {
  it('signs DST("batch") ‖ swarm tag ‖ sender ‖ epoch ‖ count ‖ root of the envelopes', () => {
    const envelopes = [1, 2, 3].map((counter) => envelopeLeaf(8, 9, 7, counter));
    const { root, signature } = signBatch(envelopes, secretKey);
    const scope = concatBytes(
      new Uint8Array(32).fill(8),
      new Uint8Array(32).fill(9),
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 7),
    );
    const message = concatBytes(
      utf8('ruvector-edge/2/batch\0'),
      scope,
      Uint8Array.of(0, 0, 0, 3),
      root,
    );
    expect(ed25519.verify(signature, message, publicKey)).toBe(true);
  });

  it('signs leaves that are no envelopes for a swarm, sender and epoch of zeros', () => {
    const message = concatBytes(
      utf8('ruvector-edge/2/batch\0'),
      new Uint8Array(72),
      Uint8Array.of(0, 0, 0, 5),
      batch.root,
    );
    expect(ed25519.verify(batch.signature, message, publicKey)).toBe(true);
  });

  it('refuses envelopes of two swarms, senders or epochs, and envelopes beside other leaves', () => {
    const one = envelopeLeaf(1, 1, 1, 1);
    for (const other of [
      envelopeLeaf(2, 1, 1, 2),
      envelopeLeaf(1, 2, 1, 2),
      envelopeLeaf(1, 1, 2, 2),
      utf8('x'),
    ])
      expect(() => signBatch([one, other], secretKey)).toThrow(/^leaves must be of one swarm/);
  });

  it('lets an identity sign as well as a key', () => {
    const signed = signBatch(leaves, { sign: (message) => ed25519.sign(message, secretKey) });
    expect(signed).toEqual(batch);
  });

  it('takes 1 to 256 leaves, which may be empty', () => {
    expect(signBatch([new Uint8Array(0)], secretKey).proofs).toEqual([[]]);
    expect(signBatch(leavesOf(256), secretKey).proofs[255]).toHaveLength(8);
    expect(() => signBatch([], secretKey)).toThrow(RangeError);
    expect(() => signBatch(leavesOf(257), secretKey)).toThrow(RangeError);
  });

  it.each([
    ['leaves', 'abc', secretKey],
    ['leaves\\[1\\]', [utf8('a'), 'b'], secretKey],
    ['leaves\\[0\\]', Array(2), secretKey],
    ['secretKey', leaves, new Uint8Array(31)],
    ['signer', leaves, {}],
  ])('names %s when it is wrong', (name, all, key) => {
    expect(() => signBatch(all as never, key as never)).toThrow(new RegExp(`^${name} must`));
  });
});

describe('verifyBatchProof', () => {
  it('takes each leaf of any batch, and no other bytes in its place', () => {
    fc.assert(
      fc.property(fc.array(blob(40), { minLength: 1, maxLength: 40 }), blob(40), (all, other) => {
        const { root, proofs } = signBatch(all, secretKey);
        all.forEach((leaf, i) => {
          expect(verifyBatchProof(leaf, i, all.length, proofs[i]!, root)).toBe(true);
          expect(verifyBatchProof(other, i, all.length, proofs[i]!, root)).toBe(
            toHex(other) === toHex(leaf),
          );
        });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a node as a leaf, a leaf as a node, and what hashes to a node', () => {
    const [a, b] = [leafHash(leaves[0]!), leafHash(leaves[1]!)];
    const upper = batch.proofs[0]!.slice(1);
    expect(verifyBatchProof(concatBytes(a, b), 0, 3, upper, batch.root)).toBe(false);
    expect(verifyBatchProof(concatBytes(Uint8Array.of(1), a, b), 0, 3, upper, batch.root)).toBe(
      false,
    );
    expect(verifyBatchProof(node(a, b), 0, 3, upper, batch.root)).toBe(false);
    // a leaf where the node above it belongs, by itself and by its hash
    for (const leaf of [leaves[0]!, a])
      expect(verifyBatchProof(leaf, 0, 3, upper, batch.root)).toBe(false);
  });

  it.each([-1, 5, 6, 8, 2 ** 31, 2 ** 32, 2 ** 53, 0.5, NaN, Infinity, '0'])(
    'refuses the index %s of 5',
    (at) => expect(verify(0, { at: at as number })).toBe(false),
  );

  it.each([0, -5, 257, 512, 2 ** 32 + 5, 5.5, NaN, Infinity, '5'])(
    'refuses the count %s',
    (count) => expect(verify(0, { count: count as number })).toBe(false),
  );

  it('refuses a count that is lower or higher than signed wherever it changes the shape', () => {
    // the leaf at the end stands alone in a tree of 5, and has a neighbour in one of 6
    for (const count of [1, 2, 3, 4, 6, 7, 8, 9, 256]) expect(verify(4, { count })).toBe(false);
    for (const count of [1, 2, 3, 4, 9, 16, 256]) expect(verify(0, { count })).toBe(false);
  });

  it('refuses a proof that is too short, too long, out of order or changed in any bit', () => {
    const proof = batch.proofs[0]!;
    const [leaf, root] = [leaves[0]!, batch.root];
    const extra = new Uint8Array(32);
    for (const other of [
      [],
      proof.slice(1),
      proof.slice(0, -1),
      [...proof, extra],
      [extra, ...proof],
      [...proof].reverse(),
      [...proof.slice(0, -1), new Uint8Array(31)],
      [...proof.slice(0, -1), new Uint8Array(33)],
      [...proof.slice(0, -1), 'x'],
      'xxx',
      undefined,
    ])
      expect(verifyBatchProof(leaf, 0, 5, other as never, root)).toBe(false);
    for (let bit = 0; bit < 256 * proof.length; bit++) {
      const changed = proof.map((hash) => hash.slice());
      changed[bit >> 8]![(bit & 255) >> 3]! ^= 1 << (bit & 7);
      expect(verifyBatchProof(leaf, 0, 5, changed, root)).toBe(false);
    }
  });

  it('knows duplicate leaves apart by their places only: each proof fits one place', () => {
    const twins = [utf8('same'), utf8('same'), utf8('same')];
    const { root, proofs } = signBatch(twins, secretKey);
    const fits = proofs.map((proof) =>
      [0, 1, 2].map((at) => verifyBatchProof(twins[0]!, at, 3, proof, root)),
    );
    // 0 and 1 are neighbours with equal hashes, so their proofs are the same
    expect(fits).toEqual([
      [true, true, false],
      [true, true, false],
      [false, false, true],
    ]);
  });

  it('does not take a batch with its last leaf doubled for the batch', () => {
    const doubled = [...leavesOf(3), leavesOf(3)[2]!];
    expect(toHex(signBatch(doubled, secretKey).root)).not.toBe(
      toHex(signBatch(leavesOf(3), secretKey).root),
    );
  });

  it('refuses another root, also of another length', () => {
    for (const root of [new Uint8Array(32), batch.root.subarray(1), new Uint8Array(0)])
      expect(verifyBatchProof(leaves[0]!, 0, 5, batch.proofs[0]!, root)).toBe(false);
  });

  it('throws a TypeError for a leaf or root that is no bytes', () => {
    expect(() => verifyBatchProof('x' as never, 0, 1, [], batch.root)).toThrow(TypeError);
    expect(() => verifyBatchProof(leaves[0]!, 0, 1, [], 'x' as never)).toThrow(TypeError);
  });
});
