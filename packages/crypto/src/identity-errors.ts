import { EdgeError } from '@ruvector/core';

/**
 * An exported identity does not open: the password is another one, or somebody changed the bytes.
 * The two look the same on purpose.
 *
 * @example
 * isEdgeError(new IdentityPasswordError(), 'ERR_IDENTITY_PASSWORD'); // => true
 */
export class IdentityPasswordError extends EdgeError {
  override readonly name = 'IdentityPasswordError';
  override readonly code = 'ERR_IDENTITY_PASSWORD';
  constructor(options?: ErrorOptions) {
    super('the identity does not open with this password', { ...options });
  }
}

/**
 * Something was sealed to a prekey that this identity never had, or has erased.
 *
 * @example
 * isEdgeError(new PrekeyGoneError(), 'ERR_PREKEY_GONE'); // => true
 */
export class PrekeyGoneError extends EdgeError {
  override readonly name = 'PrekeyGoneError';
  override readonly code = 'ERR_PREKEY_GONE';
  constructor(options?: ErrorOptions) {
    super('this identity does not have the secret of that prekey any more', { ...options });
  }
}
