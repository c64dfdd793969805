import { ed25519 } from '@noble/curves/ed25519.js';
import { equalBytes, fromHex } from '@ruvector/core';
import { isReduced } from './field-25519.js';

// The order L of the base point, little-endian (RFC 8032 §5.1).
const GROUP_ORDER = /* @__PURE__ */ fromHex(
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
);

/**
 * The y coordinates of the eight points whose order divides 8, little-endian without the sign bit.
 * With such a key one signature fits many messages; with such an R verifiers disagree.
 */
const SMALL_ORDER_Y = /* @__PURE__ */ [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((hex) => fromHex(hex));

/**
 * What both backends are spared, since they would judge it differently: any length but 64, S ≥ L,
 * and A or R that is not in its one spelling or has small order. Whether the points lie on the
 * curve is the backend's question.
 */
export function isStrictSignature(signature: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    signature.length === 64 &&
    isBelowGroupOrder(signature.subarray(32)) &&
    isStrictPoint(signature.subarray(0, 32)) &&
    isStrictPoint(publicKey)
  );
}

/** Whether a public key of 32 bytes is a point of the prime-order group in its one spelling. */
export function isStrongEd25519Key(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32 || !isStrictPoint(publicKey)) return false;
  try {
    return ed25519.Point.fromBytes(publicKey).isTorsionFree();
  } catch {
    return false; // not on the curve
  }
}

function isStrictPoint(point: Uint8Array): boolean {
  return isReduced(point) && !SMALL_ORDER_Y.some((y) => equalsWithoutSign(point, y));
}

function equalsWithoutSign(point: Uint8Array, y: Uint8Array): boolean {
  if (point[0] !== y[0] || (point[31]! & 0x7f) !== y[31]) return false;
  return equalBytes(point.subarray(0, 31), y.subarray(0, 31));
}

function isBelowGroupOrder(scalar: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--)
    if (scalar[i] !== GROUP_ORDER[i]) return scalar[i]! < GROUP_ORDER[i]!;
  return false;
}
