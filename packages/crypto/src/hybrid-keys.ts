import { equalBytes } from '@ruvector/core';
import { isStrongEd25519Key } from './ed25519-rules.js';
import { isStrongX25519Key } from './x25519-rules.js';

/** Bytes of a composite public key: ML-DSA-65, then Ed25519. */
export const COMPOSITE_KEY_BYTES = 1984;
/** Bytes of an X-Wing public key: ML-KEM-768, then X25519. */
export const XWING_KEY_BYTES = 1216;
/** Bytes of a composite signature. */
export const COMPOSITE_SIGNATURE_BYTES = 3373;
const CLASSICAL_BYTES = 32;
const ML_KEM_MODULUS = 3329; // FIPS 203 §2.4
const SEED_BYTES = 32; // ρ, which both lattice keys carry beside their polynomials

/** The two keys that a hybrid one consists of; views, not copies. */
export function halvesOf(hybrid: Uint8Array): { postQuantum: Uint8Array; classical: Uint8Array } {
  const at = hybrid.length - CLASSICAL_BYTES;
  return { postQuantum: hybrid.subarray(0, at), classical: hybrid.subarray(at) };
}

/**
 * Whether both halves of a composite key can be trusted to verify. Every encoding of an ML-DSA key
 * is one, but under the polynomials zero anybody can sign.
 */
export function isStrongCompositeKey(key: Uint8Array): boolean {
  if (key.length !== COMPOSITE_KEY_BYTES) return false;
  const { postQuantum, classical } = halvesOf(key);
  return !isZero(postQuantum.subarray(SEED_BYTES)) && isStrongEd25519Key(classical);
}

/**
 * Whether both halves of an X-Wing key keep a secret: coefficients below the modulus (the check of
 * FIPS 203 §7.2) and not all zero, and an X25519 key not of low order.
 */
export function isStrongPrekey(key: Uint8Array): boolean {
  if (key.length !== XWING_KEY_BYTES) return false;
  const { postQuantum, classical } = halvesOf(key);
  const polynomials = postQuantum.subarray(0, -SEED_BYTES);
  return isBelowModulus(polynomials) && !isZero(polynomials) && isStrongX25519Key(classical);
}

/** Whether two keys of which one is a hybrid share their classical half. */
export function reuses(hybrid: Uint8Array, classical: Uint8Array): boolean {
  return equalBytes(halvesOf(hybrid).classical, classical);
}

/** Coefficients of 12 bits, two in three bytes, the lowest bits first (FIPS 203 §4.2.1). */
function isBelowModulus(encoded: Uint8Array): boolean {
  for (let i = 0; i < encoded.length; i += 3) {
    const middle = encoded[i + 1]!;
    const first = encoded[i]! | ((middle & 15) << 8);
    const second = (middle >> 4) | (encoded[i + 2]! << 4);
    if (first >= ML_KEM_MODULUS || second >= ML_KEM_MODULUS) return false;
  }
  return true;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
