import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, toHex, utf8 } from '@ruvector/core';
import {
  compositeSignature,
  ed25519,
  mlDsa65,
  mlKem768,
  withComposite,
  withMlDsa,
  withMlKem,
  withXWing,
  xwing,
  type Saboteur,
} from './saboteur.js';

const LABEL = utf8('COMPSIG-MLDSA65-Ed25519-SHA512');
const [ML_DSA_BYTES, ML_DSA_KEY_BYTES] = [3309, 1952];
const NONE: Uint8Array = new Uint8Array(0);

/** What both halves of a composite sign, so that one of them can be judged alone. */
const signedBytes = (message: Uint8Array, context = NONE) =>
  concatBytes(
    utf8('CompositeAlgorithmSignatures2025'),
    LABEL,
    Uint8Array.of(context.length),
    context,
    sha512(message),
  );

export const SIGNATURE_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'asks the Ed25519 half of a composite alone',
    caught: [
      'compositeSignature refuses a half by another key',
      'compositeSignature refuses a signature that has from another message one of its halves',
      'compositeSignature refuses a signature that has zeros for one of its halves',
      'compositeSignature refuses a signature under a key with a bit flipped in either half',
      'compositeSignature refuses a signature with a bit flipped anywhere',
    ],
    provider: withComposite({
      verify: (signature, message, publicKey, { context } = {}) => {
        const signed = signedBytes(message, context);
        const key = publicKey.subarray(ML_DSA_KEY_BYTES);
        compositeSignature.verify(signature, message, publicKey, { context: context ?? NONE });
        return (
          signature.length === ML_DSA_BYTES + 64 &&
          ed25519.verify(signature.subarray(ML_DSA_BYTES), signed, key)
        );
      },
    }),
  },
  {
    flaw: 'takes an Ed25519 signature alone for a composite',
    caught: ['compositeSignature refuses Ed25519 alone that poses as a composite'],
    beside: ['ed25519'],
    provider: withComposite({
      verify: (signature, message, publicKey, options) =>
        compositeSignature.verify(signature, message, publicKey, options) ||
        ed25519.verify(signature.slice(-64), message, publicKey.slice(ML_DSA_KEY_BYTES)),
    }),
  },
  {
    flaw: 'asks the ML-DSA half of a composite alone',
    caught: [
      'compositeSignature refuses a half by another key',
      'compositeSignature refuses a signature that has from another message one of its halves',
      'compositeSignature refuses a signature that has zeros for one of its halves',
      'compositeSignature refuses a signature under a key with a bit flipped in either half',
      'compositeSignature refuses a signature with a bit flipped anywhere',
    ],
    provider: withComposite({
      verify: (signature, message, publicKey, { context } = {}) => {
        const signed = signedBytes(message, context);
        const half = signature.subarray(0, ML_DSA_BYTES);
        const key = publicKey.subarray(0, ML_DSA_KEY_BYTES);
        compositeSignature.verify(signature, message, publicKey, { context: context ?? NONE });
        return (
          signature.length === ML_DSA_BYTES + 64 &&
          mlDsa65.verify(half, signed, key, { context: LABEL })
        );
      },
    }),
  },
  {
    flaw: 'signs the bare message with each key of a composite',
    caught: [
      'compositeSignature has halves that are no signatures of the message by themselves',
      'compositeSignature makes the public key and takes the signature in its draft',
      'compositeSignature refuses a signature under another context, or none',
      'compositeSignature refuses signatures of the bare message by both of its keys',
    ],
    beside: ['ed25519', 'mlDsa65'],
    provider: withComposite({
      sign: (message, secretKey, options) => {
        compositeSignature.sign(message, secretKey, options);
        const ofMlDsa = mlDsa65.sign(message, secretKey.slice(0, 32));
        return concatBytes(ofMlDsa, ed25519.sign(message, secretKey.slice(32)));
      },
      verify: (signature, message, publicKey, options) => {
        compositeSignature.verify(signature, message, publicKey, options);
        const [ofMlDsa, ofEd25519] = [0, ML_DSA_BYTES].map((at) => signature.slice(at));
        return (
          mlDsa65.verify(
            ofMlDsa!.slice(0, ML_DSA_BYTES),
            message,
            publicKey.slice(0, ML_DSA_KEY_BYTES),
          ) && ed25519.verify(ofEd25519!, message, publicKey.slice(ML_DSA_KEY_BYTES))
        );
      },
    }),
  },
  {
    flaw: 'leaves the context of ML-DSA aside',
    caught: [
      'mlDsa65 answers a context of more than 255 bytes with a RangeError that names it',
      'mlDsa65 makes the public key and takes the signature in the composite draft',
      'mlDsa65 makes the recorded signatures where it is to be deterministic',
      'mlDsa65 refuses a signature under another context, or none',
    ],
    provider: withMlDsa({
      sign: (message, secretKey, options) =>
        mlDsa65.sign(message, secretKey, { ...options, context: NONE }),
      verify: (signature, message, publicKey) => mlDsa65.verify(signature, message, publicKey),
    }),
  },
  {
    flaw: 'takes the first 255 bytes of a longer context',
    caught: ['mlDsa65 answers a context of more than 255 bytes with a RangeError that names it'],
    provider: withMlDsa({
      sign: (message, secretKey, { context = NONE, ...how } = {}) =>
        mlDsa65.sign(message, secretKey, { ...how, context: context.subarray(0, 255) }),
      verify: (signature, message, publicKey, { context = NONE } = {}) =>
        mlDsa65.verify(signature, message, publicKey, { context: context.subarray(0, 255) }),
    }),
  },
  {
    flaw: 'draws nothing for a signature that is to be drawn',
    caught: ['mlDsa65 signs with fresh randomness, unless it is to be deterministic'],
    provider: withMlDsa({
      sign: (message, secretKey, options) =>
        mlDsa65.sign(message, secretKey, { ...options, deterministic: true }),
    }),
  },
  {
    flaw: 'throws at a signature of ML-DSA that is too short',
    caught: ['mlDsa65 refuses a signature of any other length'],
    provider: withMlDsa({
      verify: (signature, message, publicKey, options) => {
        if (signature.length < ML_DSA_BYTES) throw new RangeError('signature is too short');
        return mlDsa65.verify(signature, message, publicKey, options);
      },
    }),
  },
  {
    flaw: 'ignores what comes after a signature of ML-DSA',
    caught: ['mlDsa65 refuses a signature of any other length'],
    provider: withMlDsa({
      verify: (signature, message, publicKey, options) =>
        mlDsa65.verify(signature.subarray(0, ML_DSA_BYTES), message, publicKey, options),
    }),
  },
  {
    flaw: 'knows a public key of ML-DSA by its array',
    caught: ['mlDsa65 takes an array for what it holds now, also if its owner has overwritten it'],
    provider: withMlDsa({ verify: byArray() }),
  },
  {
    flaw: 'keeps the seed of a composite for its secret key',
    caught: [
      'compositeSignature gives out plain arrays that share memory with nothing',
      'compositeSignature gives the same again after a caller has overwritten what it gave out',
      'compositeSignature.keygen with a seed takes a copy of it for the secret key',
    ],
    provider: withComposite({
      keygen: (seed) => {
        const pair = compositeSignature.keygen(seed);
        return seed === undefined ? pair : { ...pair, secretKey: seed };
      },
    }),
  },
];

export const ENCAPSULATION_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'throws at a ciphertext that ML-KEM rejects implicitly',
    caught: [
      'mlKem768 answers a ciphertext with a bit flipped with another secret, always the same',
      'mlKem768 answers a ciphertext with a flipped bit with the recorded other secret',
      'mlKem768 gives a secret for any bytes of the right length, and never throws',
    ],
    provider: withMlKem(rejectingAloud()),
  },
  {
    flaw: 'takes a public key of ML-KEM that is not reduced',
    caught: ['mlKem768 answers a public key with a coefficient not below 3329 with a RangeError'],
    provider: withMlKem({
      encapsulate: (publicKey, options) => {
        try {
          return mlKem768.encapsulate(publicKey, options);
        } catch (error) {
          if (!/3329/.test(String(error))) throw error;
          return mlKem768.encapsulate(mlKem768.keygen().publicKey, options);
        }
      },
    }),
  },
  {
    flaw: 'draws nothing for an encapsulation of X-Wing',
    caught: ['xwing without a seed draws another key and another secret each time'],
    provider: withXWing({
      encapsulate: (publicKey, { seed = new Uint8Array(64) } = {}) =>
        xwing.encapsulate(publicKey, { seed }),
    }),
  },
  {
    flaw: 'throws at a ciphertext of X-Wing whose curve point has low order',
    caught: [
      'xwing gives a secret for any bytes of the right length, and never throws',
      'xwing gives another secret, and no error, if the curve point in a ciphertext has low order',
    ],
    provider: withXWing({
      decapsulate: (ciphertext, secretKey) => {
        if (ciphertext.subarray(1089, 1119).every((byte) => byte === ciphertext[1089]))
          throw new RangeError('ciphertext must not have low order');
        return xwing.decapsulate(ciphertext, secretKey);
      },
    }),
  },
  {
    flaw: 'leaves the curve out of the secret of X-Wing',
    caught: [
      'xwing answers a ciphertext with a bit flipped with another secret, always the same',
      'xwing gives another secret, and no error, if the curve point in a ciphertext has low order',
      'xwing gives both sides the same secret, and nobody else',
      'xwing makes the keys, the ciphertext and the secret in its draft, and opens it',
    ],
    provider: withXWing({
      encapsulate: (publicKey, options) => {
        const { ciphertext } = xwing.encapsulate(publicKey, options);
        return { ciphertext, sharedSecret: withoutCurve(ciphertext) };
      },
      decapsulate: (ciphertext, secretKey) => {
        xwing.decapsulate(ciphertext, secretKey);
        return withoutCurve(ciphertext);
      },
    }),
  },
];

/** Stands for a secret that comes of the lattice's part of the ciphertext alone. */
const withoutCurve = (ciphertext: Uint8Array) => sha512(ciphertext.subarray(0, 1088)).slice(0, 32);

function byArray(): typeof mlDsa65.verify {
  const known = new WeakMap<Uint8Array, Uint8Array>();
  return (signature, message, publicKey, options) => {
    if (!known.has(publicKey)) known.set(publicKey, publicKey.slice());
    return mlDsa65.verify(signature, message, known.get(publicKey)!, options);
  };
}

function rejectingAloud(): Pick<typeof mlKem768, 'encapsulate' | 'decapsulate'> {
  const made = new Set<string>();
  return {
    encapsulate: (publicKey, options) => {
      const result = mlKem768.encapsulate(publicKey, options);
      made.add(toHex(result.ciphertext));
      return result;
    },
    decapsulate: (ciphertext, secretKey) => {
      if (!made.has(toHex(ciphertext))) throw new RangeError('ciphertext was changed');
      return mlKem768.decapsulate(ciphertext, secretKey);
    },
  };
}
