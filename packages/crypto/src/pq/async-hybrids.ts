import { sha512 } from '@noble/hashes/sha2.js';
import { checkBytes, concatBytes } from '@ruvector/core';
import type {
  CompositeSignature,
  Ed25519,
  Encapsulation,
  KeyEncapsulation,
  MlDsa65,
  PostQuantumCryptoProvider,
  X25519,
} from '@ruvector/core';
import type { Promised } from '../webcrypto/async-primitives.js';
import { COMPOSITE, LABEL, secretHalves, signedBytes, split } from './composite-signature.js';
import { contextOf, ML_DSA_65 } from './ml-dsa-65.js';
import { ML_KEM_768, seedOf } from './ml-kem-768.js';
import { combined, pairsOf, XWING } from './xwing.js';

/**
 * The composite signature of two halves that are promises. SHA-512 is noble's: what is signed has
 * to be known before anything is awaited.
 */
export function asyncCompositeOf(
  mlDsa65: Promised<MlDsa65>,
  ed25519: Promised<Ed25519>,
  noble: PostQuantumCryptoProvider,
): Promised<CompositeSignature> {
  const keys = secretHalves();
  return {
    // two public keys from seeds: the platform's take as long as noble's
    keygen: async (seed) => noble.compositeSignature.keygen(seed),
    sign: async (message, secretKey, options = {}) => {
      checkBytes('message', message);
      checkBytes('secretKey', secretKey, { length: COMPOSITE.seed });
      const signed = signedBytes(sha512(message), contextOf(options));
      const halves = keys.get(secretKey);
      const both = await Promise.all([
        mlDsa65.sign(signed, halves.mlDsa, { context: LABEL }),
        ed25519.sign(signed, halves.ed25519),
      ]);
      return concatBytes(...both);
    },
    verify: async (signature, message, publicKey, options = {}) => {
      checkBytes('signature', signature);
      checkBytes('message', message);
      checkBytes('publicKey', publicKey, { length: COMPOSITE.publicKey });
      const context = contextOf(options);
      if (signature.length !== COMPOSITE.signature) return false;
      const signed = signedBytes(sha512(message), context);
      const [ofMlDsa, ofEd25519] = split(new Uint8Array(signature), ML_DSA_65.signature);
      const [mlDsaKey, ed25519Key] = split(new Uint8Array(publicKey), ML_DSA_65.publicKey);
      return (
        (await ed25519.verify(ofEd25519, signed, ed25519Key)) && // the cheap half first
        mlDsa65.verify(ofMlDsa, signed, mlDsaKey, { context: LABEL })
      );
    },
  };
}

/** X-Wing of two halves that are promises. */
export function asyncXWingOf(
  mlKem768: Promised<KeyEncapsulation>,
  x25519: Promised<X25519>,
  noble: PostQuantumCryptoProvider,
): Promised<KeyEncapsulation> {
  const keys = pairsOf(noble.mlKem768, noble.x25519);
  return {
    keygen: async (seed) => noble.xwing.keygen(seed),
    encapsulate: async (publicKey, options = {}) => {
      checkBytes('publicKey', publicKey, { length: XWING.publicKey });
      const seed = seedOf(options, XWING.encapsulationSeed);
      return encapsulated(
        new Uint8Array(publicKey),
        seed && new Uint8Array(seed),
        mlKem768,
        x25519,
      );
    },
    decapsulate: async (ciphertext, secretKey) => {
      checkBytes('ciphertext', ciphertext, { length: XWING.ciphertext });
      checkBytes('secretKey', secretKey, { length: XWING.seed });
      const own = keys.get(secretKey);
      const publicKey = own.x25519.publicKey.slice();
      const [inner, theirs] = split(new Uint8Array(ciphertext), ML_KEM_768.ciphertext);
      const [ofMlKem, ofX25519] = await Promise.all([
        mlKem768.decapsulate(inner, own.mlKem.secretKey),
        x25519.getSharedSecret(own.x25519.secretKey, theirs).catch(() => new Uint8Array(32)),
      ]);
      return combined(ofMlKem, ofX25519, theirs, publicKey);
    },
  };
}

/** @param seed - erased at the end. */
async function encapsulated(
  publicKey: Uint8Array,
  seed: Uint8Array | undefined,
  mlKem768: Promised<KeyEncapsulation>,
  x25519: Promised<X25519>,
): Promise<Encapsulation> {
  const [lattice, theirs] = split(publicKey, ML_KEM_768.publicKey);
  const ephemeral = await x25519.keygen(seed?.subarray(32));
  try {
    const ofMlKem = await mlKem768.encapsulate(
      lattice,
      seed === undefined ? {} : { seed: seed.subarray(0, 32) },
    );
    // a key of low order is refused: nobody draws one
    const ofX25519 = await x25519.getSharedSecret(ephemeral.secretKey, theirs);
    return {
      ciphertext: concatBytes(ofMlKem.ciphertext, ephemeral.publicKey),
      sharedSecret: combined(ofMlKem.sharedSecret, ofX25519, ephemeral.publicKey, theirs),
    };
  } finally {
    ephemeral.secretKey.fill(0);
    seed?.fill(0);
  }
}
