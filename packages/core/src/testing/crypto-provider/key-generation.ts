import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import { toHex } from '../../bytes.js';
import type { CryptoProviderCase } from './case.js';

const KEYS = 16;

/** How a key pair of a curve is made, with a seed and without. */
export function keyGenerationCases(curve: 'ed25519' | 'x25519'): CryptoProviderCase[] {
  return [
    {
      title: `${curve}.keygen with a seed takes a copy of it for the secret key`,
      needs: [curve],
      run({ [curve]: keys }) {
        const seed = noise(32, 1);
        const pair = keys.keygen(seed);
        assertBytes(pair.secretKey, seed, 'secretKey');
        assertBytes(keys.keygen(seed).publicKey, pair.publicKey, 'publicKey, once more');
        assertBytes(keys.getPublicKey(seed), pair.publicKey, 'publicKey of the secret key');
        seed.fill(0);
        assertBytes(pair.secretKey, noise(32, 1), 'secretKey, after the seed was overwritten');
      },
    },
    {
      title: `${curve}.keygen without a seed draws another key each time`,
      needs: [curve],
      run({ [curve]: keys }) {
        const pairs = Array.from({ length: KEYS }, () => keys.keygen());
        for (const { secretKey, publicKey } of pairs) {
          assertSame(secretKey.length, 32, 'bytes of secretKey');
          assertTrue(
            secretKey.some((byte) => byte !== secretKey[0]),
            'secretKey looks not drawn',
          );
          assertBytes(publicKey, keys.getPublicKey(secretKey), 'publicKey');
        }
        // halves too: a generator that repeats itself, or that fills a part only
        for (const at of [0, 16]) {
          const halves = pairs.map(({ secretKey }) => toHex(secretKey.subarray(at, at + 16)));
          assertSame(new Set(halves).size, KEYS, `different bytes from ${at} on`);
        }
      },
    },
  ];
}
