import { checkObject } from '@ruvector/core';
import type { CryptoProvider, PostQuantumPrimitives } from '@ruvector/core';
import type { EpochSuite } from './epoch-roster.js';

/** The secrets of this agent, as far as epochs use them; an `IdentityManager` is one. */
export interface EpochIdentity {
  /** Ed25519, for envelopes and the commits of suite 1. */
  sign(message: Uint8Array): Uint8Array;
  /** The composite key's signature, for the commits of suite 2. */
  signComposite?(message: Uint8Array): Uint8Array;
  /**
   * The X-Wing secret in a ciphertext for the prekey that the own registration names, 32 bytes, the
   * caller's own. An `EdgeError` if there is none, or the prekey is gone.
   */
  decapsulate?(ciphertext: Uint8Array, kemPublicKey: Uint8Array): Uint8Array;
}

/** A provider that has, for suite 2, the post-quantum primitives that epochs use. */
export interface EpochProvider extends CryptoProvider {
  /** Seals welcomes to prekeys; needed in suite 2. */
  readonly xwing?: PostQuantumPrimitives['xwing'];
  /** Signs and verifies commits in suite 2. */
  readonly compositeSignature?: PostQuantumPrimitives['compositeSignature'];
}

/** Refuses a suite for which something is missing, rather than to fall back to a lesser one. */
export function checkSuite(
  suite: unknown,
  identity: EpochIdentity,
  provider: EpochProvider,
): EpochSuite {
  if (suite !== 1 && suite !== 2)
    throw new RangeError(`suite must be 1 or 2, got ${String(suite)}`);
  checkObject('identity', identity, { methods: ['sign'] });
  if (suite === 1) return suite;
  checkObject('identity', identity, { methods: ['signComposite', 'decapsulate'] });
  if (!provider.xwing || !provider.compositeSignature)
    throw new TypeError('provider must have xwing and compositeSignature in suite 2');
  return suite;
}
