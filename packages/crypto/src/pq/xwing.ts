import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { checkBytes, concatBytes } from '@ruvector/core';
import type { Encapsulation, KeyEncapsulation, KeyPair, X25519 } from '@ruvector/core';
import { ML_KEM_768, seedOf } from './ml-kem-768.js';
import { SecretForms } from './secret-forms.js';
import { seedKeyPair } from './seed-key-pair.js';

/** Bytes, as draft-connolly-cfrg-xwing-kem §5.1 has them. */
export const XWING = {
  seed: 32,
  publicKey: 1216,
  ciphertext: 1120,
  encapsulationSeed: 64,
} as const;

/** `\.//^\` of the draft's §5.3, in ASCII. */
const LABEL = /* @__PURE__ */ Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

/** The two pairs that a seed stands for (§5.2). */
interface Expanded {
  readonly mlKem: KeyPair;
  readonly x25519: KeyPair;
}

/**
 * X-Wing: ML-KEM-768 and X25519, of which one has to hold. Made of the two, so that it is as fast
 * as they are.
 */
export function xwingOf(mlKem768: KeyEncapsulation, x25519: X25519): KeyEncapsulation {
  const keys = pairsOf(mlKem768, x25519);
  return {
    keygen: (seed) =>
      seedKeyPair(seed, XWING.seed, (secretKey) => {
        const pairs = keys.get(secretKey);
        return concatBytes(pairs.mlKem.publicKey, pairs.x25519.publicKey);
      }),
    encapsulate: (publicKey, options = {}) => {
      checkBytes('publicKey', publicKey, { length: XWING.publicKey });
      const seed = seedOf(options, XWING.encapsulationSeed);
      return encapsulated(publicKey, seed, mlKem768, x25519);
    },
    decapsulate: (ciphertext, secretKey) => {
      checkBytes('ciphertext', ciphertext, { length: XWING.ciphertext });
      checkBytes('secretKey', secretKey, { length: XWING.seed });
      const own = keys.get(secretKey);
      const ofMlKem = ciphertext.slice(0, ML_KEM_768.ciphertext);
      const theirs = ciphertext.slice(ML_KEM_768.ciphertext);
      return combined(
        mlKem768.decapsulate(ofMlKem, own.mlKem.secretKey),
        agreed(x25519, own.x25519.secretKey, theirs),
        theirs,
        own.x25519.publicKey,
      );
    },
  };
}

/** The pairs of secret keys, kept ready. */
export function pairsOf(mlKem768: KeyEncapsulation, x25519: X25519): SecretForms<Expanded> {
  return new SecretForms((seed) => expand(seed, mlKem768, x25519), erase);
}

function expand(seed: Uint8Array, mlKem768: KeyEncapsulation, x25519: X25519): Expanded {
  const expanded = shake256(seed, { dkLen: 96 });
  const pairs = {
    mlKem: mlKem768.keygen(expanded.slice(0, 64)),
    x25519: x25519.keygen(expanded.slice(64)),
  };
  expanded.fill(0);
  return pairs;
}

function erase({ mlKem, x25519 }: Expanded): void {
  mlKem.secretKey.fill(0);
  x25519.secretKey.fill(0);
}

function encapsulated(
  publicKey: Uint8Array,
  seed: Uint8Array | undefined,
  mlKem768: KeyEncapsulation,
  x25519: X25519,
): Encapsulation {
  const theirs = publicKey.slice(ML_KEM_768.publicKey);
  // without a seed ML-KEM draws its own randomness: a platform's does not take any
  const ephemeral = x25519.keygen(seed?.slice(32));
  const ofMlKem = mlKem768.encapsulate(
    publicKey.slice(0, ML_KEM_768.publicKey),
    seed === undefined ? {} : { seed: seed.slice(0, 32) },
  );
  // a key of low order is refused: nobody draws one
  const ofX25519 = x25519.getSharedSecret(ephemeral.secretKey, theirs);
  ephemeral.secretKey.fill(0);
  return {
    ciphertext: concatBytes(ofMlKem.ciphertext, ephemeral.publicKey),
    sharedSecret: combined(ofMlKem.sharedSecret, ofX25519, ephemeral.publicKey, theirs),
  };
}

/**
 * What X25519 gives, and 32 zeros for a ciphertext of low order, as the draft has it: a ciphertext
 * that was changed gives another secret, and no error.
 */
function agreed(x25519: X25519, secretKey: Uint8Array, theirs: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(secretKey, theirs);
  } catch {
    return new Uint8Array(32); // with checked lengths it refuses nothing but low order
  }
}

/** The combiner of §5.3. Erases the two secrets. */
export function combined(
  ofMlKem: Uint8Array,
  ofX25519: Uint8Array,
  ciphertextX: Uint8Array,
  publicKeyX: Uint8Array,
): Uint8Array {
  const input = concatBytes(ofMlKem, ofX25519, ciphertextX, publicKeyX, LABEL);
  const secret = sha3_256(input);
  for (const bytes of [input, ofMlKem, ofX25519]) bytes.fill(0);
  return secret;
}
