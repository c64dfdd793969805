import { concatBytes, fromHex } from '../../bytes.js';
import type { Aes256Gcm } from '../../crypto-provider.js';
import { isEdgeError } from '../../edge-error.js';
import { assertBytes, assertThrows, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { everyBitFlipped, everyTruncation, extensions } from './changed-bytes.js';
import { GCM, GCM_AAD_SWEEP, GCM_LARGE_TAG, GCM_SWEEP } from './data/aes256gcm.js';
import { assertNamedMistake, thrownBy } from './named-mistake.js';
import { assertTellsNothing } from './secrecy.js';

const CLOSED = 'ERR_CRYPTO_OPEN';

/** All that is needed to open something. */
interface Sealed {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
  readonly aad: Uint8Array;
}

/** AES-256-GCM, NIST SP 800-38D: what is sealed opens, and nothing else does. */
export const aes256gcmCases: readonly CryptoProviderCase[] = [
  {
    title: 'aes256gcm seals and opens test cases 13 to 16 of the GCM paper, joined and detached',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      for (const vector of GCM) {
        const [key, nonce, aad] = [fromHex(vector.key), fromHex(vector.nonce), fromHex(vector.aad)];
        const [ciphertext, tag] = [fromHex(vector.ciphertext), fromHex(vector.tag)];
        const text = fromHex(vector.plaintext);
        const joined = aes256gcm.seal(key, nonce, text, aad);
        assertBytes(joined, concatBytes(ciphertext, tag), `${vector.name}, sealed`);
        const parts = aes256gcm.sealDetached(key, nonce, text, aad);
        assertBytes(parts.ciphertext, ciphertext, `${vector.name}, ciphertext`);
        assertBytes(parts.tag, tag, `${vector.name}, tag`);
        assertOpens(aes256gcm, { key, nonce, ciphertext, tag, aad }, text);
      }
    },
  },
  {
    title: 'aes256gcm seals texts of 0 to 66 bytes with the recorded tags, and opens them',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const sum = new Uint8Array(16);
      for (let n = 0; n <= GCM_SWEEP.bytesMost; n++) {
        const [key, nonce] = [noise(32, n), noise(12, n + 100)];
        const [text, aad] = [noise(n, n + 200), noise((7 * n) % 40, n + 300)];
        const parts = aes256gcm.sealDetached(key, nonce, text, aad);
        for (const [i, byte] of parts.tag.entries()) sum[i]! ^= byte;
        assertOpens(aes256gcm, { key, nonce, aad, ...parts }, text);
      }
      assertBytes(sum, fromHex(GCM_SWEEP.sum), 'the sum of the tags');
    },
  },
  {
    title: 'aes256gcm authenticates associated data of 0 to 300 bytes, down to its last bit',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const sum = new Uint8Array(16);
      for (let n = 0; n <= GCM_AAD_SWEEP.bytesMost; n++) {
        const [key, nonce, aad] = [noise(32, n), noise(12, n + 100), noise(n, n + 300)];
        const parts = aes256gcm.sealDetached(key, nonce, noise(5, n + 200), aad);
        for (const [i, byte] of parts.tag.entries()) sum[i]! ^= byte;
        const joined = aes256gcm.seal(key, nonce, noise(5, n + 200), aad);
        assertBytes(joined, concatBytes(parts.ciphertext, parts.tag), `${n} bytes, joined`);
        assertOpens(aes256gcm, { key, nonce, aad, ...parts }, noise(5, n + 200));
        if (n === 0) continue;
        aad[n - 1]! ^= 1;
        assertStaysShut(aes256gcm, { key, nonce, aad, ...parts }, `the last of ${n} bytes flipped`);
      }
      assertBytes(sum, fromHex(GCM_AAD_SWEEP.sum), 'the sum of the tags');
    },
  },
  {
    title:
      'aes256gcm seals 1 MiB and a byte with the recorded tag, opens it, and sees its last bit flipped',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const [key, nonce, aad] = [noise(32, 1), noise(12, 2), noise(20, 4)];
      const text = noise((1 << 20) + 1, 3);
      const parts = aes256gcm.sealDetached(key, nonce, text, aad);
      assertBytes(parts.tag, fromHex(GCM_LARGE_TAG), 'the tag');
      assertOpens(aes256gcm, { key, nonce, aad, ...parts }, text);
      parts.ciphertext[parts.ciphertext.length - 1]! ^= 1;
      assertStaysShut(aes256gcm, { key, nonce, aad, ...parts }, 'with a flipped bit');
    },
  },
  {
    title: 'aes256gcm takes no associated data for empty associated data',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const [key, nonce, text, none] = [
        noise(32, 1),
        noise(12, 2),
        noise(20, 3),
        new Uint8Array(0),
      ];
      const sealed = aes256gcm.seal(key, nonce, text);
      assertBytes(aes256gcm.seal(key, nonce, text, none), sealed, 'sealed with empty data');
      assertBytes(aes256gcm.open(key, nonce, sealed, none), text, 'opened with empty data');
      assertBytes(aes256gcm.open(key, nonce, sealed), text, 'opened without');
      const { ciphertext, tag } = aes256gcm.sealDetached(key, nonce, text);
      assertBytes(concatBytes(ciphertext, tag), sealed, 'detached');
      assertBytes(aes256gcm.openDetached(key, nonce, ciphertext, tag), text, 'opened detached');
    },
  },
  /* @__PURE__ */ flipCase('key'),
  /* @__PURE__ */ flipCase('nonce'),
  /* @__PURE__ */ flipCase('ciphertext'),
  /* @__PURE__ */ flipCase('tag'),
  /* @__PURE__ */ flipCase('aad'),
  /* @__PURE__ */ lengthCase('ciphertext'),
  /* @__PURE__ */ lengthCase('aad'),
  {
    title: 'aes256gcm opens nothing of sealed bytes that were cut, down to none, or extended',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const { key, nonce, ciphertext, tag, aad } = sample(aes256gcm);
      const sealed = concatBytes(ciphertext, tag);
      for (const changed of [...everyTruncation(sealed), ...extensions(sealed)])
        assertThrows(
          () => aes256gcm.open(key, nonce, changed, aad),
          CLOSED,
          `${changed.length} bytes`,
        );
    },
  },
  {
    title: 'aes256gcm opens nothing with part of a tag: a tag of any length but 16 is a RangeError',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const { key, nonce, ciphertext, tag, aad } = sample(aes256gcm);
      for (const part of [...everyTruncation(tag), ...extensions(tag)])
        assertNamedMistake(
          () => aes256gcm.openDetached(key, nonce, ciphertext, part, aad),
          RangeError,
          'tag',
        );
    },
  },
  {
    title: 'aes256gcm opens nothing with bytes moved between associated data and ciphertext',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const whole = sample(aes256gcm);
      const all = concatBytes(whole.aad, whole.ciphertext);
      for (let at = 0; at <= all.length; at++) {
        if (at === whole.aad.length) continue;
        const moved = { ...whole, aad: all.subarray(0, at), ciphertext: all.subarray(at) };
        assertStaysShut(aes256gcm, moved, `${at} bytes of associated data`);
      }
    },
  },
  {
    title: 'aes256gcm opens nothing with another key or nonce',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const whole = sample(aes256gcm);
      for (let n = 0; n < 20; n++) {
        assertStaysShut(aes256gcm, { ...whole, key: noise(32, 100 + n) }, `key ${n}`);
        assertStaysShut(aes256gcm, { ...whole, nonce: noise(12, 100 + n) }, `nonce ${n}`);
      }
    },
  },
  {
    title:
      'aes256gcm that does not open tells nothing of text and key, and leaves its arguments be',
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const whole = sample(aes256gcm);
      const text = aes256gcm.openDetached(...argumentsOf(whole));
      whole.tag[0]! ^= 1;
      const before = Object.values(whole).map((array: Uint8Array) => array.slice());
      const { key, nonce, ciphertext, tag, aad } = whole;
      const sealed = concatBytes(ciphertext, tag);
      for (const open of [
        () => aes256gcm.open(key, nonce, sealed, aad),
        () => aes256gcm.openDetached(key, nonce, ciphertext, tag, aad),
      ]) {
        const error = thrownBy(open);
        assertTrue(isEdgeError(error, CLOSED), `expected ${CLOSED}, got ${String(error)}`);
        assertTellsNothing(error, text, 'the text');
        assertTellsNothing(error, key, 'the key');
      }
      assertBytes(sealed, concatBytes(ciphertext, tag), 'the sealed bytes');
      for (const [i, array] of Object.values(whole).entries())
        assertBytes(array as Uint8Array, before[i]!, `argument ${i}`);
    },
  },
];

function flipCase(part: keyof Sealed): CryptoProviderCase {
  return {
    title: `aes256gcm opens nothing if any one bit of the ${part} was flipped`,
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const whole = sample(aes256gcm);
      let bit = 0;
      for (const changed of everyBitFlipped(whole[part]))
        assertStaysShut(aes256gcm, { ...whole, [part]: changed }, `bit ${bit++}`);
    },
  };
}

function lengthCase(part: 'ciphertext' | 'aad'): CryptoProviderCase {
  return {
    title: `aes256gcm opens nothing if the ${part} was cut or extended`,
    needs: ['aes256gcm'],
    run({ aes256gcm }) {
      const whole = sample(aes256gcm);
      for (const changed of [...everyTruncation(whole[part]), ...extensions(whole[part])])
        assertStaysShut(aes256gcm, { ...whole, [part]: changed }, `${changed.length} bytes`);
    },
  };
}

function sample(aes256gcm: Aes256Gcm): Sealed {
  const [key, nonce, aad] = [noise(32, 21), noise(12, 22), noise(20, 23)];
  return { key, nonce, aad, ...aes256gcm.sealDetached(key, nonce, noise(24, 24), aad) };
}

const argumentsOf = ({ key, nonce, ciphertext, tag, aad }: Sealed) =>
  [key, nonce, ciphertext, tag, aad] as const;

function assertOpens(aes256gcm: Aes256Gcm, whole: Sealed, text: Uint8Array): void {
  const { key, nonce, ciphertext, tag, aad } = whole;
  const sealed = concatBytes(ciphertext, tag);
  assertBytes(aes256gcm.open(key, nonce, sealed, aad), text, `${text.length} bytes, opened`);
  const opened = aes256gcm.openDetached(...argumentsOf(whole));
  assertBytes(opened, text, `${text.length} bytes, opened detached`);
}

function assertStaysShut(aes256gcm: Aes256Gcm, whole: Sealed, what: string): void {
  const { key, nonce, ciphertext, tag, aad } = whole;
  const sealed = concatBytes(ciphertext, tag);
  assertThrows(() => aes256gcm.open(key, nonce, sealed, aad), CLOSED, what);
  assertThrows(() => aes256gcm.openDetached(...argumentsOf(whole)), CLOSED, `${what}, detached`);
}
