import { isEdgeError, utf8 } from '@ruvector/core';
import {
  compositeSignature,
  HybridKeyPair,
  HybridPublicKey,
  HybridSignature,
} from '@ruvector/crypto/pq';
import { describe, expect, it } from 'vitest';
import { outcome } from './providers.js';

const seed = new Uint8Array(64).fill(7);
const message = utf8('hello');

describe('HybridKeyPair', () => {
  const pair = HybridKeyPair.generate(seed);
  const signature = pair.sign(message);

  it('verifies what it signed, and nothing else', () => {
    const { verify } = HybridKeyPair;
    expect(verify(pair.publicKeyBytes(), message, signature)).toBe(true);
    expect(verify(pair.publicKeyBytes(), utf8('hullo'), signature)).toBe(false);
    const stranger = HybridKeyPair.generate().publicKeyBytes();
    expect(verify(stranger, message, signature)).toBe(false);
  });

  it('is a face of compositeSignature, both ways', () => {
    const { secretKey, publicKey } = compositeSignature.keygen(seed);
    expect(compositeSignature.verify(signature, message, publicKey)).toBe(true);
    const other = compositeSignature.sign(message, secretKey);
    expect(HybridKeyPair.verify(publicKey, message, other)).toBe(true);
  });

  it('verifies plain bytes as it does its own, and any that are no signature as false', () => {
    const publicKey = Uint8Array.from(pair.publicKeyBytes());
    expect(HybridKeyPair.verify(publicKey, message, Uint8Array.from(signature))).toBe(true);
    expect(HybridKeyPair.verify(publicKey, message, signature.ed25519)).toBe(false);
    expect(HybridKeyPair.verify(publicKey, message, signature.mlDsa65)).toBe(false);
    expect(HybridKeyPair.verify(publicKey, message, new Uint8Array(0))).toBe(false);
  });

  it('draws another pair each time without a seed', () => {
    const [a, b] = [HybridKeyPair.generate(), HybridKeyPair.generate()];
    expect(a.publicKeyBytes()).not.toEqual(b.publicKeyBytes());
  });

  it('gives out its public key as a copy', () => {
    pair.publicKeyBytes().fill(0);
    expect(pair.publicKeyBytes()[0]).toBe(compositeSignature.keygen(seed).publicKey[0]);
  });

  it('shows its secret in no JSON and no clone', () => {
    expect(JSON.stringify(pair)).toBe('{}');
    expect(structuredClone(pair)).toEqual({});
    expect(Reflect.ownKeys(pair)).toEqual([]);
  });

  it('signs nothing after destroy, which may be called twice', () => {
    const doomed = HybridKeyPair.generate();
    doomed.destroy();
    doomed.destroy();
    expect(
      isEdgeError(
        outcome(() => doomed.sign(message)),
        'ERR_IDENTITY_DESTROYED',
      ),
    ).toBe(true);
  });

  it.each([0, 32, 63, 65])('refuses a seed of %i bytes', (length) => {
    expect(() => HybridKeyPair.generate(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe.each([
  ['HybridPublicKey', HybridPublicKey, 1952, 32],
  ['HybridSignature', HybridSignature, 3309, 64],
] as const)('%s', (_, Face, mlDsaBytes, ed25519Bytes) => {
  const bytes = Uint8Array.from({ length: mlDsaBytes + ed25519Bytes }, (__, i) => i);

  it('is bytes, copied, and knows its halves', () => {
    const face = new Face(bytes);
    expect(face).toBeInstanceOf(Uint8Array);
    expect(face.buffer).not.toBe(bytes.buffer);
    expect([...face.mlDsa65, ...face.ed25519]).toEqual([...bytes]);
    expect(face.ed25519).toHaveLength(ed25519Bytes);
  });

  it('gives out plain bytes', () => {
    const face = new Face(bytes);
    for (const part of [
      face.mlDsa65,
      face.ed25519,
      face.slice(),
      face.subarray(1),
      face.map((b) => b),
    ])
      expect(Object.getPrototypeOf(part)).toBe(Uint8Array.prototype);
  });

  it('refuses another length, and what is no bytes', () => {
    for (const length of [0, mlDsaBytes, bytes.length - 1, bytes.length + 1])
      expect(() => new Face(new Uint8Array(length))).toThrow(RangeError);
    for (const value of [7, 'x', [1], bytes.buffer])
      expect(() => new Face(value as unknown as Uint8Array)).toThrow(TypeError);
  });
});
