import { createCryptoProvider, defaultProviderName } from '@ruvector/crypto';
import { postQuantumFallback, postQuantumProvider } from '@ruvector/crypto/pq';
import { describe, expect, it } from 'vitest';
import { createNativePqBackend } from '../src/pq/native-pq-backend.js';
import { createNativePqBackend as browserBackend } from '../src/pq/native-pq-backend.browser.js';
import { createNoblePqBackend } from '../src/pq/noble-pq-backend.js';
import type { PqBackend } from '../src/pq/pq-backend.js';
import { choosePq } from '../src/pq/with-post-quantum.js';

const classical = await createCryptoProvider('node');
const native: PqBackend = { ...createNoblePqBackend(), name: 'native' };
const bytes = (length: number) => new Uint8Array(length).fill(1);

describe('the lattices of a provider', () => {
  it('are those of the platform if they pass the self-test', () => {
    const choice = choosePq(classical, () => native);
    expect(choice.reason).toBeUndefined();
    expect(choice.provider.name).toBe('node');
  });

  it('are noble’s for noble', async () => {
    const { reason } = choosePq(await createCryptoProvider('noble'), () => native);
    expect(reason).toBe('the provider noble is JavaScript throughout');
  });

  it('are noble’s, which it says, where the platform has none', () => {
    expect(choosePq(classical, browserBackend).reason).toMatch(/no ML-DSA-65 and ML-KEM-768/);
  });

  it('are noble’s, which it says, where those of the platform do not load', () => {
    const choice = choosePq(classical, () => {
      throw new Error('no such algorithm');
    });
    expect(choice.reason).toMatch(/no such algorithm/);
    expect(choice.provider.mlDsa65.keygen().publicKey).toHaveLength(1952);
  });

  it.each([
    ['ML-DSA-65', { mlDsa65PublicKey: () => bytes(1952) }],
    ['ML-DSA-65', { mlDsa65Sign: () => bytes(3309) }],
    ['ML-DSA-65', { mlDsa65Verify: () => true }],
    ['ML-DSA-65', { mlDsa65Verify: () => false }],
    ['ML-DSA-65', { mlDsa65Verify: withoutContext() }],
    ['ML-KEM-768', { mlKem768PublicKey: () => bytes(1184) }],
    ['ML-KEM-768', { mlKem768Decapsulate: () => bytes(32) }],
    [
      'ML-KEM-768',
      { mlKem768Encapsulate: () => ({ ciphertext: bytes(1088), sharedSecret: bytes(32) }) },
    ],
    [
      'ML-DSA-65 with Ed25519',
      {
        sha512: () => {
          throw new Error('no SHA-512');
        },
      },
    ],
  ] as [string, Partial<PqBackend>][])(
    'are noble’s if %s of the platform is wrong',
    (primitive, sabotage) => {
      const { reason } = choosePq(classical, () => ({ ...native, ...sabotage }));
      expect(reason).toContain(`${primitive} `);
    },
  );

  it('are the platform’s in a Node that has them, and the fallback is told in another', () => {
    const here = createNativePqBackend();
    expect(postQuantumProvider().name).toBe(defaultProviderName());
    expect(typeof postQuantumFallback()).toBe(here === undefined ? 'string' : 'undefined');
  });
});

function withoutContext(): PqBackend['mlDsa65Verify'] {
  return (signature, message, publicKey, context) =>
    native.mlDsa65Verify(signature, message, publicKey, context) ||
    native.mlDsa65Verify(signature, message, publicKey, new TextEncoder().encode('context'));
}
