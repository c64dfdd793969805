import { randomBytes } from '@ruvector/core';
import type { CryptoProvider, Entropy, KeyPair } from '@ruvector/core';
import { reuses } from './hybrid-keys.js';
import { Prekeys, type SavedPrekey } from './prekeys.js';
import { postQuantumOf, type Suite } from './suite.js';

/** Bytes of a composite secret key: the two seeds. */
export const COMPOSITE_SECRET_BYTES = 64;

/** Secret keys as they are drawn, saved and read back. */
export interface SavedSecrets {
  /** 32 bytes. */
  readonly ed25519: Uint8Array;
  /** 32 bytes. */
  readonly x25519: Uint8Array;
  /** In suite 2 only. */
  readonly hybrid:
    | {
        /** 64 bytes. */
        readonly composite: Uint8Array;
        /** The present one first, then the former ones, newest first. */
        readonly prekeys: readonly SavedPrekey[];
      }
    | undefined;
}

/**
 * Fresh secrets, for suite 2 if the provider has what that needs. The keys of suite 1 are drawn
 * first: the same entropy gives the same ones in either suite.
 */
export function drawSecrets(random: Entropy, provider: CryptoProvider): SavedSecrets {
  const [ed25519, x25519] = [randomBytes(random, 32), randomBytes(random, 32)];
  if (postQuantumOf(provider) === undefined) return { ed25519, x25519, hybrid: undefined };
  const composite = randomBytes(random, COMPOSITE_SECRET_BYTES);
  const prekeys = [{ secretKey: randomBytes(random, 32), replacedAt: undefined }];
  return { ed25519, x25519, hybrid: { composite, prekeys } };
}

/**
 * All secret keys of an identity, with their public ones: the one place that holds them, and that
 * overwrites them.
 */
export class IdentitySecrets {
  readonly ed25519PublicKey: Uint8Array;
  readonly x25519PublicKey: Uint8Array;
  readonly compositePublicKey: Uint8Array | undefined;
  readonly #ed25519: Uint8Array;
  readonly #x25519: Uint8Array;
  readonly #composite: KeyPair | undefined;
  readonly #prekeys: Prekeys | undefined;

  /**
   * Takes over the secrets: only this object has them from now on.
   *
   * @throws RangeError if two keys are the same, which no good entropy gives.
   */
  constructor({ ed25519, x25519, hybrid }: SavedSecrets, provider: CryptoProvider) {
    this.#ed25519 = ed25519;
    this.#x25519 = x25519;
    this.ed25519PublicKey = provider.ed25519.getPublicKey(ed25519);
    this.x25519PublicKey = provider.x25519.getPublicKey(x25519);
    const postQuantum = postQuantumOf(provider);
    if (hybrid === undefined || postQuantum === undefined) return;
    this.#composite = postQuantum.compositeSignature.keygen(hybrid.composite);
    hybrid.composite.fill(0);
    this.compositePublicKey = this.#composite.publicKey;
    const [present, ...former] = hybrid.prekeys;
    this.#prekeys = new Prekeys(postQuantum.xwing, present!.secretKey, former);
    if (
      reuses(this.compositePublicKey, this.ed25519PublicKey) ||
      reuses(this.#prekeys.publicKey, this.x25519PublicKey)
    ) {
      this.destroy();
      throw new RangeError('random must not give the same bytes twice: two keys are the same');
    }
  }

  get suite(): Suite {
    return this.#composite === undefined ? 1 : 2;
  }

  /** The secret itself, for one call of a provider. */
  get ed25519(): Uint8Array {
    return this.#ed25519;
  }

  /** As above. */
  get x25519(): Uint8Array {
    return this.#x25519;
  }

  /** As above; none in suite 1. */
  get composite(): Uint8Array | undefined {
    return this.#composite?.secretKey;
  }

  get prekeys(): Prekeys | undefined {
    return this.#prekeys;
  }

  /** Views of all of them. */
  saved(): SavedSecrets {
    const [composite, prekeys] = [this.#composite, this.#prekeys];
    const hybrid = composite &&
      prekeys && { composite: composite.secretKey, prekeys: prekeys.saved() };
    return { ed25519: this.#ed25519, x25519: this.#x25519, hybrid };
  }

  /** Overwrites all of them with zeros. */
  destroy(): void {
    for (const secret of [this.#ed25519, this.#x25519, this.#composite?.secretKey]) secret?.fill(0);
    this.#prekeys?.destroy();
  }
}
