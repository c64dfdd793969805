import { scryptAsync } from '@noble/hashes/scrypt.js';
import { checkInteger, utf8 } from '@ruvector/core';
import { KDF_COST_LOG2_MAX, KDF_COST_LOG2_MIN } from './identity-file-limits.js';

/** r and p of scrypt: no other values are taken. */
export const KDF_BLOCK_SIZE = 8;
export const KDF_PARALLELISM = 1;
export const KDF_SALT_BYTES = 32;
const PASSWORD_BYTES_MAX = 1024;

/**
 * The AES-256 key that a password gives with this salt. Yields to the event loop while it works.
 *
 * @param password - from `passwordBytes`; erased.
 */
export async function deriveKey(
  password: Uint8Array,
  salt: Uint8Array,
  costLog2: number,
): Promise<Uint8Array> {
  try {
    return await scryptAsync(password, salt, {
      N: 2 ** costLog2,
      r: KDF_BLOCK_SIZE,
      p: KDF_PARALLELISM,
      dkLen: 32,
    });
  } finally {
    password.fill(0);
  }
}

/**
 * UTF-8 of the NFC form, so that it counts what was typed and not on which keyboard.
 *
 * @throws TypeError, RangeError unless it is text of 1 to 1,024 bytes; the password is not in them.
 */
export function passwordBytes(password: unknown): Uint8Array {
  if (typeof password !== 'string') throw new TypeError('password must be a string');
  // before the work of normalising: what is longer has more than so many bytes afterwards too
  if (password.length > 3 * PASSWORD_BYTES_MAX) throw new RangeError(PASSWORD_RULE);
  if (/\p{Surrogate}/u.test(password))
    throw new RangeError('password must not have a lone surrogate');
  const bytes = utf8(password.normalize('NFC'));
  if (bytes.length >= 1 && bytes.length <= PASSWORD_BYTES_MAX) return bytes;
  bytes.fill(0);
  throw new RangeError(PASSWORD_RULE);
}

const PASSWORD_RULE = `password must have 1 to ${PASSWORD_BYTES_MAX} bytes`;

/** @throws TypeError, RangeError outside of floor and ceiling. */
export function checkCost(costLog2: unknown): number {
  return checkInteger('costLog2', costLog2, { min: KDF_COST_LOG2_MIN, max: KDF_COST_LOG2_MAX });
}
