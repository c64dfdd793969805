import { ed25519 as curve, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex } from '@ruvector/core';
import { createCryptoProvider } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcome } from './providers.js';
import { blob, bytes } from './seed.js';

const noble = await createCryptoProvider('noble');
const { async: web } = await createCryptoProvider('webcrypto');

const { Point } = curve;
const { ORDER } = Point.Fn;
const P = 2n ** 255n - 19n;
const TORSION = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
type Point = (typeof TORSION)[number];

/** What a promise gave or rejected with. */
const later = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

/** A multiple of the base point, often plus a point of small order, or such a point alone. */
const point = fc
  .record({ scalar: fc.bigInt(0n, 20n), torsion: fc.oneof(fc.constant(0), fc.nat(7)) })
  .map(({ scalar, torsion }) => ({
    scalar,
    point: Point.BASE.multiplyUnsafe(scalar).add(TORSION[torsion]!),
  }));
interface Edge {
  readonly key: { readonly scalar: bigint; readonly point: Point };
  readonly nonce: { readonly scalar: bigint; readonly point: Point };
  readonly keySpelling: string;
  readonly nonceSpelling: string;
  readonly message: Uint8Array;
  readonly multiple: bigint;
}

const spelling = fc.constantFrom('canonical', 'canonical', 'canonical', 'y plus p', 'sign flipped');

function spelt(of: Point, how: string): Uint8Array {
  const encoded = of.toBytes();
  if (how === 'sign flipped') encoded[31]! ^= 0x80;
  if (how !== 'y plus p') return encoded;
  const y = bytesToNumberLE(encoded) & (2n ** 255n - 1n);
  if (y + P >= 2n ** 255n) return encoded;
  const other = numberToBytesLE(y + P, 32);
  other[31]! |= encoded[31]! & 0x80;
  return other;
}

const edge: fc.Arbitrary<Edge> = fc.record({
  key: point,
  nonce: point,
  keySpelling: spelling,
  nonceSpelling: spelling,
  message: blob(3),
  multiple: fc.constantFrom(0n, 0n, 0n, 1n, 2n, 15n),
});

/** A signature for which [S]B = R + [h]A holds, up to what is of small order or spelt otherwise. */
function signatureOf({ key, nonce, message, multiple, ...how }: Edge) {
  const publicKey = spelt(key.point, how.keySpelling);
  const r = spelt(nonce.point, how.nonceSpelling);
  const h = bytesToNumberLE(sha512(concatBytes(r, publicKey, message))) % ORDER;
  const s = ((nonce.scalar + h * key.scalar) % ORDER) + multiple * ORDER;
  return { signature: concatBytes(r, numberToBytesLE(s % 2n ** 256n, 32)), publicKey };
}

describe('noble and WebCrypto agree on', () => {
  it('signatures at the edges: small orders, other spellings, S above the group order', async () => {
    const verdicts = { taken: 0, refused: 0, lenient: 0 };
    const property = fc.asyncProperty(edge, async (input) => {
      const { signature, publicKey } = signatureOf(input);
      const expected = noble.ed25519.verify(signature, input.message, publicKey);
      expect(await web.ed25519.verify(signature, input.message, publicKey)).toBe(expected);
      verdicts[expected ? 'taken' : 'refused']++;
      const others = curve.verify(signature, input.message, publicKey, { zip215: true });
      if (others && !expected) verdicts.lenient++;
    });
    await fc.assert(property, { numRuns: 400 });
    // else this would say nothing about the cases where verifiers differ
    expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(10);
  });

  it('any 64 bytes under any 32', async () => {
    const property = fc.asyncProperty(bytes(64), blob(100), bytes(32), async (s, m, pk) => {
      expect(await web.ed25519.verify(s, m, pk)).toBe(noble.ed25519.verify(s, m, pk));
    });
    await fc.assert(property);
  });

  it('the keys and signatures that seeds make', async () => {
    const property = fc.asyncProperty(bytes(32), blob(2000), async (seed, message) => {
      const pair = await web.ed25519.keygen(seed);
      expect(pair).toEqual(noble.ed25519.keygen(seed));
      const signature = await web.ed25519.sign(message, seed);
      expect(signature).toEqual(noble.ed25519.sign(message, seed));
      expect(await web.ed25519.verify(signature, message, pair.publicKey)).toBe(true);
      expect(await web.sha256(message)).toEqual(noble.sha256(message));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('shared secrets, and on public keys of low order and those above the prime', async () => {
    const low = ['00', '01', 'ecff', 'edff', 'eeff', 'f0ff', 'ffff'].map((start) => {
      const u = new Uint8Array(32).fill(start.length > 2 ? 0xff : 0);
      u.set(fromHex(start));
      return u;
    });
    const u = fc.oneof(bytes(32), fc.constantFrom(...low));
    const property = fc.asyncProperty(bytes(32), u, fc.boolean(), async (secretKey, peer, top) => {
      const publicKey = peer.slice();
      publicKey[31] = (publicKey[31]! & 0x7f) | (top ? 0x80 : 0);
      const expected = outcome(() => noble.x25519.getSharedSecret(secretKey, publicKey));
      expect(await later(web.x25519.getSharedSecret(secretKey, publicKey))).toEqual(expected);
      expect(await web.x25519.keygen(secretKey)).toEqual(noble.x25519.keygen(secretKey));
    });
    await fc.assert(property);
  });

  it('what is sealed, and on what opens: parts of any length, some bytes changed', async () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    const inputs = [bytes(32), bytes(12), blob(3000), blob(100), fc.option(change)] as const;
    const property = fc.asyncProperty(...inputs, async (key, nonce, text, aad, changed) => {
      const sealed = await web.aes256gcm.seal(key, nonce, text, aad);
      expect(sealed).toEqual(noble.aes256gcm.seal(key, nonce, text, aad));
      const { ciphertext, tag } = await web.aes256gcm.sealDetached(key, nonce, text, aad);
      expect(concatBytes(ciphertext, tag)).toEqual(sealed);
      if (changed !== null) sealed[changed[0] % sealed.length] = changed[1];
      const expected = outcome(() => noble.aes256gcm.open(key, nonce, sealed, aad));
      expect(await later(web.aes256gcm.open(key, nonce, sealed, aad))).toEqual(expected);
      const parts = [sealed.slice(0, text.length), sealed.slice(text.length)] as const;
      expect(await later(web.aes256gcm.openDetached(key, nonce, ...parts, aad))).toEqual(expected);
    });
    await fc.assert(property);
  });

  it('the mistakes of a caller, in the same words', async () => {
    const odd = fc.oneof(
      fc.integer({ min: 0, max: 40 }).map((n) => new Uint8Array(n)),
      fc.constantFrom(undefined, null, 'text', 7, [1, 2], {}),
    ) as fc.Arbitrary<Uint8Array>;
    const property = fc.asyncProperty(odd, odd, odd, odd, async (...args) => {
      const [a, b, c, d] = args;
      const calls: [() => unknown, () => Promise<unknown>][] = [
        [() => noble.sha256(a), () => web.sha256(a)],
        [() => noble.ed25519.sign(a, b), () => web.ed25519.sign(a, b)],
        [() => noble.ed25519.verify(a, b, c), () => web.ed25519.verify(a, b, c)],
        [() => noble.ed25519.getPublicKey(a), () => web.ed25519.getPublicKey(a)],
        [() => noble.x25519.getPublicKey(a), () => web.x25519.getPublicKey(a)],
        [() => noble.x25519.getSharedSecret(a, b), () => web.x25519.getSharedSecret(a, b)],
        [() => noble.aes256gcm.seal(a, b, c, d), () => web.aes256gcm.seal(a, b, c, d)],
        [() => noble.aes256gcm.open(a, b, c, d), () => web.aes256gcm.open(a, b, c, d)],
      ];
      for (const [sync, promised] of calls) expect(await later(promised())).toEqual(outcome(sync));
    });
    await fc.assert(property);
  });
});
