import { fromBase64Url, fromHex, toHex } from '../../bytes.js';
import { assertBytes, assertSame } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { XWING_CIPHERTEXT, XWING_EXAMPLE, XWING_PUBLIC_KEY } from './data/xwing.js';
import { LOW_ORDER_U } from './data/x25519.js';
import { assertNamedMistake } from './named-mistake.js';

/** X-Wing, draft-connolly-cfrg-xwing-kem. */
export const xwingCases: readonly CryptoProviderCase[] = [
  {
    title: 'xwing makes the keys, the ciphertext and the secret in its draft, and opens it',
    needs: ['xwing'],
    run({ xwing }) {
      const { secretKey, publicKey } = xwing.keygen(fromHex(XWING_EXAMPLE.seed));
      assertBytes(publicKey, fromBase64Url(XWING_PUBLIC_KEY), 'the public key');
      const seed = fromHex(XWING_EXAMPLE.encapsulationSeed);
      const { ciphertext, sharedSecret } = xwing.encapsulate(publicKey, { seed });
      assertBytes(ciphertext, fromBase64Url(XWING_CIPHERTEXT), 'the ciphertext');
      assertBytes(sharedSecret, fromHex(XWING_EXAMPLE.sharedSecret), 'the secret');
      assertBytes(xwing.decapsulate(ciphertext, secretKey), sharedSecret, 'the secret, opened');
    },
  },
  {
    title:
      'xwing encapsulates to no key whose curve point has low order: a RangeError that names it',
    needs: ['xwing'],
    run({ xwing }) {
      const { publicKey } = xwing.keygen(noise(32, 1));
      for (const u of LOW_ORDER_U) {
        publicKey.set(fromHex(u), 1184);
        assertNamedMistake(() => xwing.encapsulate(publicKey), RangeError, 'publicKey');
      }
    },
  },
  {
    title:
      'xwing gives another secret, and no error, if the curve point in a ciphertext has low order',
    needs: ['xwing'],
    run({ xwing }) {
      const { secretKey, publicKey } = xwing.keygen(noise(32, 1));
      const { ciphertext, sharedSecret } = xwing.encapsulate(publicKey);
      const secrets = LOW_ORDER_U.map((u) => {
        ciphertext.set(fromHex(u), 1088);
        return toHex(xwing.decapsulate(ciphertext, secretKey));
      });
      const different = new Set([toHex(sharedSecret), ...secrets]);
      assertSame(different.size, 1 + LOW_ORDER_U.length, 'different secrets');
    },
  },
];
