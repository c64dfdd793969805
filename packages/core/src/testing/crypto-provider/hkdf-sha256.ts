import { fromHex, toHex } from '../../bytes.js';
import type { CryptoProvider } from '../../crypto-provider.js';
import { assertBytes, assertSame } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { everyBitFlipped, everyTruncation, extensions } from './changed-bytes.js';
import { HKDF_LAST_BYTES, RFC_5869 } from './data/hkdf-sha256.js';
import { assertNamedMistake } from './named-mistake.js';
import { assertTellsNothing } from './secrecy.js';

const BYTES_MOST = 255 * 32; // RFC 5869 §2.3
const EMPTY = /* @__PURE__ */ new Uint8Array(0);

/** HKDF with SHA-256, RFC 5869. */
export const hkdfSha256Cases: readonly CryptoProviderCase[] = [
  {
    title: 'hkdfSha256 derives as RFC 5869 A.1 to A.3 say',
    needs: ['hkdfSha256'],
    run(provider) {
      for (const { name, ikm, salt, info, okm } of RFC_5869) {
        const expected = fromHex(okm);
        const [i, s, f] = [fromHex(ikm), fromHex(salt), fromHex(info)];
        assertBytes(provider.hkdfSha256(i, s, f, expected.length), expected, name);
      }
    },
  },
  {
    title: 'hkdfSha256 derives the recorded bytes from inputs longer than a block, up to the last',
    needs: ['hkdfSha256'],
    run(provider) {
      const okm = provider.hkdfSha256(noise(100, 1), noise(100, 2), noise(100, 3), BYTES_MOST);
      assertSame(okm.length, BYTES_MOST, 'bytes');
      assertBytes(okm.subarray(-32), fromHex(HKDF_LAST_BYTES), 'the last 32 bytes');
    },
  },
  {
    title: 'hkdfSha256 of any length from 1 to 8,160 bytes is the start of the longest',
    needs: ['hkdfSha256'],
    run(provider) {
      const longest = derive(provider, {}, BYTES_MOST);
      for (const length of [1, 2, 31, 32, 33, 63, 64, 65, 255, 8159])
        assertBytes(derive(provider, {}, length), longest.subarray(0, length), `${length} bytes`);
    },
  },
  {
    title: 'hkdfSha256 answers any other length with an error that names it, not ikm',
    needs: ['hkdfSha256'],
    run(provider) {
      const ikm = noise(32, 4);
      for (const length of [0, -1, 1.5, NaN, Infinity, BYTES_MOST + 1, 2 ** 32 + 1])
        assertTellsNothing(
          assertNamedMistake(() => derive(provider, { ikm }, length), RangeError, 'length'),
          ikm,
          'ikm',
        );
      for (const length of ['32', null, undefined, 32n] as unknown[])
        assertNamedMistake(() => derive(provider, {}, length as number), TypeError, 'length');
    },
  },
  /* @__PURE__ */ changeCase('ikm'),
  /* @__PURE__ */ changeCase('salt'),
  /* @__PURE__ */ changeCase('info'),
  {
    title: 'hkdfSha256 takes inputs of no bytes, and no salt for one of zeros',
    needs: ['hkdfSha256'],
    run(provider) {
      const nothing = provider.hkdfSha256(EMPTY, EMPTY, EMPTY, 32);
      assertSame(nothing.length, 32, 'bytes');
      assertBytes(provider.hkdfSha256(EMPTY, new Uint8Array(32), EMPTY, 32), nothing, 'zeros');
    },
  },
];

function changeCase(part: keyof Parts): CryptoProviderCase {
  return {
    title: `hkdfSha256 gives something else for every change of ${part}`,
    needs: ['hkdfSha256'],
    run(provider) {
      const bytes = noise(24, 5);
      const changes = [everyBitFlipped, everyTruncation, extensions].flatMap((change) =>
        // HMAC fills its key up with zeros: a salt that ends with more of them is the same salt
        [...change(bytes)].filter((changed) => part !== 'salt' || changed.at(-1) !== 0),
      );
      const outputs = [bytes, ...changes].map((changed) =>
        toHex(derive(provider, { [part]: changed }, 32)),
      );
      assertSame(new Set(outputs).size, outputs.length, 'different outputs');
    },
  };
}

interface Parts {
  readonly ikm?: Uint8Array;
  readonly salt?: Uint8Array;
  readonly info?: Uint8Array;
}

function derive(provider: CryptoProvider, parts: Parts, length: number): Uint8Array {
  const { ikm = noise(24, 1), salt = noise(24, 2), info = noise(24, 3) } = parts;
  return provider.hkdfSha256(ikm, salt, info, length);
}
