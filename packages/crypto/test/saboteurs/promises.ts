import { createCryptoProvider, type AsyncPrimitives } from '@ruvector/crypto';
import type { AsyncBackend } from '../../src/webcrypto/async-backend.js';
import { createAsyncPrimitives } from '../../src/webcrypto/async-provider.js';
import { createWebBackend } from '../../src/webcrypto/web-backend.js';
import { altered, withCofactor } from '../subtle.js';

/** Promises with one flaw, and the titles of exactly those cases that must notice it. */
export interface AsyncSaboteur {
  readonly flaw: string;
  readonly primitive: keyof AsyncPrimitives;
  readonly caught: readonly string[];
  readonly face: AsyncPrimitives;
}

const { subtle } = globalThis.crypto;
const backend = createWebBackend(subtle);
const honest = createAsyncPrimitives(backend);
const { ed25519, x25519, aes256gcm } = honest;
const noble = await createCryptoProvider('noble');

const withBackend = (over: Partial<AsyncBackend>) => createAsyncPrimitives({ ...backend, ...over });

export const ASYNC_SABOTEURS: readonly AsyncSaboteur[] = [
  {
    flaw: 'reads a message only after its first await',
    primitive: 'sha256',
    caught: [
      'sha256 of 1 MiB and a byte is the recorded digest',
      'sha256 of a million times "a" is as FIPS 180-2 B.3 says',
      'sha256 of the texts of FIPS 180-2 B.1 and B.2, and of none, is as published',
      'sha256 pads messages of 0 to 130 bytes right',
    ],
    face: withBackend({
      sha256: async (message) => {
        await undefined;
        return backend.sha256(message);
      },
    }),
  },
  {
    flaw: 'throws a mistake at once',
    primitive: 'sha256',
    caught: ['sha256 answers what is no Uint8Array with a TypeError that names the parameter'],
    face: {
      ...honest,
      sha256: (message) => {
        if (!(message instanceof Uint8Array)) throw new TypeError('message must be a Uint8Array');
        return honest.sha256(message);
      },
    },
  },
  {
    flaw: 'verifies with cofactor, as its platform does',
    primitive: 'ed25519',
    caught: ['ed25519 refuses a signature that holds with cofactor only'],
    face: createAsyncPrimitives(createWebBackend(altered(subtle, withCofactor(subtle)))),
  },
  {
    flaw: 'finds an imported public key by its first 31 bytes',
    primitive: 'ed25519',
    caught: ['ed25519 refuses a signature under a key with any one bit flipped'],
    face: withBackend({ ed25519Verify: byFirstBytes() }),
  },
  {
    flaw: 'leaves it to its platform to say what is wrong with a signature of another length',
    primitive: 'ed25519',
    caught: ['ed25519 refuses a signature of any other length'],
    face: {
      ...honest,
      ed25519: {
        ...ed25519,
        verify: async (signature, message, publicKey) => {
          const verdict = await ed25519.verify(signature, message, publicKey);
          if (signature.length !== 64) throw new DOMException('no signature', 'OperationError');
          return verdict;
        },
      },
    },
  },
  {
    flaw: 'fails as its platform does for a public key of low order',
    primitive: 'x25519',
    caught: ['x25519 answers a public key of low order with a RangeError that names it'],
    face: withBackend({
      x25519SharedSecret: async (secretKey, publicKey) => {
        const shared = await backend.x25519SharedSecret(secretKey, publicKey);
        if (shared === undefined) throw new DOMException('it failed', 'OperationError');
        return shared;
      },
    }),
  },
  {
    flaw: 'gives out a shared secret of zeros',
    primitive: 'x25519',
    caught: ['x25519 answers a public key of low order with a RangeError that names it'],
    face: {
      ...honest,
      x25519: {
        ...x25519,
        getSharedSecret: async (secretKey, publicKey) =>
          x25519.getSharedSecret(secretKey, publicKey).catch((error: unknown) => {
            if (/low order/.test(String(error))) return new Uint8Array(32);
            throw error;
          }),
      },
    },
  },
  {
    flaw: 'fails as its platform does where nothing opens',
    primitive: 'aes256gcm',
    caught: [
      'aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit',
      'aes256gcm opens nothing if any one bit of the aad was flipped',
      'aes256gcm opens nothing if any one bit of the ciphertext was flipped',
      'aes256gcm opens nothing if any one bit of the key was flipped',
      'aes256gcm opens nothing if any one bit of the nonce was flipped',
      'aes256gcm opens nothing if any one bit of the tag was flipped',
      'aes256gcm opens nothing if the aad was cut or extended',
      'aes256gcm opens nothing if the ciphertext was cut or extended',
      'aes256gcm opens nothing of sealed bytes that were cut, down to none, or extended',
      'aes256gcm opens nothing with another key or nonce',
      'aes256gcm opens nothing with bytes moved between associated data and ciphertext',
      'aes256gcm seals 1 MiB and a byte with the recorded tag, opens it, and sees its last bit flipped',
      'aes256gcm that does not open tells nothing of text and key, and leaves its arguments be',
    ],
    face: withBackend({
      gcmOpenJoined: async (key, nonce, sealed, aad) => {
        const opened = await backend.gcmOpenJoined(key, nonce, sealed, aad);
        if (opened === undefined) throw new DOMException('it failed', 'OperationError');
        return opened;
      },
    }),
  },
  {
    flaw: 'overwrites what it has sealed in the array of its caller',
    primitive: 'aes256gcm',
    caught: [
      'aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit',
      'aes256gcm gives out as many bytes as the contract says',
      'aes256gcm gives out plain arrays that share memory with nothing',
      'aes256gcm gives the same again after a caller has overwritten what it gave out',
      'aes256gcm leaves its arguments as they were',
      'aes256gcm repeats nothing of a secret in an error about another argument',
      'aes256gcm seals and opens test cases 13 to 16 of the GCM paper, joined and detached',
      'aes256gcm takes a view into a larger buffer for just that view',
      'aes256gcm takes an array for what it holds now, also if its owner has overwritten it',
      'aes256gcm takes no associated data for empty associated data',
    ],
    face: {
      ...honest,
      aes256gcm: {
        ...aes256gcm,
        seal: async (key, nonce, plaintext, aad) => {
          const sealed = await aes256gcm.seal(key, nonce, plaintext, aad);
          plaintext.fill(0);
          return sealed;
        },
      },
    },
  },
  {
    flaw: 'gives out two views of one buffer',
    primitive: 'aes256gcm',
    caught: ['aes256gcm gives out plain arrays that share memory with nothing'],
    face: withBackend({
      gcmSeal: async (key, nonce, plaintext, aad) => {
        const end = plaintext.length;
        const sealed = await backend.gcmSealJoined(key, nonce, plaintext, aad);
        return { ciphertext: sealed.subarray(0, end), tag: sealed.subarray(end) };
      },
    }),
  },
  {
    flaw: 'takes shorter tags',
    primitive: 'aes256gcm',
    caught: [
      'aes256gcm opens nothing with part of a tag: a tag of any length but 16 is a RangeError',
      'aes256gcm answers a wrong length with a RangeError that names the parameter',
    ],
    face: {
      ...honest,
      aes256gcm: {
        ...aes256gcm,
        openDetached: async (key, nonce, ciphertext, tag, aad) => {
          try {
            return await aes256gcm.openDetached(key, nonce, ciphertext, tag, aad);
          } catch (error) {
            if ((error as Error).message.startsWith('tag must have'))
              return noble.sha256(ciphertext);
            throw error;
          }
        },
      },
    },
  },
];

/** A cache whose key is too short. */
function byFirstBytes(): AsyncBackend['ed25519Verify'] {
  const known = new Map<string, Uint8Array>();
  return (signature, message, publicKey) => {
    const id = publicKey.subarray(0, 31).join();
    if (!known.has(id)) known.set(id, publicKey.slice());
    return backend.ed25519Verify(signature, message, known.get(id)!);
  };
}
