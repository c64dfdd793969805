import { equalBytes, fromHex } from '@ruvector/core';
import { isReduced } from './field-25519.js';

/** The reduced u coordinates that every secret key sends to zero (RFC 7748 §6.1), little-endian. */
const LOW_ORDER_U = /* @__PURE__ */ [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
].map((hex) => fromHex(hex));

/** Whether a public key of 32 bytes is in its one spelling (u < p) and not of low order. */
export function isStrongX25519Key(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32 || publicKey[31]! > 0x7f || !isReduced(publicKey)) return false;
  return !LOW_ORDER_U.some((u) => equalBytes(u, publicKey));
}
