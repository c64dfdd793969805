import { toHex } from '@ruvector/core';
import { x25519, withX25519, type Saboteur } from './saboteur.js';

const orZeros = (act: () => Uint8Array): Uint8Array => {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError && /low order/.test(error.message)) return new Uint8Array(32);
    throw error;
  }
};

export const X25519_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'gives out a shared secret of zeros',
    caught: ['x25519 answers a public key of low order with a RangeError that names it'],
    provider: withX25519({
      getSharedSecret: (secretKey, publicKey) =>
        orZeros(() => x25519.getSharedSecret(secretKey, publicKey)),
    }),
  },
  {
    flaw: 'says of a key of low order that something is wrong',
    caught: ['x25519 answers a public key of low order with a RangeError that names it'],
    provider: withX25519({
      getSharedSecret: (secretKey, publicKey) => {
        const shared = orZeros(() => x25519.getSharedSecret(secretKey, publicKey));
        if (shared.every((byte) => byte === 0)) throw new Error('publicKey failed');
        return shared;
      },
    }),
  },
  {
    flaw: 'says for which secret key a public one is no good',
    caught: ['x25519 repeats nothing of a secret in an error about another argument'],
    provider: withX25519({
      getSharedSecret: (secretKey, publicKey) => {
        try {
          return x25519.getSharedSecret(secretKey, publicKey);
        } catch (error) {
          if (secretKey.length !== 32) throw error;
          throw new RangeError(`${String(error)}, for ${toHex(secretKey)}`, { cause: error });
        }
      },
    }),
  },
  {
    flaw: 'fixes the bits of a secret key in the array of its owner',
    caught: ['x25519 leaves its arguments as they were'],
    provider: withX25519({
      getPublicKey: (secretKey) => {
        const publicKey = x25519.getPublicKey(secretKey);
        secretKey[0]! &= 248;
        return publicKey;
      },
    }),
  },
  {
    flaw: 'refuses a public key that is not reduced',
    caught: [
      'x25519 takes a public key that is not below the prime for what it is modulo the prime',
    ],
    provider: withX25519({
      getSharedSecret: (secretKey, publicKey) => {
        if (/^[ef].(ff){30}7f$/.test(toHex(publicKey)))
          x25519.getSharedSecret(secretKey, new Uint8Array(32));
        return x25519.getSharedSecret(secretKey, publicKey);
      },
    }),
  },
  {
    flaw: 'keeps one array for all shared secrets',
    caught: [
      'x25519 gives another secret for a public key with any one bit flipped, but the last',
      'x25519 gives out plain arrays that share memory with nothing',
    ],
    provider: withX25519({ getSharedSecret: intoOneArray() }),
  },
];

function intoOneArray(): typeof x25519.getSharedSecret {
  const only = new Uint8Array(32);
  return (secretKey, publicKey) => {
    only.set(x25519.getSharedSecret(secretKey, publicKey));
    return only;
  };
}
