import { describe, expect, it } from 'vitest';
import { availableProviders, createCryptoProvider } from '../src/index.js';

describe.each(availableProviders().map((name) => ({ name })))(
  'keys that $name draws',
  ({ name }) => {
    it.each(['x25519', 'mlKem768'] as const)(
      'of %s are those that their secret key gives when it is imported, here and by noble',
      async (algorithm) => {
        const own = (await createCryptoProvider(name, { pq: true }))[algorithm];
        const noble = (await createCryptoProvider('noble', { pq: true }))[algorithm];
        for (let i = 0; i < 8; i++) {
          const { secretKey, publicKey } = own.keygen();
          expect(own.keygen(secretKey).publicKey).toEqual(publicKey);
          expect(noble.keygen(secretKey).publicKey).toEqual(publicKey);
        }
      },
    );

    it('are different each time, and lie in memory of their own', async () => {
      const { x25519, mlKem768 } = await createCryptoProvider(name, { pq: true });
      for (const { keygen } of [x25519, mlKem768]) {
        const [first, second] = [keygen(), keygen()];
        expect(first.secretKey).not.toEqual(second.secretKey);
        for (const key of [first.secretKey, first.publicKey])
          expect(key.buffer.byteLength).toBe(key.length);
      }
    });

    it('agree at once, and not any more once they were overwritten', async () => {
      const { x25519 } = await createCryptoProvider(name);
      const [alice, bob] = [x25519.keygen(), x25519.keygen()];
      const shared = x25519.getSharedSecret(alice.secretKey, bob.publicKey);
      expect(x25519.getSharedSecret(bob.secretKey, alice.publicKey)).toEqual(shared);
      alice.secretKey.fill(0);
      expect(x25519.getSharedSecret(alice.secretKey, bob.publicKey)).not.toEqual(shared);
    });
  },
);
