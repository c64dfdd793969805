import { concatBytes, fromHex, utf8 } from '../../bytes.js';
import type { Ed25519 } from '../../crypto-provider.js';
import { assertSame } from '../assertions.js';
import type { CryptoProviderCase } from './case.js';
import { MIXED_ORDER, MIXED_ORDER_MESSAGE } from './data/ed25519-mixed-order.js';
import {
  SMALL_ORDER_KEYS,
  SMALL_ORDER_MESSAGE,
  SMALL_ORDER_R,
} from './data/ed25519-small-order.js';
import { signed } from './ed25519.js';

/** L, RFC 8032 §5.1. */
const ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/**
 * Where verifiers of Ed25519 differ: all of these signatures are taken by some, and what one member
 * of a swarm takes all have to take.
 *
 * @see Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020)
 */
export const ed25519StrictnessCases: readonly CryptoProviderCase[] = [
  {
    title: 'ed25519 refuses S plus any multiple of the group order, the same S to lenient eyes',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message, publicKey } = signed(ed25519, 20);
      const s = integerOf(signature.subarray(32));
      for (let k = 1n; s + k * ORDER < 2n ** 256n; k++) {
        const forged = concatBytes(signature.subarray(0, 32), scalarBytes(s + k * ORDER));
        assertSame(ed25519.verify(forged, message, publicKey), false, `S + ${k}L`);
      }
    },
  },
  /* @__PURE__ */ smallOrderCase('under a key of small order', SMALL_ORDER_KEYS, true),
  /* @__PURE__ */ smallOrderCase(
    'under a key of small order that is not spelt canonically',
    SMALL_ORDER_KEYS,
    false,
  ),
  /* @__PURE__ */ smallOrderCase('with an R of small order', SMALL_ORDER_R, true),
  /* @__PURE__ */ smallOrderCase(
    'with an R of small order that is not spelt canonically',
    SMALL_ORDER_R,
    false,
  ),
  {
    title: 'ed25519 takes a signature whose parts of small order cancel',
    needs: ['ed25519'],
    run: ({ ed25519 }) => assertMixedOrder(ed25519, true),
  },
  {
    title: 'ed25519 refuses a signature that holds with cofactor only',
    needs: ['ed25519'],
    run: ({ ed25519 }) => assertMixedOrder(ed25519, false),
  },
];

interface SmallOrder {
  readonly canonical: boolean;
  readonly publicKey: string;
  readonly r: string;
  readonly s: string | number;
}

function smallOrderCase(
  where: string,
  vectors: readonly SmallOrder[],
  canonical: boolean,
): CryptoProviderCase {
  return {
    title: `ed25519 refuses a signature ${where}`,
    needs: ['ed25519'],
    run({ ed25519 }) {
      for (const { publicKey, r, s } of vectors.filter(
        (vector) => vector.canonical === canonical,
      )) {
        const scalar = typeof s === 'string' ? fromHex(s) : scalarBytes(BigInt(s));
        const signature = concatBytes(fromHex(r), scalar);
        const verdict = ed25519.verify(signature, utf8(SMALL_ORDER_MESSAGE), fromHex(publicKey));
        assertSame(verdict, false, `A ${publicKey}, R ${r}`);
      }
    },
  };
}

function assertMixedOrder(ed25519: Ed25519, valid: boolean): void {
  for (const { orders, publicKey, r, s } of MIXED_ORDER.filter((v) => v.valid === valid)) {
    const signature = concatBytes(fromHex(r), fromHex(s));
    const verdict = ed25519.verify(signature, utf8(MIXED_ORDER_MESSAGE), fromHex(publicKey));
    assertSame(verdict, valid, `parts of orders ${orders.join(' and ')}`);
  }
}

/** 32 bytes, little-endian. */
function scalarBytes(scalar: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((scalar >> BigInt(8 * i)) & 0xffn));
}

function integerOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((integer, byte) => (integer << 8n) | BigInt(byte), 0n);
}
