import { fromBase64Url, fromHex } from '../../bytes.js';
import { assertBytes } from '../assertions.js';
import type { CryptoProviderCase } from './case.js';
import { ML_KEM_WITHIN, XWING_CIPHERTEXT, XWING_EXAMPLE, XWING_PUBLIC_KEY } from './data/xwing.js';

/** Encapsulation of FIPS 203. */
export const mlKem768Cases: readonly CryptoProviderCase[] = [
  {
    title: 'mlKem768 makes the keys and the ciphertext in the X-Wing draft, and opens it',
    needs: ['mlKem768'],
    run({ mlKem768 }) {
      const { secretKey, publicKey } = mlKem768.keygen(fromHex(ML_KEM_WITHIN.seed));
      const expected = fromBase64Url(XWING_PUBLIC_KEY).slice(0, 1184);
      assertBytes(publicKey, expected, 'the public key');
      const seed = fromHex(XWING_EXAMPLE.encapsulationSeed).slice(0, 32);
      const { ciphertext, sharedSecret } = mlKem768.encapsulate(publicKey, { seed });
      assertBytes(ciphertext, fromBase64Url(XWING_CIPHERTEXT).slice(0, 1088), 'the ciphertext');
      assertBytes(sharedSecret, fromHex(ML_KEM_WITHIN.sharedSecret), 'the secret');
      const opened = mlKem768.decapsulate(ciphertext, secretKey);
      assertBytes(opened, sharedSecret, 'the secret, opened');
    },
  },
  {
    title: 'mlKem768 answers a ciphertext with a flipped bit with the recorded other secret',
    needs: ['mlKem768'],
    run({ mlKem768 }) {
      const { secretKey } = mlKem768.keygen(fromHex(ML_KEM_WITHIN.seed));
      const ciphertext = fromBase64Url(XWING_CIPHERTEXT).slice(0, 1088);
      ciphertext[0]! ^= 1;
      const rejection = mlKem768.decapsulate(ciphertext, secretKey);
      assertBytes(rejection, fromHex(ML_KEM_WITHIN.rejection), 'the other secret');
    },
  },
];
