import { checkId, checkObject, fromBase64Url } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { defaultProvider } from './default-provider.js';
import { isStrongEd25519Key } from './ed25519-rules.js';
import { isStrongCompositeKey, isStrongPrekey, reuses } from './hybrid-keys.js';
import {
  memberKeyId,
  readRegistration,
  registrationBytes,
  signerOf,
  suiteOf,
  type Registration,
  type RegistrationRecord,
} from './registration-record.js';
import { isSignedBy } from './signature-pair.js';
import { postQuantumOf } from './suite.js';
import { isStrongX25519Key } from './x25519-rules.js';

/** Why a registration is refused; `docs/errors.md` says what each code means. */
export type RegistrationCode =
  | 'ERR_REGISTRATION_MALFORMED'
  | 'ERR_REGISTRATION_SWARM'
  | 'ERR_REGISTRATION_EARLY'
  | 'ERR_REGISTRATION_EXPIRED'
  | 'ERR_REGISTRATION_SUITE'
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
 * signed by all of its own signing keys. One of suite 2 needs a provider with post-quantum
 * primitives. Whether it may follow what is known of the agent, and whether the keys of the record
 * before signed it, the `MemberRegistry` knows. Never throws on account of `registration`, only for
 * `checks` that are none.
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
  if (record.swarm_id !== swarmId) return refuse('ERR_REGISTRATION_SWARM');
  if (!(record.joined_at <= now + CLOCK_SKEW_MS_MAX)) return refuse('ERR_REGISTRATION_EARLY');
  if (!(now < record.expires_at)) return refuse('ERR_REGISTRATION_EXPIRED');
  if (suiteOf(record) === 2 && postQuantumOf(provider) === undefined)
    return refuse('ERR_REGISTRATION_SUITE'); // half of the proof would be no proof
  if (!isSignedBy(registrationBytes(record), signatures, signerOf(record), provider))
    return refuse('ERR_REGISTRATION_SIGNATURE');
  // after the signatures, which cost less
  if (!hasStrongKeys(record)) return refuse('ERR_REGISTRATION_KEY');
  return { ok: true, registration: read, memberKeyId: memberKeyId(record, provider) };
}

/** Each key safe by itself, and none in two places: the composite draft forbids to share one. */
function hasStrongKeys(record: RegistrationRecord): boolean {
  const ed25519 = fromBase64Url(record.ed25519_public_key);
  const x25519 = fromBase64Url(record.x25519_public_key);
  if (!isStrongEd25519Key(ed25519) || !isStrongX25519Key(x25519)) return false;
  if (record.composite_public_key === null || record.kem_public_key === null) return true;
  const composite = fromBase64Url(record.composite_public_key);
  const prekey = fromBase64Url(record.kem_public_key);
  if (!isStrongCompositeKey(composite) || !isStrongPrekey(prekey)) return false;
  return !reuses(composite, ed25519) && !reuses(prekey, x25519);
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

/** Whether all keys of the record before signed this one. */
export function isSignedByPrevious(
  next: Registration,
  previous: RegistrationRecord,
  provider: CryptoProvider,
): boolean {
  const { previous: ed25519, previous_composite: composite = null } = next.signatures;
  if (ed25519 === undefined) return false;
  const signatures = { ed25519, composite };
  return isSignedBy(registrationBytes(next.record), signatures, signerOf(previous), provider);
}
