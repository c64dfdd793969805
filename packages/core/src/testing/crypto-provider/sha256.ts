import { fromHex, utf8 } from '../../bytes.js';
import { assertBytes } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { FIPS_180, MILLION_A, SHA256_LARGE, SHA256_SWEEP } from './data/sha256.js';

/** SHA-256, FIPS 180-4. */
export const sha256Cases: readonly CryptoProviderCase[] = [
  {
    title: 'sha256 of the texts of FIPS 180-2 B.1 and B.2, and of none, is as published',
    needs: ['sha256'],
    run(provider) {
      for (const { message, digest } of FIPS_180)
        assertBytes(provider.sha256(utf8(message)), fromHex(digest), `of "${message}"`);
    },
  },
  {
    title: 'sha256 of a million times "a" is as FIPS 180-2 B.3 says',
    needs: ['sha256'],
    run(provider) {
      const message = new Uint8Array(1_000_000).fill(0x61);
      assertBytes(provider.sha256(message), fromHex(MILLION_A), 'the digest');
    },
  },
  {
    title: 'sha256 pads messages of 0 to 130 bytes right',
    needs: ['sha256'],
    run(provider) {
      const sum = new Uint8Array(32);
      for (let n = 0; n <= SHA256_SWEEP.bytesMost; n++)
        for (const [i, byte] of provider.sha256(noise(n, n)).entries()) sum[i]! ^= byte;
      assertBytes(sum, fromHex(SHA256_SWEEP.sum), 'the sum of the digests');
    },
  },
  {
    title: 'sha256 of 1 MiB and a byte is the recorded digest',
    needs: ['sha256'],
    run(provider) {
      assertBytes(provider.sha256(noise((1 << 20) + 1, 1)), fromHex(SHA256_LARGE), 'the digest');
    },
  },
];
