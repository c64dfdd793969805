import { concatBytes, fromBase64Url, fromHex, utf8 } from '../../bytes.js';
import type { MlDsa65 } from '../../crypto-provider.js';
import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { someBitsFlipped } from './changed-bytes.js';
import {
  COMPOSITE_EXAMPLE,
  COMPOSITE_LABEL,
  COMPOSITE_MESSAGE_SHA512,
  COMPOSITE_PUBLIC_KEY,
  COMPOSITE_SIGNATURE,
  ML_DSA_SUMS,
} from './data/composite-signature.js';
import { assertNamedMistake } from './named-mistake.js';
import { signerOf } from './post-quantum-signature.js';

const needs = ['mlDsa65'] as const;
const SIGNATURE_BYTES = 3309;
/** Where FIPS 204, algorithm 26 puts the hints, in the last 61 bytes: 55 places, and 6 counts. */
const HINT_PLACES_AT = 3248;

/** Signatures of FIPS 204. */
export const mlDsa65Cases: readonly CryptoProviderCase[] = [
  {
    title: 'mlDsa65 makes the public key and takes the signature in the composite draft',
    needs,
    run({ mlDsa65 }) {
      const publicKey = fromBase64Url(COMPOSITE_PUBLIC_KEY).slice(0, 1952);
      const pair = mlDsa65.keygen(fromHex(COMPOSITE_EXAMPLE.mlDsaSeed));
      assertBytes(pair.publicKey, publicKey, 'the public key');
      const prefix = utf8(`CompositeAlgorithmSignatures2025${COMPOSITE_LABEL}\0`);
      const signed = concatBytes(prefix, fromHex(COMPOSITE_MESSAGE_SHA512));
      const signature = fromBase64Url(COMPOSITE_SIGNATURE).slice(0, SIGNATURE_BYTES);
      const options = { context: utf8(COMPOSITE_LABEL) };
      assertTrue(mlDsa65.verify(signature, signed, publicKey, options), 'it was refused');
    },
  },
  {
    title: 'mlDsa65 makes the recorded signatures where it is to be deterministic',
    needs,
    run({ mlDsa65 }) {
      const { secretKey } = mlDsa65.keygen(fromHex(COMPOSITE_EXAMPLE.mlDsaSeed));
      const sumOf = (options: { context?: Uint8Array }) =>
        folded(mlDsa65.sign(utf8('hello'), secretKey, { ...options, deterministic: true }));
      assertBytes(sumOf({}), fromHex(ML_DSA_SUMS.withoutContext), 'without a context');
      const context = utf8('context');
      assertBytes(sumOf({ context }), fromHex(ML_DSA_SUMS.withContext), 'with a context');
    },
  },
  {
    title: 'mlDsa65 signs with fresh randomness, unless it is to be deterministic',
    needs,
    run({ mlDsa65 }) {
      const { sign, message, secretKey } = signerOf('mlDsa65', mlDsa65);
      const different = (options: { deterministic?: boolean }) =>
        new Set([1, 2, 3].map(() => mlDsa65.sign(message, secretKey, options).join())).size;
      assertSame(different({ deterministic: true }), 1, 'deterministic signatures');
      assertSame(different({ deterministic: false }), 3, 'drawn signatures');
      assertSame(new Set([1, 2, 3].map(() => sign().join())).size, 3, 'drawn by default');
    },
  },
  {
    title: 'mlDsa65 refuses hints that are not in their one spelling',
    needs,
    run({ mlDsa65 }) {
      const { signature, message, publicKey } = signedWithRoom(mlDsa65);
      const judge = (change: (forged: Uint8Array) => void, what: string) => {
        const forged = signature.slice();
        change(forged);
        assertSame(mlDsa65.verify(forged, message, publicKey), false, what);
      };
      judge((forged) => (forged[HINT_PLACES_AT + 54] = 1), 'a place after the last');
      judge((forged) => (forged[SIGNATURE_BYTES - 1] = 56), 'more places than there can be');
      judge((forged) => {
        const [first, second] = forged.subarray(HINT_PLACES_AT, HINT_PLACES_AT + 2);
        forged.set([second!, first!], HINT_PLACES_AT);
      }, 'two places swapped');
      judge((forged) => (forged[HINT_PLACES_AT + 1] = forged[HINT_PLACES_AT]!), 'a place twice');
    },
  },
  {
    title: 'mlDsa65 answers a deterministic that is neither true nor false with a TypeError',
    needs,
    run({ mlDsa65 }) {
      for (const value of ['false', 0, 1, null, {}]) {
        const options = { deterministic: value } as unknown as { deterministic: boolean };
        assertNamedMistake(
          () => mlDsa65.sign(noise(4, 1), noise(32, 1), options),
          TypeError,
          'deterministic',
        );
      }
    },
  },
  {
    title: 'mlDsa65 refuses a signature under a key with a bit flipped anywhere',
    needs,
    run({ mlDsa65 }) {
      const { signature, message, publicKey } = signerOf('mlDsa65', mlDsa65);
      for (const other of someBitsFlipped(publicKey, 16))
        assertSame(mlDsa65.verify(signature, message, other), false, 'a changed key');
    },
  },
];

/** Pieces of 32 bytes, added by exclusive or. */
function folded(bytes: Uint8Array): Uint8Array {
  const sum = new Uint8Array(32);
  for (const [i, byte] of bytes.entries()) sum[i % 32]! ^= byte;
  return sum;
}

/** A signature whose first polynomial has two hints or more, and which has fewer than 55 in all. */
function signedWithRoom(mlDsa65: MlDsa65) {
  for (let n = 0; ; n++) {
    const { secretKey, publicKey } = mlDsa65.keygen(noise(32, n));
    const message = noise(20, n);
    const signature = mlDsa65.sign(message, secretKey, { deterministic: true });
    const [first, last] = [signature[SIGNATURE_BYTES - 6]!, signature[SIGNATURE_BYTES - 1]!];
    if (first >= 2 && last < 55) return { signature, message, publicKey };
  }
}
