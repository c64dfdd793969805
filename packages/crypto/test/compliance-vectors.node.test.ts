import * as native from 'node:crypto';
import { ed25519 as curve, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, toHex, utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import * as gcm from '../../core/src/testing/crypto-provider/data/aes256gcm.js';
import { ED25519_LARGE } from '../../core/src/testing/crypto-provider/data/ed25519.js';
import * as mixed from '../../core/src/testing/crypto-provider/data/ed25519-mixed-order.js';
import * as small from '../../core/src/testing/crypto-provider/data/ed25519-small-order.js';
import { HKDF_LAST_BYTES } from '../../core/src/testing/crypto-provider/data/hkdf-sha256.js';
import * as sha from '../../core/src/testing/crypto-provider/data/sha256.js';
import { LOW_ORDER_U } from '../../core/src/testing/crypto-provider/data/x25519.js';
import { noise } from '../../core/src/testing/noise.js';

// The compliance suite of core does no cryptography: its vectors that no standard has are made anew
// here.

const MEBIBYTE = 1 << 20;
const { Point } = curve;
const { ORDER } = Point.Fn;
const P = 2n ** 255n - 19n;
const TORSION = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
const T = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a');
const base = (scalar: bigint) => Point.BASE.multiplyUnsafe(scalar);
const torsion = (multiple: bigint) => T.multiplyUnsafe(((multiple % 8n) + 8n) % 8n);
const hashOf = (r: Uint8Array, a: Uint8Array, message: string) =>
  bytesToNumberLE(sha512(concatBytes(r, a, utf8(message)))) % ORDER;
const scalar = (s: bigint) => numberToBytesLE(s % ORDER, 32);

/** The first that `found` gives for 1, 2, 3 and so on. */
function smallest<T>(found: (n: bigint) => T | undefined): T {
  for (let n = 1n; ; n++) {
    const result = found(n);
    if (result !== undefined) return result;
  }
}

/** The fourteen spellings of the eight points of small order. */
const spellings = (() => {
  const canonical = Array.from({ length: 8 }, (_, n) => torsion(BigInt(n)));
  const other = [
    [1n, 0x80],
    [P + 1n, 0],
    [P + 1n, 0x80],
    [P - 1n, 0x80],
    [P, 0],
    [P, 0x80],
  ].map(([y, sign]) => {
    const bytes = numberToBytesLE(y as bigint, 32);
    bytes[31]! |= Number(sign);
    return { bytes, point: Point.fromBytes(bytes, true), canonical: false };
  });
  return [...canonical.map((p) => ({ bytes: p.toBytes(), point: p, canonical: true })), ...other];
})();

describe('the vectors of Ed25519 in the compliance suite', () => {
  it('have all points of small order in all their spellings', () => {
    expect(new Set(spellings.map(({ bytes }) => toHex(bytes))).size).toBe(14);
    for (const { point } of spellings) expect(TORSION.some((t) => t.equals(point))).toBe(true);
  });

  it('with a key of small order are made as they say', () => {
    const made = spellings.map(({ bytes, point, canonical }) =>
      smallest((s) => {
        const r = base(s).toBytes();
        const h = hashOf(r, bytes, small.SMALL_ORDER_MESSAGE);
        if (!point.multiplyUnsafe(h % 8n).is0()) return undefined;
        return { canonical, publicKey: toHex(bytes), r: toHex(r), s: Number(s) };
      }),
    );
    expect(made).toEqual(small.SMALL_ORDER_KEYS);
  });

  it('with an R of small order are made as they say', () => {
    const made = spellings.map(({ bytes, point, canonical }) =>
      smallest((a) => {
        for (let t = 0n; t < 8n; t++) {
          const key = base(a).add(torsion(t)).toBytes();
          const h = hashOf(bytes, key, small.SMALL_ORDER_MESSAGE);
          if (point.add(torsion(h * t)).is0())
            return { canonical, publicKey: toHex(key), r: toHex(bytes), s: toHex(scalar(h * a)) };
        }
        return undefined;
      }),
    );
    expect(made).toEqual(small.SMALL_ORDER_R);
  });

  it('with parts of small order in both are made as they say', () => {
    const made = mixed.MIXED_ORDER.map(({ orders, valid }) => {
      const [ofKey, ofR] = orders.map((order) => BigInt(8 / order)) as [bigint, bigint];
      return smallest((a) => {
        const key = base(a).add(torsion(ofKey)).toBytes();
        const r = base(2n).add(torsion(ofR)).toBytes();
        const h = hashOf(r, key, mixed.MIXED_ORDER_MESSAGE);
        if (torsion(ofR + h * ofKey).is0() !== valid) return undefined;
        const s = toHex(scalar(2n + h * a));
        return { orders, valid, publicKey: toHex(key), r: toHex(r), s };
      });
    });
    expect(made).toEqual(mixed.MIXED_ORDER);
  });

  it('are there for all orders and verdicts that there can be', () => {
    const kinds = mixed.MIXED_ORDER.map(({ orders, valid }) => `${orders.join()} ${valid}`);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(kinds).toHaveLength(10 + 15); // a part of R cancels only if its order divides that of A
  });

  it('are all taken by a verifier with cofactor: the reason why our noble path asks none', () => {
    const cases = [
      [small.SMALL_ORDER_MESSAGE, [...small.SMALL_ORDER_KEYS, ...small.SMALL_ORDER_R]],
      [mixed.MIXED_ORDER_MESSAGE, mixed.MIXED_ORDER],
    ] as const;
    for (const [message, vectors] of cases)
      for (const { publicKey, r, s } of vectors) {
        const signature = concatBytes(
          fromHex(r),
          typeof s === 'number' ? scalar(BigInt(s)) : fromHex(s),
        );
        expect(curve.verify(signature, utf8(message), fromHex(publicKey))).toBe(true);
      }
  });
});

it('the u coordinates of low order are those of the points of small order, and their other spellings', () => {
  const inverse = (x: bigint) => Point.Fp.inv(Point.Fp.create(x));
  const ofPoints = TORSION.map((point) => point.toAffine().y).map((y) =>
    y === 1n ? 0n : Point.Fp.create((1n + y) * inverse(1n - y)),
  );
  const expected = [...new Set([...ofPoints, P - 1n, P, P + 1n])]; // −1: of order 4 on the twist
  const sorted = (list: readonly bigint[]) => [...list].sort((a, b) => (a < b ? -1 : 1));
  const recorded = LOW_ORDER_U.map((hex) => bytesToNumberLE(fromHex(hex)));
  expect(sorted(recorded)).toEqual(sorted(expected));
});

describe('the vectors of the compliance suite that no standard has are what node:crypto makes:', () => {
  const digest = (bytes: Uint8Array) => native.createHash('sha256').update(bytes).digest();
  const sumOf = (arrays: readonly Uint8Array[]) =>
    toHex(arrays[0]!.map((_, i) => arrays.reduce((sum, array) => sum ^ array[i]!, 0)));
  const upTo = (most: number) => Array.from({ length: most + 1 }, (_, n) => n);

  it('SHA-256', () => {
    const digests = upTo(sha.SHA256_SWEEP.bytesMost).map((n) => digest(noise(n, n)));
    expect(sumOf(digests)).toBe(sha.SHA256_SWEEP.sum);
    expect(toHex(digest(noise(MEBIBYTE + 1, 1)))).toBe(sha.SHA256_LARGE);
  });

  it('HKDF', () => {
    const inputs = [noise(100, 1), noise(100, 2), noise(100, 3)] as const;
    const okm = new Uint8Array(native.hkdfSync('sha256', ...inputs, 8160));
    expect(toHex(okm.subarray(-32))).toBe(HKDF_LAST_BYTES);
  });

  it('Ed25519', () => {
    const x = Buffer.from(curve.getPublicKey(noise(32, 1))).toString('base64url');
    const key = native.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const signature = fromHex(ED25519_LARGE);
    expect(native.verify(null, noise(MEBIBYTE + 1, 2), key, signature)).toBe(true);
  });

  it('AES-256-GCM', () => {
    const tagOf = (key: Uint8Array, nonce: Uint8Array, text: Uint8Array, aad: Uint8Array) => {
      const cipher = native.createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
      cipher.update(text);
      cipher.final();
      return cipher.getAuthTag();
    };
    const tags = upTo(gcm.GCM_SWEEP.bytesMost).map((n) =>
      tagOf(noise(32, n), noise(12, n + 100), noise(n, n + 200), noise((7 * n) % 40, n + 300)),
    );
    expect(sumOf(tags)).toBe(gcm.GCM_SWEEP.sum);
    const aadTags = upTo(gcm.GCM_AAD_SWEEP.bytesMost).map((n) =>
      tagOf(noise(32, n), noise(12, n + 100), noise(5, n + 200), noise(n, n + 300)),
    );
    expect(sumOf(aadTags)).toBe(gcm.GCM_AAD_SWEEP.sum);
    const large = tagOf(noise(32, 1), noise(12, 2), noise(MEBIBYTE + 1, 3), noise(20, 4));
    expect(toHex(large)).toBe(gcm.GCM_LARGE_TAG);
  });
});
