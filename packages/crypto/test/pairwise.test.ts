import { toHex, utf8 } from '@ruvector/core';
import { derivePairwiseKey } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './providers.js';
import { bytes } from './seed.js';

describe.each(PROVIDERS)('derivePairwiseKey with %s', (_, provider) => {
  const { sha256, x25519 } = provider;
  const [a, b] = [sha256(utf8('test-a')), sha256(utf8('test-b'))];
  const derive = (secretKey: Uint8Array, publicKey: Uint8Array, swarmId = 'swarm-1') =>
    derivePairwiseKey(secretKey, publicKey, swarmId, provider);

  it('gives the value of the published test vector, on both sides', () => {
    const key = '59bd6dd5cd1ff841c89efafab609665dc659b482f226e0bdeeb5d20489aaf417';
    expect(toHex(derive(a, x25519.getPublicKey(b)))).toBe(key);
    expect(toHex(derive(b, x25519.getPublicKey(a)))).toBe(key);
  });

  it('gives both sides the same key, and another in another swarm', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), (one, other) => {
        const key = derive(one, x25519.getPublicKey(other));
        expect(derive(other, x25519.getPublicKey(one))).toEqual(key);
        expect(derive(one, x25519.getPublicKey(other), 'swarm-2')).not.toEqual(key);
      }),
      { numRuns: 15 },
    );
  });

  it('throws for a peer key of low order', () => {
    expect(() => derive(a, new Uint8Array(32))).toThrow(/publicKey must not have low order/);
  });

  it('names what is wrong', () => {
    expect(() => derive(a.subarray(1), a)).toThrow(/^secretKey must have 32 bytes/);
    expect(() => derive(a, a.subarray(1))).toThrow(/^peerPublicKey must have 32 bytes/);
    expect(() => derive(a, a, 'no spaces')).toThrow(/^swarmId must/);
  });
});
