import { EdgeError } from '@ruvector/core';

/** Sealed bytes do not open: wrong key, wrong nonce, or something was changed. Nothing of them is given out. */
export class CryptoOpenError extends EdgeError {
  override readonly name = 'CryptoOpenError';
  override readonly code = 'ERR_CRYPTO_OPEN';
  constructor(options?: ErrorOptions) {
    super('sealed bytes do not open with this key, nonce and associated data', { ...options });
  }
}

/** This platform, or this version, does not have the provider or algorithm that was asked for. */
export class CryptoUnsupportedError extends EdgeError {
  override readonly name = 'CryptoUnsupportedError';
  override readonly code = 'ERR_CRYPTO_UNSUPPORTED';
  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what} is not supported: ${reason}`, { details: { what, reason }, ...options });
  }
}

/** An identity was used after `destroy()`. */
export class IdentityDestroyedError extends EdgeError {
  override readonly name = 'IdentityDestroyedError';
  override readonly code = 'ERR_IDENTITY_DESTROYED';
  constructor(options?: ErrorOptions) {
    super('this identity was destroyed, its keys are gone', { ...options });
  }
}
