import {
  checkId,
  checkObject,
  concatBytes,
  systemClock,
  toBase64Url,
  toHex,
  utf8,
} from '@ruvector/core';
import type { Clock, CryptoProvider } from '@ruvector/core';
import { adminBy } from './admin-keys.js';
import { canonicalize } from './canonical-json.js';
import { defaultProvider } from './default-provider.js';
import { DST } from './domain.js';
import type { MemberRegistry } from './member-registry.js';
import {
  asReadBack,
  base64UrlField,
  hashField,
  idField,
  literalField,
  malformed,
  nullOr,
  readExact,
  timeField,
  type FieldReader,
} from './record-fields.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';
import { memberKeyId, type RegistrationRecord } from './registration-record.js';
import {
  isSignedBy,
  signaturePairField,
  signPair,
  type SignaturePair,
  type Signer,
  type SignerPublicKeys,
} from './signature-pair.js';

/** What an admin, or the member itself, says: this one is no longer a member. */
export interface RemovalRecord {
  /** Version of the format. */
  readonly v: 1;
  readonly swarm_id: string;
  readonly agent_id: string;
  /** `left` may return with its next revision, `revoked` never. */
  readonly reason: 'left' | 'revoked';
  /**
   * Of the record that it leaves with, 64 hexadecimal digits, so that the statement says nothing
   * any more once it has returned; `null` if it is revoked, whatever record it has by then.
   */
  readonly member_key_id: string | null;
  /** Ed25519 key of the admin who signed, 32 bytes, base64url; `null` if the member did. */
  readonly admin_public_key: string | null;
  /** Milliseconds since 1970, by the signer's clock. */
  readonly removed_at: number;
}

/** A signed removal: plain JSON, safe to show to anyone. */
export interface Removal {
  readonly record: RemovalRecord;
  readonly signatures: SignaturePair;
}

/** What a removal says. */
export interface RemovalOptions {
  /** The registration that ends. */
  registration: { readonly record: RegistrationRecord };
  reason: 'left' | 'revoked';
  /** @default systemClock */
  clock?: Clock;
}

const reasonField: FieldReader<'left' | 'revoked'> = (value, field) => {
  if (value !== 'left' && value !== 'revoked')
    throw malformed(field, "must be 'left' or 'revoked'");
  return value;
};

const RECORD = /* @__PURE__ */ Object.freeze({
  v: /* @__PURE__ */ literalField(1 as const),
  swarm_id: idField,
  agent_id: idField,
  reason: reasonField,
  member_key_id: /* @__PURE__ */ nullOr(hashField),
  admin_public_key: /* @__PURE__ */ nullOr(/* @__PURE__ */ base64UrlField(32)),
  removed_at: timeField,
});

/**
 * A removal signed with all keys of the member itself, if it registered the signer's key, else of
 * an admin.
 *
 * @throws TypeError, RangeError for what no removal may say.
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const registration = identity.createRegistration('worker-1');
 * const removal = signRemoval({ registration, reason: 'left' }, identity);
 * removal.record.admin_public_key; // => null
 */
export function signRemoval(options: RemovalOptions, signer: Signer): Removal {
  const {
    registration,
    reason,
    clock = systemClock,
  } = checkObject('options', options, { keys: ['registration', 'reason', 'clock'] });
  const { record } = checkObject('registration', registration);
  const ownKey = toBase64Url(signer.ed25519PublicKey);
  const removal = asReadBack(() =>
    readRecord({
      v: 1,
      swarm_id: checkId('swarm_id', record.swarm_id),
      agent_id: checkId('agent_id', record.agent_id),
      reason,
      member_key_id: reason === 'left' ? toHex(memberKeyId(record)) : null,
      admin_public_key: record.ed25519_public_key === ownKey ? null : ownKey,
      removed_at: Math.floor(clock.now()),
    }),
  );
  return { record: removal, signatures: signPair(removalBytes(removal), signer) };
}

/** Why a removal is refused; `docs/errors.md` says what each code means. */
export type RemovalCode =
  | 'ERR_REMOVAL_MALFORMED'
  | 'ERR_REMOVAL_SWARM'
  | 'ERR_REMOVAL_EARLY'
  | 'ERR_REMOVAL_MEMBER'
  | 'ERR_REMOVAL_ADMIN'
  | 'ERR_REMOVAL_SIGNATURE';

/** What `verifyRemoval` found: what to call `MemberRegistry.remove` with, or why not to. */
export type RemovalVerdict =
  | { readonly ok: true; readonly agentId: string; readonly reason: 'left' | 'revoked' }
  | { readonly ok: false; readonly code: RemovalCode };

/** What a removal is held against. */
export interface RemovalChecks {
  readonly registry: Pick<MemberRegistry, 'swarmId' | 'get'>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Who may remove others. @default nobody */
  readonly admins?: readonly SignerPublicKeys[];
  /** Post-quantum too if members or admins have composite keys. @default the platform's */
  readonly provider?: CryptoProvider;
}

/**
 * Judges a removal: only an admin or the member itself removes, with all keys that it has. A former
 * member can be revoked by an admin alone. Never throws on account of `removal`.
 *
 * @example
 * const registry = new MemberRegistry({
 *   swarmId: 'swarm-1',
 *   admission: trustOnFirstUse(),
 *   clock: systemClock,
 * });
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const registration = identity.createRegistration('worker-1');
 * registry.apply(registration);
 * const removal = signRemoval({ registration, reason: 'left' }, identity);
 * const verdict = verifyRemoval(removal, { registry, now: systemClock.now() });
 * verdict.ok && registry.remove(verdict.agentId, verdict.reason); // => true
 */
export function verifyRemoval(removal: unknown, checks: RemovalChecks): RemovalVerdict {
  const { registry, now, admins = [], provider = defaultProvider() } = checks;
  let read: Removal;
  try {
    read = readExact<Removal>('removal', removal, {
      record: readRecord,
      signatures: signaturePairField,
    });
  } catch {
    return refuse('ERR_REMOVAL_MALFORMED'); // whatever a hostile object throws
  }
  const { record, signatures } = read;
  if (record.swarm_id !== registry.swarmId) return refuse('ERR_REMOVAL_SWARM');
  if (!(record.removed_at <= now + CLOCK_SKEW_MS_MAX)) return refuse('ERR_REMOVAL_EARLY');
  const member = registry.get(record.agent_id);
  if (record.member_key_id !== null) {
    if (member === undefined || toHex(member.memberKeyId) !== record.member_key_id)
      return refuse('ERR_REMOVAL_MEMBER');
  }
  const key = record.admin_public_key;
  const signer = key === null ? member : adminBy(key, admins);
  if (signer === undefined)
    return refuse(key === null ? 'ERR_REMOVAL_MEMBER' : 'ERR_REMOVAL_ADMIN');
  if (!isSignedBy(removalBytes(record), signatures, signer, provider))
    return refuse('ERR_REMOVAL_SIGNATURE');
  return { ok: true, agentId: record.agent_id, reason: record.reason };
}

function refuse(code: RemovalCode): RemovalVerdict {
  return { ok: false, code };
}

function readRecord(value: unknown): RemovalRecord {
  const record = readExact<RemovalRecord>('record', value, RECORD);
  if ((record.reason === 'revoked') !== (record.member_key_id === null))
    throw malformed('record.member_key_id', 'must be there unless the member is revoked');
  return record;
}

function removalBytes(record: RemovalRecord): Uint8Array {
  return concatBytes(DST('removal'), utf8(canonicalize(record)));
}
