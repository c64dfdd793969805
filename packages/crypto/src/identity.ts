import {
  checkBytes,
  checkId,
  checkObject,
  randomBytes,
  systemClock,
  systemEntropy,
  toBase64Url,
} from '@ruvector/core';
import type { Clock, CryptoProvider, Entropy } from '@ruvector/core';
import { IdentityDestroyedError } from './crypto-errors.js';
import { defaultProvider } from './default-provider.js';
import {
  makeRegistration,
  type RegistrationAuthor,
  type RegistrationOptions,
} from './new-registration.js';
import { derivePairwiseKey } from './pairwise.js';
import type { Registration } from './registration-record.js';
import { STATIC_DIFFIE_HELLMAN } from './static-diffie-hellman.js';

/** How an identity is made. */
export interface IdentityOptions {
  /** Default agent of its registrations. */
  agentId?: string;
  /** Default swarm of its registrations and pairwise keys. */
  swarmId?: string;
  /** Where its two secret keys come from. @default systemEntropy */
  random?: Entropy;
  /** @default systemClock */
  clock?: Clock;
  /** @default the platform's */
  provider?: CryptoProvider;
}

const OPTIONS: readonly (keyof IdentityOptions)[] = [
  'agentId',
  'swarmId',
  'random',
  'clock',
  'provider',
];

/**
 * The keys of one agent: Ed25519 to sign, X25519 to agree on keys. The secrets never leave it: not
 * in JSON, not in `util.inspect`, not through `structuredClone`, not in an error.
 *
 * @example
 * const identity = IdentityManager.create({ agentId: 'worker-1', swarmId: 'swarm-1' });
 * const registration = identity.createRegistration('worker-1', ['embed', 'search']);
 * verifyRegistration(registration, { swarmId: 'swarm-1', now: systemClock.now() }); // => true
 * identity.destroy();
 */
export class IdentityManager {
  readonly #agentId: string | undefined;
  readonly #swarmId: string | undefined;
  readonly #clock: Clock;
  readonly #provider: CryptoProvider;
  readonly #ed25519PublicKey: Uint8Array;
  readonly #x25519PublicKey: Uint8Array;
  #secrets: { ed25519: Uint8Array; x25519: Uint8Array } | undefined;

  private constructor(options: IdentityOptions) {
    checkObject('options', options, { keys: OPTIONS });
    const { agentId, swarmId, random = systemEntropy, clock = systemClock } = options;
    checkObject('random', random, { methods: ['fill'] });
    checkObject('clock', clock, { methods: ['now'] });
    if (options.provider !== undefined) checkObject('provider', options.provider);
    this.#agentId = agentId === undefined ? undefined : checkId('agentId', agentId);
    this.#swarmId = swarmId === undefined ? undefined : checkId('swarmId', swarmId);
    this.#clock = clock;
    this.#provider = options.provider ?? defaultProvider();
    this.#secrets = { ed25519: randomBytes(random, 32), x25519: randomBytes(random, 32) };
    this.#ed25519PublicKey = this.#provider.ed25519.getPublicKey(this.#secrets.ed25519);
    this.#x25519PublicKey = this.#provider.x25519.getPublicKey(this.#secrets.x25519);
  }

  /** A new identity with fresh keys. @throws TypeError, RangeError for a bad option. */
  static create(options: IdentityOptions = {}): IdentityManager {
    return new this(options); // bundlers rename a class whose body names it
  }

  get agentId(): string | undefined {
    return this.#agentId;
  }

  get swarmId(): string | undefined {
    return this.#swarmId;
  }

  /** A copy, 32 bytes. */
  get ed25519PublicKey(): Uint8Array {
    return this.#ed25519PublicKey.slice();
  }

  /** A copy, 32 bytes. */
  get x25519PublicKey(): Uint8Array {
    return this.#x25519PublicKey.slice();
  }

  get destroyed(): boolean {
    return this.#secrets === undefined;
  }

  /** An Ed25519 signature, 64 bytes. @throws EdgeError `ERR_IDENTITY_DESTROYED` */
  sign(message: Uint8Array): Uint8Array {
    return this.#provider.ed25519.sign(checkBytes('message', message), this.#alive().ed25519);
  }

  /**
   * The key shared with a peer, 32 bytes: see `derivePairwiseKey`.
   *
   * @throws EdgeError `ERR_IDENTITY_DESTROYED`
   */
  derivePairwiseKey(peerPublicKey: Uint8Array, swarmId = this.#swarmId): Uint8Array {
    const secretKey = this.#alive().x25519;
    return derivePairwiseKey(secretKey, peerPublicKey, checkId('swarmId', swarmId), this.#provider);
  }

  /** For the handshake alone: 32 secret bytes, the caller's to erase. @internal */
  [STATIC_DIFFIE_HELLMAN](peerPublicKey: Uint8Array): Uint8Array {
    return this.#provider.x25519.getSharedSecret(this.#alive().x25519, peerPublicKey);
  }

  /**
   * A signed registration of this identity's keys for an agent.
   *
   * With `previous` it is the next revision of that registration: of the same keys, or, if
   * `previousIdentity` is given, a change from its keys to these.
   *
   * @param capabilities - in any order; sorted and made unique here. At most 64 of 1 to 128
   *   characters without control characters.
   * @throws TypeError, RangeError for what no registration may say.
   * @throws EdgeError `ERR_IDENTITY_DESTROYED`
   */
  createRegistration(
    agentId = this.#agentId,
    capabilities: readonly string[] = [],
    options: RegistrationOptions = {},
  ): Registration {
    this.#alive();
    const author: RegistrationAuthor = {
      sign: (message) => this.sign(message),
      ed25519PublicKey: this.#ed25519PublicKey,
      x25519PublicKey: this.#x25519PublicKey,
      swarmId: this.#swarmId,
      clock: this.#clock,
      provider: this.#provider,
    };
    return makeRegistration(author, agentId, capabilities, options);
  }

  /** Overwrites the secret keys with zeros; whatever needs them throws from now on. */
  destroy(): void {
    this.#secrets?.ed25519.fill(0);
    this.#secrets?.x25519.fill(0);
    this.#secrets = undefined;
  }

  /** Who this is, without any secret. */
  toJSON(): { agentId?: string; swarmId?: string; ed25519PublicKey: string } {
    return {
      ...(this.#agentId === undefined ? {} : { agentId: this.#agentId }),
      ...(this.#swarmId === undefined ? {} : { swarmId: this.#swarmId }),
      ed25519PublicKey: toBase64Url(this.#ed25519PublicKey),
    };
  }

  #alive(): { ed25519: Uint8Array; x25519: Uint8Array } {
    if (this.#secrets === undefined) throw new IdentityDestroyedError();
    return this.#secrets;
  }
}
