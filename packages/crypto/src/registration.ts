import { checkId, checkObject, fromBase64Url } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { defaultProvider } from './default-provider.js';
import { isStrongEd25519Key } from './ed25519-rules.js';
import {
  memberKeyId,
  readRegistration,
  registrationBytes,
  type Registration,
} from './registration-record.js';
import { isStrongX25519Key } from './x25519-rules.js';

/** Why a registration is refused; `docs/errors.md` says what each code means. */
export type RegistrationCode =
  | 'ERR_REGISTRATION_MALFORMED'
  | 'ERR_REGISTRATION_SWARM'
  | 'ERR_REGISTRATION_EARLY'
  | 'ERR_REGISTRATION_EXPIRED'
  | 'ERR_REGISTRATION_KEY'
  | 'ERR_REGISTRATION_SIGNATURE';

/** What `checkRegistration` found: a frozen copy and its key id (32 bytes), or why not. */
export type RegistrationVerdict =
  | { readonly ok: true; readonly registration: Registration; readonly memberKeyId: Uint8Array }
  | { readonly ok: false; readonly code: RegistrationCode };

/** What a registration is held against. */
export interface RegistrationChecks {
  readonly swarmId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** @default the platform's */
  readonly provider?: CryptoProvider;
}

const CHECKS: readonly (keyof RegistrationChecks)[] = ['swarmId', 'now', 'provider'];

/** A registration may be this much younger than the reader's clock says. */
export const CLOCK_SKEW_MS_MAX = 30_000;

/**
 * Judges a registration that nobody vouches for: exact shape, this swarm, valid now, strong keys,
 * signed by its own key. Whether it may follow what is known of the agent, the `MemberRegistry`
 * knows. Never throws on account of `registration`, only for `checks` that are none.
 *
 * @returns a frozen copy with its member key id, or the code of the first rule it breaks.
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const registration = identity.createRegistration('worker-1', ['embed']);
 * const verdict = checkRegistration(registration, { swarmId: 'swarm-2', now: systemClock.now() });
 * verdict; // => { ok: false, code: 'ERR_REGISTRATION_SWARM' }
 */
export function checkRegistration(
  registration: unknown,
  checks: RegistrationChecks,
): RegistrationVerdict {
  const {
    swarmId,
    now,
    provider = defaultProvider(),
  } = checkObject('checks', checks, {
    keys: CHECKS,
  });
  checkId('swarmId', swarmId);
  // NaN and infinite are a broken clock, under which nothing is valid: a verdict, not a mistake
  if (typeof now !== 'number') throw new TypeError(`now must be a number, got ${typeof now}`);
  checkObject('provider', provider);
  let read: Registration;
  try {
    read = readRegistration(registration);
  } catch {
    return refuse('ERR_REGISTRATION_MALFORMED'); // whatever a hostile object throws
  }
  const { record, signatures } = read;
  if (record.rev > 1 !== (signatures.previous !== undefined))
    return refuse('ERR_REGISTRATION_MALFORMED');
  if (record.swarm_id !== swarmId) return refuse('ERR_REGISTRATION_SWARM');
  if (!(record.joined_at <= now + CLOCK_SKEW_MS_MAX)) return refuse('ERR_REGISTRATION_EARLY');
  if (!(now < record.expires_at)) return refuse('ERR_REGISTRATION_EXPIRED');
  const publicKey = fromBase64Url(record.ed25519_public_key);
  const signature = fromBase64Url(signatures.ed25519);
  if (!provider.ed25519.verify(signature, registrationBytes(record), publicKey))
    return refuse('ERR_REGISTRATION_SIGNATURE');
  // after the signature, which costs less
  if (!isStrongEd25519Key(publicKey) || !isStrongX25519Key(fromBase64Url(record.x25519_public_key)))
    return refuse('ERR_REGISTRATION_KEY');
  return { ok: true, registration: read, memberKeyId: memberKeyId(record, provider) };
}

function refuse(code: RegistrationCode): RegistrationVerdict {
  return { ok: false, code };
}

/**
 * Whether a registration holds: `checkRegistration` as yes or no.
 *
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const registration = identity.createRegistration('worker-1', ['embed']);
 * verifyRegistration(registration, { swarmId: 'swarm-1', now: systemClock.now() }); // => true
 */
export function verifyRegistration(registration: unknown, checks: RegistrationChecks): boolean {
  return checkRegistration(registration, checks).ok;
}

/** Whether the key of the record before signed this one. */
export function isSignedByPrevious(
  next: Registration,
  previousKey: Uint8Array,
  provider: CryptoProvider,
): boolean {
  const { previous } = next.signatures;
  if (previous === undefined) return false;
  return provider.ed25519.verify(
    fromBase64Url(previous),
    registrationBytes(next.record),
    previousKey,
  );
}
