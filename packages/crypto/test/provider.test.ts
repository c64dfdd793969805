import { equalBytes, fromHex, isEdgeError, toHex, utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './both-providers.js';
import {
  GCM,
  RFC_5869,
  RFC_7748_EXCHANGE,
  RFC_7748_ITERATED,
  RFC_7748_SCALAR,
  RFC_8032,
} from './data/primitives.js';

describe.each(PROVIDERS)('the provider %s', (name, provider) => {
  const { ed25519, x25519, aes256gcm, sha256, hkdfSha256 } = provider;

  it('says its name', () => expect(provider.name).toBe(name));

  it('hashes as FIPS 180-2 B.1 and B.2 say', () => {
    expect(toHex(sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(toHex(sha256(utf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')))).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
  });

  it.each(RFC_5869)('derives as RFC 5869 $name says', ({ ikm, salt, info, okm }) => {
    const out = hkdfSha256(fromHex(ikm), fromHex(salt), fromHex(info), okm.length / 2);
    expect(toHex(out)).toBe(okm);
  });

  it('derives 1 to 8,160 bytes and no others', () => {
    const empty = new Uint8Array(0);
    expect(hkdfSha256(empty, empty, empty, 8160)).toHaveLength(8160);
    expect(() => hkdfSha256(empty, empty, empty, 8161)).toThrow(RangeError);
    expect(() => hkdfSha256(empty, empty, empty, 0)).toThrow(RangeError);
  });

  it.each(RFC_8032)('signs and verifies as RFC 8032 §7.1 $name says', (vector) => {
    const [secretKey, message] = [fromHex(vector.secretKey), fromHex(vector.message)];
    const publicKey = ed25519.getPublicKey(secretKey);
    const signature = ed25519.sign(message, secretKey);
    expect(toHex(publicKey)).toBe(vector.publicKey);
    expect(toHex(signature)).toBe(vector.signature);
    expect(ed25519.verify(signature, message, publicKey)).toBe(true);
  });

  it('refuses a signature with any one bit flipped', () => {
    const { secretKey, publicKey } = ed25519.keygen(new Uint8Array(32).fill(3));
    const message = utf8('message');
    const signature = ed25519.sign(message, secretKey);
    for (let bit = 0; bit < 512; bit++) {
      const forged = signature.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(ed25519.verify(forged, message, publicKey)).toBe(false);
    }
  });

  it.each([0, 1, 63, 65, 128])('calls a signature of %i bytes false', (length) => {
    const { publicKey } = ed25519.keygen();
    expect(ed25519.verify(new Uint8Array(length), utf8('m'), publicKey)).toBe(false);
  });

  it('calls a signature false whose S is S + L, the same modulo the group order', () => {
    const { secretKey, publicKey } = ed25519.keygen(new Uint8Array(32).fill(4));
    const message = utf8('message');
    const signature = ed25519.sign(message, secretKey);
    const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
    let carry = 0;
    for (let i = 0; i < 32; i++) {
      carry += signature[32 + i]! + order[i]!;
      signature[32 + i] = carry;
      carry >>= 8;
    }
    expect(ed25519.verify(signature, message, publicKey)).toBe(false);
  });

  it.each(RFC_7748_SCALAR)('multiplies as RFC 7748 §5.2 says: $scalar', (vector) => {
    const shared = x25519.getSharedSecret(fromHex(vector.scalar), fromHex(vector.u));
    expect(toHex(shared)).toBe(vector.result);
  });

  it.each(RFC_7748_ITERATED)('iterates $times times as RFC 7748 §5.2 says', (vector) => {
    let k = new Uint8Array(32);
    k[0] = 9;
    let u = k;
    for (let i = 0; i < vector.times; i++) [k, u] = [x25519.getSharedSecret(k, u).slice(), k];
    expect(toHex(k)).toBe(vector.result);
  });

  it('agrees on a key as RFC 7748 §6.1 says', () => {
    const v = RFC_7748_EXCHANGE;
    expect(toHex(x25519.getPublicKey(fromHex(v.aliceSecret)))).toBe(v.alicePublic);
    expect(toHex(x25519.getPublicKey(fromHex(v.bobSecret)))).toBe(v.bobPublic);
    const shared = x25519.getSharedSecret(fromHex(v.aliceSecret), fromHex(v.bobPublic));
    expect(toHex(shared)).toBe(v.shared);
  });

  it.each(GCM)('seals and opens as $name of the GCM paper says', (vector) => {
    const [key, nonce, aad] = [vector.key, vector.nonce, vector.aad].map((hex) => fromHex(hex));
    const plaintext = fromHex(vector.plaintext);
    const sealed = aes256gcm.seal(key!, nonce!, plaintext, aad);
    expect(toHex(sealed)).toBe(vector.sealed);
    expect(toHex(aes256gcm.open(key!, nonce!, sealed, aad))).toBe(vector.plaintext);
    const { ciphertext, tag } = aes256gcm.sealDetached(key!, nonce!, plaintext, aad);
    expect(toHex(ciphertext) + toHex(tag)).toBe(vector.sealed);
    expect(aes256gcm.openDetached(key!, nonce!, ciphertext, tag, aad)).toEqual(plaintext);
  });

  it('opens nothing of which any one bit was flipped', () => {
    const [key, nonce, aad] = [new Uint8Array(32), new Uint8Array(12), utf8('header')];
    const sealed = aes256gcm.seal(key, nonce, utf8('plaintext'), aad);
    for (const part of [key, nonce, aad, sealed])
      for (let bit = 0; bit < 8 * part.length; bit++) {
        part[bit >> 3]! ^= 1 << (bit & 7);
        expect(isOpenError(() => aes256gcm.open(key, nonce, sealed, aad))).toBe(true);
        part[bit >> 3]! ^= 1 << (bit & 7);
      }
    expect(aes256gcm.open(key, nonce, sealed, aad)).toEqual(utf8('plaintext'));
  });

  it.each([4, 8, 12, 15])('opens nothing with a tag of %i bytes', (length) => {
    const [key, nonce] = [new Uint8Array(32), new Uint8Array(12)];
    const { ciphertext, tag } = aes256gcm.sealDetached(key, nonce, utf8('plaintext'));
    const short = tag.subarray(0, length);
    expect(() => aes256gcm.openDetached(key, nonce, ciphertext, short)).toThrow(/tag.*16 bytes/);
    expect(isOpenError(() => aes256gcm.open(key, nonce, short))).toBe(true);
  });

  it.each([0, 1, 8, 11, 13, 16])('refuses a nonce of %i bytes', (length) => {
    const [key, nonce] = [new Uint8Array(32), new Uint8Array(length)];
    expect(() => aes256gcm.seal(key, nonce, utf8('x'))).toThrow(/nonce must have 12 bytes/);
    expect(() => aes256gcm.open(key, nonce, new Uint8Array(32))).toThrow(/nonce must have 12/);
  });

  it('draws fresh keys, or those of a seed, which it copies', () => {
    const seed = new Uint8Array(32).fill(5);
    for (const { keygen } of [ed25519, x25519]) {
      const { secretKey, publicKey } = keygen(seed);
      expect(secretKey).toEqual(seed);
      expect(secretKey.buffer).not.toBe(seed.buffer);
      expect(keygen(seed).publicKey).toEqual(publicKey);
      expect(equalBytes(keygen().secretKey, keygen().secretKey)).toBe(false);
    }
  });

  it('gives out plain arrays that share memory with nothing', () => {
    const { secretKey, publicKey } = ed25519.keygen();
    const key = new Uint8Array(32);
    const sealed = aes256gcm.seal(key, new Uint8Array(12), utf8('x'));
    const results = [
      publicKey,
      sha256(utf8('x')),
      ed25519.sign(utf8('x'), secretKey),
      sealed,
      aes256gcm.open(key, new Uint8Array(12), sealed),
      x25519.keygen().publicKey,
    ];
    for (const result of results) {
      expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype);
      expect(result.buffer.byteLength).toBe(result.length);
    }
  });

  it('signs with what a key array holds now, also after its owner overwrote it', () => {
    const key = new Uint8Array(32).fill(1);
    const first = ed25519.sign(utf8('m'), key);
    key.fill(2);
    const second = ed25519.sign(utf8('m'), key);
    expect(second).toEqual(ed25519.sign(utf8('m'), new Uint8Array(32).fill(2)));
    expect(equalBytes(first, second)).toBe(false);
  });

  it('names the parameter that has a wrong type or length, and never its bytes', () => {
    const wrong = new Uint8Array(31).fill(0xab);
    const [key, m] = [new Uint8Array(32), utf8('m')];
    const text = 'text' as unknown as Uint8Array;
    expect(() => ed25519.sign(m, wrong)).toThrow(/^secretKey must have 32 bytes, got 31$/);
    expect(() => ed25519.sign(text, key)).toThrow(/^message must be a Uint8Array/);
    expect(() => ed25519.verify(key, m, wrong)).toThrow(/^publicKey must have 32 bytes/);
    expect(() => ed25519.verify(text, m, key)).toThrow(TypeError);
    expect(() => ed25519.keygen(wrong)).toThrow(/^seed must/);
    expect(() => x25519.getSharedSecret(wrong, key)).toThrow(/^secretKey must/);
    expect(() => x25519.getSharedSecret(key, wrong)).toThrow(/^publicKey must/);
    expect(() => aes256gcm.seal(wrong, new Uint8Array(12), m)).toThrow(/^key must/);
    expect(() => sha256(text)).toThrow(TypeError);
    expect(() => hkdfSha256(m, text, m, 32)).toThrow(/^salt must/);
  });
});

function isOpenError(f: () => unknown): boolean {
  try {
    f();
    return false;
  } catch (error) {
    return isEdgeError(error, 'ERR_CRYPTO_OPEN');
  }
}
