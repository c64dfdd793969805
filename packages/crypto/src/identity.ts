import {
  checkBytes,
  checkId,
  checkInteger,
  checkObject,
  checkString,
  fromBase64Url,
  systemClock,
  systemEntropy,
  toBase64Url,
  toHex,
} from '@ruvector/core';
import type { Clock, CryptoProvider, Entropy } from '@ruvector/core';
import { IdentityDestroyedError } from './crypto-errors.js';
import { defaultProvider } from './default-provider.js';
import { derivePairwiseKey } from './pairwise.js';
import {
  CAPABILITY_CHARS_MAX,
  isSignedByPrevious,
  memberKeyId,
  NO_PREVIOUS,
  readRecord,
  registrationBytes,
  type Registration,
  type RegistrationRecord,
} from './registration.js';

/** How long a registration is valid unless told: 30 days, in milliseconds. */
export const REGISTRATION_LIFETIME_MS = 30 * 24 * 3_600_000;

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

/** How a registration is made. */
export interface RegistrationOptions {
  /** @default the identity's */
  swarmId?: string;
  /** Milliseconds since 1970. @default 30 days from now */
  expiresAt?: number;
  /** The agent's present registration, which the new one replaces. */
  previous?: Registration;
  /** Holds the key of `previous`. @default this identity */
  previousIdentity?: Pick<IdentityManager, 'sign'>;
}

const REGISTRATION_OPTIONS: readonly (keyof RegistrationOptions)[] = [
  'swarmId',
  'expiresAt',
  'previous',
  'previousIdentity',
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
    this.#secrets = { ed25519: new Uint8Array(32), x25519: new Uint8Array(32) };
    random.fill(this.#secrets.ed25519);
    random.fill(this.#secrets.x25519);
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
    checkObject('options', options, { keys: REGISTRATION_OPTIONS });
    const { previous, previousIdentity = this } = options;
    checkCapabilities(capabilities);
    const joinedAt = Math.floor(this.#clock.now());
    const expiresAt = options.expiresAt ?? joinedAt + REGISTRATION_LIFETIME_MS;
    const record = checkedRecord({
      v: 1,
      swarm_id: checkId('swarmId', options.swarmId ?? this.#swarmId),
      agent_id: checkId('agentId', agentId),
      ed25519_public_key: toBase64Url(this.#ed25519PublicKey),
      x25519_public_key: toBase64Url(this.#x25519PublicKey),
      composite_public_key: null,
      kem_public_key: null,
      capabilities: [...new Set(capabilities)].sort(),
      joined_at: joinedAt,
      expires_at: checkInteger('expiresAt', expiresAt, { min: joinedAt + 1 }),
      rev: (previous?.record.rev ?? 0) + 1,
      prev: previous ? toHex(memberKeyId(previous.record, this.#provider)) : NO_PREVIOUS,
    });
    const bytes = registrationBytes(record);
    const own = { ed25519: toBase64Url(this.sign(bytes)), composite: null };
    if (previous === undefined) return { record, signatures: own };
    const next = {
      record,
      signatures: { ...own, previous: toBase64Url(previousIdentity.sign(bytes)) },
    };
    this.#checkFollows(next, previous);
    return next;
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

  #checkFollows(next: Registration, previous: Registration): void {
    const { agent_id, swarm_id, ed25519_public_key } = previous.record;
    if (next.record.agent_id !== agent_id || next.record.swarm_id !== swarm_id)
      throw new RangeError('previous must be a registration of the same agent and swarm');
    if (!isSignedByPrevious(next, fromBase64Url(ed25519_public_key), this.#provider))
      throw new RangeError('previousIdentity must hold the key that previous registered');
  }
}

function checkCapabilities(capabilities: readonly string[]): void {
  if (!Array.isArray(capabilities)) throw new TypeError('capabilities must be an array');
  capabilities.forEach((text, i) =>
    checkString(`capabilities[${i}]`, text, { min: 1, max: CAPABILITY_CHARS_MAX }),
  );
}

/** The record as a reader will see it; what it would refuse is the caller's mistake here. */
function checkedRecord(record: RegistrationRecord): RegistrationRecord {
  try {
    return readRecord(record);
  } catch (cause) {
    throw new RangeError((cause as Error).message, { cause });
  }
}
