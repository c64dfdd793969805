import { EdgeError } from '@ruvector/core';

/**
 * Sealed bytes do not open: wrong key, wrong nonce, or something was changed. Nothing of them is
 * given out, and the error does not say which it was.
 *
 * @example
 * const [key, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(12)];
 * const sealed = aes256gcm.seal(key, nonce, utf8('hello'));
 * sealed[0]! ^= 1;
 * try {
 *   aes256gcm.open(key, nonce, sealed);
 * } catch (error) {
 *   (error as CryptoOpenError).code; // => 'ERR_CRYPTO_OPEN'
 * }
 */
export class CryptoOpenError extends EdgeError {
  override readonly name = 'CryptoOpenError';
  override readonly code = 'ERR_CRYPTO_OPEN';
  constructor(options?: ErrorOptions) {
    super('sealed bytes do not open with this key, nonce and associated data', { ...options });
  }
}

/**
 * This platform, or this version, does not have the provider or algorithm that was asked for.
 *
 * `details`: `what` was asked for, and the `reason` why there is none.
 *
 * @example
 * const error = new CryptoUnsupportedError('provider "node"', 'there is no node:crypto here');
 * error.message; // => 'provider "node" is not supported: there is no node:crypto here'
 */
export class CryptoUnsupportedError extends EdgeError {
  override readonly name = 'CryptoUnsupportedError';
  override readonly code = 'ERR_CRYPTO_UNSUPPORTED';
  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what} is not supported: ${reason}`, { details: { what, reason }, ...options });
  }
}

/**
 * An identity was used after `destroy()`.
 *
 * @example
 * const identity = IdentityManager.create({ agentId: 'worker-1', swarmId: 'swarm-1' });
 * identity.destroy();
 * try {
 *   identity.sign(utf8('hello'));
 * } catch (error) {
 *   (error as IdentityDestroyedError).code; // => 'ERR_IDENTITY_DESTROYED'
 * }
 */
export class IdentityDestroyedError extends EdgeError {
  override readonly name = 'IdentityDestroyedError';
  override readonly code = 'ERR_IDENTITY_DESTROYED';
  constructor(options?: ErrorOptions) {
    super('this identity was destroyed, its keys are gone', { ...options });
  }
}

/**
 * A pairwise session can't seal now. `details.reason`: `none` (no handshake yet), `unconfirmed` (as
 * responder, nothing was opened yet), `over` (too old, used up, or destroyed).
 *
 * @example
 * new SessionUnavailableError('over').details; // => { reason: 'over' }
 */
export class SessionUnavailableError extends EdgeError {
  override readonly name = 'SessionUnavailableError';
  override readonly code = 'ERR_SESSION_UNAVAILABLE';
  constructor(reason: 'none' | 'unconfirmed' | 'over', options?: ErrorOptions) {
    super(`the session cannot seal: ${SESSION_REASONS[reason]}`, {
      details: { reason },
      ...options,
    });
  }
}

const SESSION_REASONS = {
  none: 'there was no handshake with this peer yet',
  unconfirmed: 'the peer has not shown yet that it has the keys',
  over: 'its keys are too old, used up or destroyed',
};
