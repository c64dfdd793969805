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
import { CryptoUnsupportedError, IdentityDestroyedError } from './crypto-errors.js';
import { defaultProvider } from './default-provider.js';
import { XWING_KEY_BYTES } from './hybrid-keys.js';
import { IDENTITY_FILE_BYTES_MAX } from './identity-file-limits.js';
import { drawSecrets, IdentitySecrets, type SavedSecrets } from './identity-secrets.js';
import {
  makeRegistration,
  type RegistrationAuthor,
  type RegistrationOptions,
} from './new-registration.js';
import { derivePairwiseKey } from './pairwise.js';
import type { Registration } from './registration-record.js';
import type { ExportOptions } from './sealed-identity.js';
import { STATIC_DIFFIE_HELLMAN } from './static-diffie-hellman.js';
import { needPostQuantum, type Suite } from './suite.js';

/** How an identity is made. */
export interface IdentityOptions {
  /** Default agent of its registrations. */
  agentId?: string;
  /** Default swarm of its registrations and pairwise keys. */
  swarmId?: string;
  /** Where its secret keys come from. @default systemEntropy */
  random?: Entropy;
  /** @default systemClock */
  clock?: Clock;
  /** One with post-quantum primitives makes an identity of suite 2. @default the platform's */
  provider?: CryptoProvider;
}

type Part = 'random' | 'clock' | 'provider';
const PARTS: readonly Part[] = ['random', 'clock', 'provider'];
// not a spread, which bundlers keep whether it is needed or not
const OPTIONS = /* @__PURE__ */ ['agentId', 'swarmId'].concat(PARTS);

/**
 * The keys of one agent: Ed25519 to sign, X25519 to agree on keys; in suite 2 also a composite key
 * to sign with, and an X-Wing prekey to which others seal. The secrets leave it encrypted or not at
 * all: not in JSON, not in `util.inspect`, not through `structuredClone`, not in an error.
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
  readonly #random: Entropy;
  readonly #clock: Clock;
  readonly #provider: CryptoProvider;
  readonly #publicKeys: IdentityPublicKeys;
  #kemPublicKey: Uint8Array | undefined;
  #secrets: IdentitySecrets | undefined;
  /** For the handshake alone: 32 secret bytes, the caller's to erase. @internal */
  declare readonly [STATIC_DIFFIE_HELLMAN]: (peerPublicKey: Uint8Array) => Uint8Array;

  private constructor(options: IdentityOptions, saved?: SavedSecrets) {
    const { agentId, swarmId } = options;
    const { random, clock, provider } = checkParts(options);
    this.#agentId = agentId === undefined ? undefined : checkId('agentId', agentId);
    this.#swarmId = swarmId === undefined ? undefined : checkId('swarmId', swarmId);
    this.#random = random;
    this.#clock = clock;
    this.#provider = provider;
    this.#secrets = new IdentitySecrets(saved ?? drawSecrets(random, provider), provider);
    const { ed25519PublicKey, x25519PublicKey, compositePublicKey, prekeys } = this.#secrets;
    this.#publicKeys = { ed25519PublicKey, x25519PublicKey, compositePublicKey };
    this.#kemPublicKey = prekeys?.publicKey;
    // not a method: no bundler can leave out a class with a computed name in its body
    Object.defineProperty(this, STATIC_DIFFIE_HELLMAN, {
      value: (peerPublicKey: Uint8Array) =>
        provider.x25519.getSharedSecret(this.#alive().x25519, peerPublicKey),
    });
  }

  /** A new identity with fresh keys. @throws TypeError, RangeError for a bad option. */
  static create(options: IdentityOptions = {}): IdentityManager {
    checkObject('options', options, { keys: OPTIONS });
    return new this(options); // bundlers rename a class whose body names it
  }

  /**
   * An identity that `exportEncrypted` gave away, with its agent and swarm.
   *
   * @param options - its surroundings. Suite 2 needs a provider with post-quantum primitives.
   * @throws TypeError, RangeError for a password that is none.
   * @throws EdgeError `ERR_IDENTITY_PASSWORD`: another password, or the bytes were forged;
   *   `ERR_MALFORMED` for what is damaged, no export, or asks for more memory than is safe;
   *   `ERR_CRYPTO_UNSUPPORTED` if the provider lacks what the keys are for.
   * @example
   * const identity = IdentityManager.create({ agentId: 'worker-1' });
   * const bytes = await identity.exportEncrypted('correct horse', { costLog2: 15 });
   * const same = await IdentityManager.importEncrypted(bytes, 'correct horse');
   * equalBytes(same.ed25519PublicKey, identity.ed25519PublicKey); // => true
   */
  static async importEncrypted(
    bytes: Uint8Array,
    password: string,
    options: Pick<IdentityOptions, Part> = {},
  ): Promise<IdentityManager> {
    checkObject('options', options, { keys: PARTS });
    const { provider } = checkParts(options);
    // a copy: what counts is what was passed, whatever becomes of it while this waits
    const file = checkBytes('bytes', bytes).slice(0, IDENTITY_FILE_BYTES_MAX + 1);
    const { openIdentity } = await import('./sealed-identity.js');
    const { agentId, swarmId, secrets } = await openIdentity(file, password, provider);
    return new this(
      {
        ...options,
        provider,
        ...(agentId === undefined ? {} : { agentId }),
        ...(swarmId === undefined ? {} : { swarmId }),
      },
      secrets,
    );
  }

  get agentId(): string | undefined {
    return this.#agentId;
  }

  get swarmId(): string | undefined {
    return this.#swarmId;
  }

  /** 2 if its provider had post-quantum primitives when it was made. */
  get suite(): Suite {
    return this.#publicKeys.compositePublicKey === undefined ? 1 : 2;
  }

  /** A copy, 32 bytes. */
  get ed25519PublicKey(): Uint8Array {
    return this.#publicKeys.ed25519PublicKey.slice();
  }

  /** A copy, 32 bytes. */
  get x25519PublicKey(): Uint8Array {
    return this.#publicKeys.x25519PublicKey.slice();
  }

  /** A copy, 1,984 bytes; none in suite 1. */
  get compositePublicKey(): Uint8Array | undefined {
    return this.#publicKeys.compositePublicKey?.slice();
  }

  /** A copy of the present prekey, X-Wing, 1,216 bytes; none in suite 1. */
  get kemPublicKey(): Uint8Array | undefined {
    return this.#kemPublicKey?.slice();
  }

  get destroyed(): boolean {
    return this.#secrets === undefined;
  }

  /** An Ed25519 signature, 64 bytes. @throws EdgeError `ERR_IDENTITY_DESTROYED` */
  sign(message: Uint8Array): Uint8Array {
    return this.#provider.ed25519.sign(checkBytes('message', message), this.#alive().ed25519);
  }

  /**
   * A composite signature, 3,373 bytes: by ML-DSA-65 and by an Ed25519 key that signs nothing else.
   *
   * @throws EdgeError `ERR_IDENTITY_DESTROYED`, `ERR_CRYPTO_UNSUPPORTED` in suite 1.
   */
  signComposite(message: Uint8Array): Uint8Array {
    checkBytes('message', message);
    const secretKey = this.#alive().composite;
    if (secretKey === undefined) throw suite1('a composite signature');
    const { compositeSignature } = needPostQuantum(this.#provider, 'a composite signature');
    return compositeSignature.sign(message, secretKey);
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
   * The secret that somebody encapsulated to a prekey of this identity, 32 bytes. A ciphertext that
   * was changed gives another secret and no error.
   *
   * @param kemPublicKey - which prekey: what the registration said that the sender had.
   *   @default the present one
   * @throws EdgeError `ERR_PREKEY_GONE` if it was replaced a day ago or erased;
   *   `ERR_IDENTITY_DESTROYED`, `ERR_CRYPTO_UNSUPPORTED` in suite 1.
   */
  decapsulate(ciphertext: Uint8Array, kemPublicKey = this.#kemPublicKey): Uint8Array {
    checkBytes('ciphertext', ciphertext);
    const { prekeys } = this.#alive();
    if (prekeys === undefined || kemPublicKey === undefined) throw suite1('a prekey');
    const publicKey = checkBytes('kemPublicKey', kemPublicKey, { length: XWING_KEY_BYTES });
    return prekeys.decapsulate(ciphertext, publicKey, this.#clock.now());
  }

  /**
   * Replaces the prekey, which should happen daily; the next registration with `previous` tells
   * others. What was sealed to the former one opens for another day, or until
   * `eraseFormerPrekeys()`; of more than seven former ones the oldest go at once.
   *
   * @throws EdgeError `ERR_IDENTITY_DESTROYED`, `ERR_CRYPTO_UNSUPPORTED` in suite 1.
   */
  rotatePrekey(): void {
    const { prekeys } = this.#alive();
    if (prekeys === undefined) throw suite1('a prekey');
    prekeys.rotate(randomBytes(this.#random, 32), this.#clock.now());
    this.#kemPublicKey = prekeys.publicKey;
  }

  /** Overwrites the secrets of all prekeys but the present one: what was sealed to them is gone. */
  eraseFormerPrekeys(): void {
    this.#alive().prekeys?.eraseFormer();
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
      signComposite: (message) => this.signComposite(message),
      ...this.#publicKeys,
      kemPublicKey: this.#kemPublicKey,
      swarmId: this.#swarmId,
      clock: this.#clock,
      provider: this.#provider,
    };
    return makeRegistration(author, agentId, capabilities, options);
  }

  /**
   * All its keys, its agent and its swarm, sealed under a password by AES-256-GCM with a key that
   * scrypt gives; nothing but the suite is told without it. Former prekeys that are not due yet
   * come along.
   *
   * @param password - text of 1 to 1,024 bytes in UTF-8; it counts in its NFC form.
   * @throws EdgeError `ERR_IDENTITY_DESTROYED`, also if that happens meanwhile.
   */
  async exportEncrypted(password: string, options: ExportOptions = {}): Promise<Uint8Array> {
    checkObject('options', options, { keys: ['costLog2'] });
    this.#alive();
    const content = () => {
      const secrets = this.#alive();
      secrets.prekeys?.eraseDue(this.#clock.now());
      return { agentId: this.#agentId, swarmId: this.#swarmId, secrets: secrets.saved() };
    };
    const parts = { provider: this.#provider, random: this.#random };
    // loaded at the first use: who never exports does not pay for scrypt
    const { sealIdentity } = await import('./sealed-identity.js');
    return sealIdentity(password, content, options, parts);
  }

  /**
   * Overwrites all secret keys with zeros, former prekeys too; whatever needs them throws from now
   * on.
   */
  destroy(): void {
    this.#secrets?.destroy();
    this.#secrets = undefined;
  }

  /** Who this is, without any secret. */
  toJSON(): { agentId?: string; swarmId?: string; ed25519PublicKey: string } {
    return {
      ...(this.#agentId === undefined ? {} : { agentId: this.#agentId }),
      ...(this.#swarmId === undefined ? {} : { swarmId: this.#swarmId }),
      ed25519PublicKey: toBase64Url(this.#publicKeys.ed25519PublicKey),
    };
  }

  #alive(): IdentitySecrets {
    if (this.#secrets === undefined) throw new IdentityDestroyedError();
    return this.#secrets;
  }
}

interface IdentityPublicKeys {
  readonly ed25519PublicKey: Uint8Array;
  readonly x25519PublicKey: Uint8Array;
  readonly compositePublicKey: Uint8Array | undefined;
}

function checkParts(options: IdentityOptions): Required<Pick<IdentityOptions, Part>> {
  const { random = systemEntropy, clock = systemClock, provider = defaultProvider() } = options;
  checkObject('random', random, { methods: ['fill'] });
  checkObject('clock', clock, { methods: ['now'] });
  checkObject('provider', provider);
  return { random, clock, provider };
}

function suite1(what: string): CryptoUnsupportedError {
  return new CryptoUnsupportedError(what, 'this identity is of suite 1');
}
