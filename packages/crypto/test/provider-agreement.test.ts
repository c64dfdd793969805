import { ed25519 as curve, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, utf8 } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noble, node, outcome } from './both-providers.js';
import { blob, bytes } from './seed.js';

const { Point } = curve;
const TORSION = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
const ORDER = Point.Fn.ORDER;

const judge = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) =>
  [noble, node].map((p) => p.ed25519.verify(signature, message, publicKey));
const YES = [true, true];
const NO = [false, false];

interface Torsioned {
  readonly message: Uint8Array;
  readonly key: number;
  readonly r: number;
  /** The secret behind R. @default one of the message */
  readonly nonce?: bigint;
}

/** A signature that holds up to a small-order part in the key, in R, or in both. */
function sign({ message, key, r, nonce = bytesToNumberLE(sha512(message)) % ORDER }: Torsioned) {
  const secret = bytesToNumberLE(sha512(utf8('secret'))) % ORDER;
  const publicKey = Point.BASE.multiply(secret).add(TORSION[key]!).toBytes();
  const encodedR = Point.BASE.multiplyUnsafe(nonce).add(TORSION[r]!).toBytes();
  const h = bytesToNumberLE(sha512(concatBytes(encodedR, publicKey, message))) % ORDER;
  const s = numberToBytesLE((nonce + h * secret) % ORDER, 32);
  // [S]B − [h]A is R if the torsion parts cancel: T_R + [h]T_A = 0
  const rest = TORSION[key]!.multiplyUnsafe(h % 8n).add(TORSION[r]!);
  return { publicKey, signature: concatBytes(encodedR, s), holds: rest.is0() };
}

describe('noble and node', () => {
  it('make the same keys and signatures', () => {
    fc.assert(
      fc.property(bytes(32), blob(300), (seed, message) => {
        const { publicKey } = noble.ed25519.keygen(seed);
        const signature = noble.ed25519.sign(message, seed);
        expect(node.ed25519.getPublicKey(seed)).toEqual(publicKey);
        expect(node.ed25519.sign(message, seed)).toEqual(signature);
        expect(judge(signature, message, publicKey)).toEqual(YES);
        expect(node.x25519.getPublicKey(seed)).toEqual(noble.x25519.getPublicKey(seed));
      }),
      { numRuns: 40 },
    );
  });

  it('say the same of any bytes as a signature, key or both', () => {
    fc.assert(
      fc.property(bytes(64), bytes(32), blob(20), (signature, publicKey, message) => {
        signature[63]! &= 0x0f; // mostly below the group order
        const [one, other] = judge(signature, message, publicKey);
        expect(one).toBe(other);
      }),
      { numRuns: 150 },
    );
  });

  it('say the same of a signature with some bytes of it, its key or its message changed', () => {
    const change = fc.tuple(fc.nat(2), fc.nat(63), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(bytes(32), blob(40), change, (seed, message, [part, at, mask]) => {
        const { publicKey } = noble.ed25519.keygen(seed);
        const parts = [noble.ed25519.sign(message, seed), message.slice(), publicKey];
        const bytesOfPart = parts[part]!;
        if (bytesOfPart.length === 0) return;
        bytesOfPart[at % bytesOfPart.length]! ^= mask;
        expect(judge(parts[0]!, parts[1]!, parts[2]!)).toEqual(NO);
      }),
      { numRuns: 60 },
    );
  });

  it('accept a torsioned key or R exactly where the torsion cancels, without cofactor', () => {
    const seen = { accepted: 0, refused: 0 };
    for (let n = 0; n < 128; n++) {
      const { publicKey, signature, holds } = sign({
        message: utf8(`message ${n}`),
        key: n % 8,
        r: (n >> 3) % 8,
      });
      expect(judge(signature, utf8(`message ${n}`), publicKey)).toEqual(holds ? YES : NO);
      seen[holds ? 'accepted' : 'refused'] += 1;
      // noble on its own takes them all: the reason why our noble path does not ask it
      expect(curve.verify(signature, utf8(`message ${n}`), publicKey)).toBe(true);
    }
    expect(seen.accepted).toBeGreaterThan(2);
    expect(seen.refused).toBeGreaterThan(50);
  });

  it('refuse an R of small order, with which an honest key would sign without a secret nonce', () => {
    for (let r = 0; r < 8; r++) {
      const message = utf8(`message ${r}`);
      const { publicKey, signature, holds } = sign({ message, key: 0, r, nonce: 0n });
      expect(holds).toBe(r === 0); // the others fail without cofactor anyway
      expect(judge(signature, message, publicKey)).toEqual(NO);
      expect(curve.verify(signature, message, publicKey)).toBe(true);
    }
  });

  it('refuse all 196 pairs of small-order points in all spellings as key and R', () => {
    const message = utf8('Zcash');
    const spellings = smallOrderSpellings();
    expect(spellings).toHaveLength(14);
    for (const publicKey of spellings)
      for (const encodedR of spellings) {
        const signature = concatBytes(encodedR, new Uint8Array(32));
        expect(judge(signature, message, publicKey)).toEqual(NO);
        expect(curve.verify(signature, message, publicKey)).toBe(true); // ZIP 215
      }
  });

  it('agree on keys, and refuse the same low-order ones', () => {
    const lowOrder = [
      '00'.repeat(32),
      `01${'00'.repeat(31)}`,
      'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
      '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
      `ec${'ff'.repeat(30)}7f`,
      `ed${'ff'.repeat(30)}7f`,
      `ee${'ff'.repeat(30)}7f`,
      `00${'00'.repeat(30)}80`,
    ];
    for (const hex of lowOrder)
      for (const { x25519 } of [noble, node])
        expect(() => x25519.getSharedSecret(new Uint8Array(32).fill(9), fromHex(hex))).toThrow(
          /^publicKey must not have low order/,
        );
    fc.assert(
      fc.property(bytes(32), bytes(32), (secretKey, publicKey) => {
        const [a, b] = [noble, node].map(({ x25519 }) =>
          outcome(() => x25519.getSharedSecret(secretKey, publicKey)),
        );
        expect(a).toEqual(b);
      }),
      { numRuns: 40 },
    );
  });

  it('seal to the same bytes and open each other, also from odd offsets', () => {
    const at = fc.nat(7);
    fc.assert(
      fc.property(
        bytes(32),
        bytes(12),
        blob(200),
        blob(50),
        at,
        (key, nonce, text, aad, offset) => {
          const shifted = new Uint8Array(offset + text.length).subarray(offset);
          shifted.set(text);
          const sealed = noble.aes256gcm.seal(key, nonce, shifted, aad);
          expect(node.aes256gcm.seal(key, nonce, shifted, aad)).toEqual(sealed);
          expect(node.aes256gcm.sealDetached(key, nonce, shifted, aad)).toEqual(
            noble.aes256gcm.sealDetached(key, nonce, shifted, aad),
          );
          expect(node.aes256gcm.open(key, nonce, sealed, aad)).toEqual(text);
          expect(noble.aes256gcm.open(key, nonce, sealed, aad)).toEqual(text);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('hash and derive the same', () => {
    fc.assert(
      fc.property(blob(200), blob(80), fc.integer({ min: 1, max: 100 }), (a, b, length) => {
        expect(node.sha256(a)).toEqual(noble.sha256(a));
        expect(node.hkdfSha256(a, b, a, length)).toEqual(noble.hkdfSha256(a, b, a, length));
      }),
    );
  });

  it('complain about the same arguments in the same words', () => {
    const arbitrary = fc.oneof(blob(70), fc.constantFrom('x', 7, null, undefined));
    fc.assert(
      fc.property(arbitrary, arbitrary, arbitrary, (...values) => {
        const [a, b, c] = values as [Uint8Array, Uint8Array, Uint8Array];
        const calls = (p: typeof noble) => [
          outcome(() => p.sha256(a)),
          outcome(() => p.ed25519.sign(a, b)),
          outcome(() => p.ed25519.verify(a, b, c)),
          outcome(() => p.x25519.getSharedSecret(a, b)),
          outcome(() => p.aes256gcm.open(a, b, c)),
        ];
        expect(calls(node)).toEqual(calls(noble));
      }),
      { numRuns: 100 },
    );
  });
});

/** The eight points of small order, canonical and not: x = 0 with a sign, y not reduced. */
function smallOrderSpellings(): Uint8Array[] {
  const canonical = TORSION.map((point) => point.toBytes());
  const p = 2n ** 255n - 19n;
  const spellings = new Map(canonical.map((point) => [point.join(), point]));
  for (const y of [0n, 1n, p - 1n, p, p + 1n])
    for (const sign of [0, 0x80]) {
      const point = numberToBytesLE(y, 32);
      point[31]! |= sign;
      spellings.set(point.join(), point);
    }
  return [...spellings.values()];
}
