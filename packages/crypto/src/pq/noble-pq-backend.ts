import { sha512 } from '@noble/hashes/sha2.js';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { systemEntropy } from '@ruvector/core';
import { ownBytes } from './own-bytes.js';
import type { PqBackend } from './pq-backend.js';
import { SecretForms } from './secret-forms.js';

/** JavaScript that runs everywhere: the reference for every other backend. */
export function createNoblePqBackend(): PqBackend {
  const erase = (expanded: Uint8Array) => expanded.fill(0);
  const signKeys = new SecretForms((seed) => ml_dsa65.keygen(seed).secretKey, erase);
  const kemKeys = new SecretForms((seed) => ml_kem768.keygen(seed).secretKey, erase);
  return {
    name: 'noble',
    sha512: (message) => sha512(message),
    mlDsa65PublicKey: (seed) => ownBytes(ml_dsa65.getPublicKey(signKeys.get(seed))),
    mlDsa65Sign: (message, seed, { context, deterministic }) =>
      ownBytes(
        ml_dsa65.sign(message, signKeys.get(seed), {
          context,
          extraEntropy: deterministic ? false : fresh32(),
        }),
      ),
    mlDsa65Verify: (signature, message, publicKey, context) =>
      ml_dsa65.verify(signature, message, publicKey, { context }),
    mlKem768PublicKey: (seed) => ownBytes(ml_kem768.getPublicKey(kemKeys.get(seed))),
    mlKem768Encapsulate: (publicKey, m = fresh32()) => {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, m);
      return { ciphertext: ownBytes(cipherText), sharedSecret: ownBytes(sharedSecret) };
    },
    mlKem768Decapsulate: (ciphertext, seed) =>
      ownBytes(ml_kem768.decapsulate(ciphertext, kemKeys.get(seed))),
  };
}

function fresh32(): Uint8Array {
  const bytes = new Uint8Array(32);
  systemEntropy.fill(bytes);
  return bytes;
}
