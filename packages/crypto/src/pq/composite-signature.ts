import { checkBytes, concatBytes, utf8 } from '@ruvector/core';
import type { CompositeSignature, Ed25519 } from '@ruvector/core';
import { contextOf, ML_DSA_65 } from './ml-dsa-65.js';
import type { PqBackend } from './pq-backend.js';
import { SecretForms } from './secret-forms.js';
import { seedKeyPair } from './seed-key-pair.js';

/** Bytes: those of ML-DSA-65, then those of Ed25519. */
export const COMPOSITE = { seed: 64, publicKey: 1984, signature: 3373 } as const;

/** Names this pair of algorithms; also the context of the ML-DSA half. */
export const LABEL: Uint8Array = /* @__PURE__ */ utf8('COMPSIG-MLDSA65-Ed25519-SHA512');
const PREFIX = /* @__PURE__ */ utf8('CompositeAlgorithmSignatures2025');

interface Halves {
  readonly mlDsa: Uint8Array;
  readonly ed25519: Uint8Array;
}

/**
 * `id-MLDSA65-Ed25519-SHA512` of draft-ietf-lamps-pq-composite-sigs-19. Each half signs a message
 * that names the pair, and the ML-DSA half under a context as well, so that neither passes for a
 * signature of its algorithm alone.
 */
export function compositeSignatureOf(backend: PqBackend, ed25519: Ed25519): CompositeSignature {
  const keys = secretHalves();
  return {
    keygen: (seed) =>
      seedKeyPair(seed, COMPOSITE.seed, (secretKey) => {
        const halves = keys.get(secretKey);
        return concatBytes(
          backend.mlDsa65PublicKey(halves.mlDsa),
          ed25519.getPublicKey(halves.ed25519),
        );
      }),
    sign: (message, secretKey, options = {}) => {
      checkBytes('message', message);
      checkBytes('secretKey', secretKey, { length: COMPOSITE.seed });
      const signed = signedBytes(backend.sha512(message), contextOf(options));
      const halves = keys.get(secretKey);
      return concatBytes(
        backend.mlDsa65Sign(signed, halves.mlDsa, { context: LABEL, deterministic: false }),
        ed25519.sign(signed, halves.ed25519),
      );
    },
    verify: (signature, message, publicKey, options = {}) => {
      checkBytes('signature', signature);
      checkBytes('message', message);
      checkBytes('publicKey', publicKey, { length: COMPOSITE.publicKey });
      const context = contextOf(options);
      if (signature.length !== COMPOSITE.signature) return false;
      const signed = signedBytes(backend.sha512(message), context);
      const [ofMlDsa, ofEd25519] = split(signature, ML_DSA_65.signature);
      const [mlDsaKey, ed25519Key] = split(publicKey, ML_DSA_65.publicKey);
      return (
        ed25519.verify(ofEd25519, signed, ed25519Key) && // the cheap half first
        backend.mlDsa65Verify(ofMlDsa, signed, mlDsaKey, LABEL)
      );
    },
  };
}

/** M' of the draft's §2.2: prefix ‖ label ‖ u8 length of the context ‖ context ‖ SHA-512. */
export function signedBytes(sha512: Uint8Array, context: Uint8Array): Uint8Array {
  return concatBytes(PREFIX, LABEL, Uint8Array.of(context.length), context, sha512);
}

/** The seeds in secret keys, as arrays that stay the same. */
export function secretHalves(): SecretForms<Halves> {
  return new SecretForms(halvesOf, erase);
}

/** Two views. */
export function split(bytes: Uint8Array, at: number): [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** Arrays of their own, since expanded keys are found by the array that holds the seed. */
function halvesOf(secretKey: Uint8Array): Halves {
  return {
    mlDsa: Uint8Array.prototype.slice.call(secretKey, 0, ML_DSA_65.seed),
    ed25519: Uint8Array.prototype.slice.call(secretKey, ML_DSA_65.seed),
  };
}

function erase({ mlDsa, ed25519 }: Halves): void {
  mlDsa.fill(0);
  ed25519.fill(0);
}
