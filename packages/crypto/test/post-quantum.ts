import { concatBytes, randomBytes, systemEntropy, utf8 } from '@ruvector/core';
import type { CompositeSignature, CryptoProvider, KeyEncapsulation } from '@ruvector/core';
import { defaultProvider, type EpochProvider } from '@ruvector/crypto';
import { sha512 } from '@noble/hashes/sha2.js';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';

const [ML_DSA_KEY_BYTES, ML_DSA_SIGNATURE_BYTES] = [1952, 3309];
const LABEL = utf8('COMPSIG-MLDSA65-Ed25519-SHA512');
const PREFIX = utf8('CompositeAlgorithmSignatures2025');

const xwing: KeyEncapsulation = {
  keygen: (seed = randomBytes(systemEntropy, 32)) => ml_kem768_x25519.keygen(seed),
  encapsulate: (publicKey, options) => {
    const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(publicKey, options?.seed);
    return { ciphertext: cipherText, sharedSecret };
  },
  decapsulate: (ciphertext, secretKey) => ml_kem768_x25519.decapsulate(ciphertext, secretKey),
};

/** The composite, with an empty context: enough for what signs and verifies here. */
function compositeOf({ ed25519 }: CryptoProvider): CompositeSignature {
  const prepared = (m: Uint8Array) => concatBytes(PREFIX, LABEL, Uint8Array.of(0), sha512(m));
  return {
    keygen: (seed = randomBytes(systemEntropy, 64)) => ({
      secretKey: seed.slice(),
      publicKey: concatBytes(
        ml_dsa65.keygen(seed.subarray(0, 32)).publicKey,
        ed25519.getPublicKey(seed.slice(32)),
      ),
    }),
    sign: (message, secretKey) => {
      const { secretKey: expanded } = ml_dsa65.keygen(secretKey.subarray(0, 32));
      return concatBytes(
        ml_dsa65.sign(prepared(message), expanded, { context: LABEL }),
        ed25519.sign(prepared(message), secretKey.slice(32)),
      );
    },
    verify: (signature, message, publicKey) => {
      const bytes = prepared(message);
      const [first, second] = [ML_DSA_SIGNATURE_BYTES, ML_DSA_KEY_BYTES];
      return (
        ed25519.verify(signature.slice(first), bytes, publicKey.slice(second)) &&
        ml_dsa65.verify(signature.slice(0, first), bytes, publicKey.slice(0, second), {
          context: LABEL,
        })
      );
    },
  };
}

/** The classical primitives of this platform, and noble's post-quantum ones. */
export const postQuantum: Required<EpochProvider> = {
  ...defaultProvider(),
  xwing,
  compositeSignature: compositeOf(defaultProvider()),
};
