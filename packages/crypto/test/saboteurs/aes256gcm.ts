import { createDecipheriv } from 'node:crypto';
import { concatBytes, toHex, type Aes256Gcm } from '@ruvector/core';
import { CryptoOpenError } from '@ruvector/crypto';
import { aes256gcm, withGcm, type Saboteur } from './saboteur.js';

const NONE = new Uint8Array(0);

/** Node without a length of the tag: any from 4 bytes on will do. */
const shortTags: Aes256Gcm['openDetached'] = (key, nonce, ciphertext, tag, aad = NONE) => {
  if (tag.length > 15 || tag.length < 4)
    return aes256gcm.openDetached(key, nonce, ciphertext, tag, aad);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(aad).setAuthTag(tag);
  return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
};

const WHATEVER_STAYS_SHUT = [
  'aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit',
  'aes256gcm seals 1 MiB and a byte with the recorded tag, opens it, and sees its last bit flipped',
  'aes256gcm opens nothing if any one bit of the key was flipped',
  'aes256gcm opens nothing if any one bit of the nonce was flipped',
  'aes256gcm opens nothing if any one bit of the ciphertext was flipped',
  'aes256gcm opens nothing if any one bit of the tag was flipped',
  'aes256gcm opens nothing if any one bit of the aad was flipped',
  'aes256gcm opens nothing if the ciphertext was cut or extended',
  'aes256gcm opens nothing if the aad was cut or extended',
  'aes256gcm opens nothing with bytes moved between associated data and ciphertext',
  'aes256gcm opens nothing with another key or nonce',
  'aes256gcm that does not open tells nothing of text and key, and leaves its arguments be',
];

export const GCM_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'opens with part of a tag',
    caught: [
      'aes256gcm opens nothing with part of a tag: a tag of any length but 16 is a RangeError',
      'aes256gcm answers a wrong length with a RangeError that names the parameter',
    ],
    provider: withGcm({ openDetached: shortTags }),
  },
  {
    flaw: 'does not look at associated data',
    caught: [
      'aes256gcm seals and opens test cases 13 to 16 of the GCM paper, joined and detached',
      'aes256gcm seals texts of 0 to 66 bytes with the recorded tags, and opens them',
      'aes256gcm seals 1 MiB and a byte with the recorded tag, opens it, and sees its last bit flipped',
      'aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit',
      'aes256gcm opens nothing if any one bit of the aad was flipped',
      'aes256gcm opens nothing if the aad was cut or extended',
    ],
    provider: withGcm({
      seal: (key, nonce, plaintext) => aes256gcm.seal(key, nonce, plaintext),
      open: (key, nonce, sealed) => aes256gcm.open(key, nonce, sealed),
      sealDetached: (key, nonce, plaintext) => aes256gcm.sealDetached(key, nonce, plaintext),
      openDetached: (key, nonce, ciphertext, tag) =>
        aes256gcm.openDetached(key, nonce, ciphertext, tag),
    }),
  },
  {
    flaw: 'looks at the first 256 bytes of associated data',
    caught: ['aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit'],
    provider: withGcm({
      seal: (key, nonce, text, aad) => aes256gcm.seal(key, nonce, text, aad?.subarray(0, 256)),
      open: (key, nonce, text, aad) => aes256gcm.open(key, nonce, text, aad?.subarray(0, 256)),
      sealDetached: (key, nonce, text, aad) =>
        aes256gcm.sealDetached(key, nonce, text, aad?.subarray(0, 256)),
      openDetached: (key, nonce, text, tag, aad) =>
        aes256gcm.openDetached(key, nonce, text, tag, aad?.subarray(0, 256)),
    }),
  },
  {
    flaw: 'says which text and key it was that had no right nonce',
    caught: ['aes256gcm repeats nothing of a secret in an error about another argument'],
    provider: withGcm({
      seal: (key, nonce, plaintext, aad) => {
        if (nonce.length !== 12)
          throw new RangeError(`nonce must have 12 bytes, for ${plaintext.join()}`);
        return aes256gcm.seal(key, nonce, plaintext, aad);
      },
      sealDetached: (key, nonce, plaintext, aad) => {
        if (nonce.length !== 12)
          throw new RangeError(`nonce must have 12 bytes, under ${toHex(key)}`);
        return aes256gcm.sealDetached(key, nonce, plaintext, aad);
      },
    }),
  },
  {
    flaw: 'puts what it was given into a map on its error',
    caught: [
      'aes256gcm that does not open tells nothing of text and key, and leaves its arguments be',
      'aes256gcm repeats nothing of a secret in an error',
      'aes256gcm repeats nothing of a secret in an error about another argument',
    ],
    provider: withGcm({
      open: (key, nonce, sealed, aad) => {
        try {
          return aes256gcm.open(key, nonce, sealed, aad);
        } catch (error) {
          throw Object.assign(error as Error, { given: new Map([['key', toHex(key)]]) });
        }
      },
    }),
  },
  {
    flaw: 'opens sealed bytes that are too short for a tag as nothing',
    caught: ['aes256gcm opens nothing of sealed bytes that were cut, down to none, or extended'],
    provider: withGcm({
      open: (key, nonce, sealed, aad) =>
        sealed.length < 16 ? new Uint8Array(0) : aes256gcm.open(key, nonce, sealed, aad),
    }),
  },
  {
    flaw: 'says what it would have opened',
    caught: [
      'aes256gcm that does not open tells nothing of text and key, and leaves its arguments be',
    ],
    provider: withGcm({
      openDetached: (key, nonce, ciphertext, tag, aad) => {
        try {
          return aes256gcm.openDetached(key, nonce, ciphertext, tag, aad);
        } catch (error) {
          if (!(error instanceof CryptoOpenError)) throw error;
          const decipher = createDecipheriv('aes-256-gcm', key, nonce);
          throw new CryptoOpenError({ cause: new Error(toHex(decipher.update(ciphertext))) });
        }
      },
    }),
  },
  {
    flaw: 'encrypts in place',
    caught: [
      'aes256gcm seals and opens test cases 13 to 16 of the GCM paper, joined and detached',
      'aes256gcm takes no associated data for empty associated data',
      'aes256gcm leaves its arguments as they were',
      'aes256gcm gives the same again after a caller has overwritten what it gave out',
      'aes256gcm takes a view into a larger buffer for just that view',
    ],
    provider: withGcm({
      seal: (key, nonce, plaintext, aad) => {
        const sealed = aes256gcm.seal(key, nonce, plaintext, aad);
        plaintext.set(sealed.subarray(0, plaintext.length));
        return sealed;
      },
    }),
  },
  {
    flaw: 'gives out two views of one buffer',
    caught: ['aes256gcm gives out plain arrays that share memory with nothing'],
    provider: withGcm({
      sealDetached: (key, nonce, plaintext, aad) => {
        const sealed = aes256gcm.seal(key, nonce, plaintext, aad);
        const end = plaintext.length;
        return { ciphertext: sealed.subarray(0, end), tag: sealed.subarray(end) };
      },
    }),
  },
  {
    flaw: 'puts the tag first when it joins',
    caught: [
      'aes256gcm seals and opens test cases 13 to 16 of the GCM paper, joined and detached',
      'aes256gcm seals texts of 0 to 66 bytes with the recorded tags, and opens them',
      'aes256gcm seals 1 MiB and a byte with the recorded tag, opens it, and sees its last bit flipped',
      'aes256gcm takes no associated data for empty associated data',
      'aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit',
    ],
    provider: withGcm({
      seal: (key, nonce, plaintext, aad) => {
        const { ciphertext, tag } = aes256gcm.sealDetached(key, nonce, plaintext, aad);
        return concatBytes(tag, ciphertext);
      },
      open: (key, nonce, sealed, aad) => {
        if (sealed.length < 16) return aes256gcm.open(key, nonce, sealed, aad);
        const [tag, text] = [sealed.subarray(0, 16), sealed.subarray(16)];
        return aes256gcm.openDetached(key, nonce, text, tag, aad);
      },
    }),
  },
  {
    flaw: 'takes a nonce of any length',
    caught: ['aes256gcm answers a wrong length with a RangeError that names the parameter'],
    provider: withGcm({
      seal: (key, nonce, plaintext, aad) => {
        const twelve = new Uint8Array(12);
        twelve.set(nonce.subarray(0, 12));
        return aes256gcm.seal(key, twelve, plaintext, aad);
      },
    }),
  },
  {
    flaw: 'throws a plain Error where nothing opens',
    caught: WHATEVER_STAYS_SHUT,
    provider: withGcm({
      openDetached: (key, nonce, ciphertext, tag, aad) => {
        try {
          return aes256gcm.openDetached(key, nonce, ciphertext, tag, aad);
        } catch (error) {
          throw error instanceof CryptoOpenError ? new Error('no') : error;
        }
      },
    }),
  },
  {
    flaw: 'gives out nothing where nothing opens, and does not say so',
    caught: WHATEVER_STAYS_SHUT,
    provider: withGcm({
      openDetached: (key, nonce, ciphertext, tag, aad) => {
        try {
          return aes256gcm.openDetached(key, nonce, ciphertext, tag, aad);
        } catch (error) {
          if (error instanceof CryptoOpenError) return new Uint8Array(0);
          throw error;
        }
      },
    }),
  },
];
