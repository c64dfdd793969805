import { checkInteger, checkObject } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { copyAdmins } from './admin-keys.js';
import type { AdmissionPolicy } from './admission.js';
import { defaultProvider } from './default-provider.js';
import { verifyInvite, type InviteCode, type InviteRecord } from './invite.js';
import type { SignerPublicKeys } from './signature-pair.js';
import { needPostQuantum } from './suite.js';

/** Used invites that are remembered until they expire, unless told. */
export const USED_INVITES_MAX = 65_536;

/** How invites are judged. */
export interface SignedInvitesOptions {
  /** Used invites remembered at a time; above it all are refused. @default 65_536 */
  maxUsed?: number;
  /** Post-quantum too if an admin has a composite key. @default the platform's */
  provider?: CryptoProvider;
}

/** Why a policy of invites refuses; `docs/errors.md` says what each code means. */
export type SignedInvitesCode =
  InviteCode | 'ERR_INVITE_MISSING' | 'ERR_INVITE_USED' | 'ERR_INVITE_LIMIT';

/**
 * Admits who comes with an invite that one of these admins signed, once for each invite. A member
 * needs none for its next revision; one who left needs a new one to return. Used invites are
 * remembered in memory until they expire: after a restart one that names no agent opens the door
 * again.
 *
 * Ask it directly, not before another policy that may still refuse: a yes uses the invite up.
 *
 * @throws EdgeError `ERR_CRYPTO_UNSUPPORTED` if an admin has a composite key and the provider
 *   cannot judge it.
 * @example
 * const admin = IdentityManager.create();
 * const registry = new MemberRegistry({
 *   swarmId: 'swarm-1',
 *   admission: signedInvites([admin]),
 *   clock: systemClock,
 * });
 * const invite = signInvite({ swarmId: 'swarm-1' }, admin);
 * const registrationOf = (id: string) =>
 *   IdentityManager.create({ swarmId: 'swarm-1' }).createRegistration(id);
 * registry.apply(registrationOf('worker-1'), invite).ok; // => true
 * registry.apply(registrationOf('worker-2'), invite); // => { ok: false, code: 'ERR_INVITE_USED' }
 */
export function signedInvites(
  admins: readonly SignerPublicKeys[],
  options: SignedInvitesOptions = {},
): AdmissionPolicy {
  checkObject('options', options, { keys: ['maxUsed', 'provider'] });
  const { maxUsed = USED_INVITES_MAX, provider = defaultProvider() } = options;
  checkInteger('maxUsed', maxUsed, { min: 1, max: 1 << 22 });
  const own = copyAdmins(admins);
  if (own.some(({ compositePublicKey }) => compositePublicKey !== undefined))
    needPostQuantum(provider, 'an admin with a composite key');
  const used = new UsedInvites(maxUsed);
  return ({ record }, { invite, isKnown, now }) => {
    if (isKnown) return true;
    if (invite === undefined) return 'ERR_INVITE_MISSING';
    const { swarm_id: swarmId, agent_id: agentId } = record;
    const verdict = verifyInvite(invite, { swarmId, agentId, now, admins: own, provider });
    return verdict.ok ? used.use(verdict.invite.record, now) : verdict.code;
  };
}

/** Remembers what was used for as long as it could be used again. */
class UsedInvites {
  readonly #max: number;
  /** When each expires, by nonce. */
  readonly #expiry = new Map<string, number>();
  /** The latest expiry of what was forgotten: a clock set back brings none of it in again. */
  #forgottenUntil = 0;

  constructor(max: number) {
    this.#max = max;
  }

  use({ nonce, expires_at }: InviteRecord, now: number): true | SignedInvitesCode {
    if (expires_at <= this.#forgottenUntil) return 'ERR_INVITE_TIME';
    if (this.#expiry.has(nonce)) return 'ERR_INVITE_USED';
    if (this.#expiry.size >= this.#max) this.#forgetExpired(now);
    if (this.#expiry.size >= this.#max) return 'ERR_INVITE_LIMIT';
    this.#expiry.set(nonce, expires_at);
    return true;
  }

  #forgetExpired(now: number): void {
    for (const [nonce, expiresAt] of this.#expiry)
      if (expiresAt <= now) {
        this.#expiry.delete(nonce);
        this.#forgottenUntil = Math.max(this.#forgottenUntil, expiresAt);
      }
  }
}
