import { fromHex, toHex } from '../../bytes.js';
import type { X25519 } from '../../crypto-provider.js';
import { assertBytes, assertSame } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { everyBitFlipped } from './changed-bytes.js';
import {
  LOW_ORDER_U,
  RFC_7748_EXCHANGE,
  RFC_7748_ITERATED,
  RFC_7748_SCALAR,
} from './data/x25519.js';
import { assertNamedMistake } from './named-mistake.js';

/** Diffie–Hellman of RFC 7748. */
export const x25519Cases: readonly CryptoProviderCase[] = [
  {
    title: 'x25519 multiplies as RFC 7748 §5.2 says, once and 1,000 times over',
    needs: ['x25519'],
    run({ x25519 }) {
      for (const { scalar, u, result } of RFC_7748_SCALAR)
        assertBytes(x25519.getSharedSecret(fromHex(scalar), fromHex(u)), fromHex(result), scalar);
      for (const { times, result } of RFC_7748_ITERATED)
        assertBytes(iterated(x25519, times), fromHex(result), `${times} times`);
    },
  },
  {
    title: 'x25519 agrees on a secret as RFC 7748 §6.1 says',
    needs: ['x25519'],
    run({ x25519 }) {
      const { aliceSecret, alicePublic, bobSecret, bobPublic, shared } = RFC_7748_EXCHANGE;
      const [alice, bob] = [fromHex(aliceSecret), fromHex(bobSecret)];
      assertBytes(x25519.getPublicKey(alice), fromHex(alicePublic), "Alice's public key");
      assertBytes(x25519.getPublicKey(bob), fromHex(bobPublic), "Bob's public key");
      for (const [own, peer] of [[alice, bobPublic] as const, [bob, alicePublic] as const])
        assertBytes(x25519.getSharedSecret(own, fromHex(peer)), fromHex(shared), 'the secret');
    },
  },
  {
    title: 'x25519 gives both sides the same secret, and every pair another',
    needs: ['x25519'],
    run({ x25519 }) {
      const pairs = Array.from({ length: 8 }, (_, n) => x25519.keygen(noise(32, n)));
      const secrets = pairs.flatMap((a, i) =>
        pairs.slice(i + 1).map((b) => {
          const shared = x25519.getSharedSecret(a.secretKey, b.publicKey);
          const mirrored = x25519.getSharedSecret(b.secretKey, a.publicKey);
          assertBytes(mirrored, shared, "the other side's secret");
          return toHex(shared);
        }),
      );
      assertSame(new Set(secrets).size, 28, 'different secrets');
    },
  },
  {
    title: 'x25519 answers a public key of low order with a RangeError that names it',
    needs: ['x25519'],
    run({ x25519 }) {
      for (const u of LOW_ORDER_U)
        for (const topBit of [0, 0x80]) {
          const publicKey = fromHex(u);
          publicKey[31]! |= topBit;
          for (const secretKey of [noise(32, 1), noise(32, 2)])
            assertNamedMistake(
              () => x25519.getSharedSecret(secretKey, publicKey),
              RangeError,
              'publicKey',
            );
        }
    },
  },
  {
    title: 'x25519 gives another secret for a public key with any one bit flipped, but the last',
    needs: ['x25519'],
    run({ x25519 }) {
      const [secretKey, publicKey] = [noise(32, 1), x25519.getPublicKey(noise(32, 2))];
      const shared = x25519.getSharedSecret(secretKey, publicKey);
      const secrets = [...everyBitFlipped(publicKey)].map((other) =>
        x25519.getSharedSecret(secretKey, other),
      );
      assertBytes(secrets.pop(), shared, 'with bit 255 flipped, which RFC 7748 §5 ignores');
      const different = new Set([shared, ...secrets].map(toHex));
      assertSame(different.size, 256, 'different secrets');
    },
  },
  {
    title: 'x25519 ignores the five bits of a secret key that RFC 7748 §5 fixes, and no other',
    needs: ['x25519'],
    run({ x25519 }) {
      const secretKey = noise(32, 3);
      const expected = toHex(x25519.getPublicKey(secretKey));
      const ignored = [...everyBitFlipped(secretKey)]
        .map((other) => toHex(x25519.getPublicKey(other)))
        .flatMap((publicKey, bit) => (publicKey === expected ? [bit] : []));
      assertSame(ignored.join(), '0,1,2,254,255', 'bits without effect');
    },
  },
  {
    title: 'x25519 takes a public key that is not below the prime for what it is modulo the prime',
    needs: ['x25519'],
    run({ x25519 }) {
      const secretKey = noise(32, 4);
      // p is 2^255 − 19, so that 2 … 18 have a second spelling: p + 2 … 2^255 − 1
      for (let u = 2; u <= 18; u++) {
        const [small, large] = [new Uint8Array(32), new Uint8Array(32).fill(0xff)];
        small[0] = u;
        large[0] = 0xed + u;
        large[31] = 0x7f;
        const expected = x25519.getSharedSecret(secretKey, small);
        assertBytes(x25519.getSharedSecret(secretKey, large), expected, `p + ${u}`);
      }
    },
  },
];

function iterated(x25519: X25519, times: number): Uint8Array {
  let k = new Uint8Array(32);
  k[0] = 9;
  let u = k;
  for (let i = 0; i < times; i++) [k, u] = [x25519.getSharedSecret(k, u).slice(), k];
  return k;
}
