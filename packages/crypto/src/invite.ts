import {
  checkId,
  checkInteger,
  checkObject,
  concatBytes,
  randomBytes,
  systemClock,
  systemEntropy,
  toBase64Url,
  utf8,
} from '@ruvector/core';
import type { Clock, CryptoProvider, Entropy } from '@ruvector/core';
import { adminBy } from './admin-keys.js';
import { canonicalize } from './canonical-json.js';
import { defaultProvider } from './default-provider.js';
import { DST } from './domain.js';
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
} from './record-fields.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';
import {
  isSignedBy,
  signaturePairField,
  signPair,
  type SignaturePair,
  type Signer,
  type SignerPublicKeys,
} from './signature-pair.js';

/** How long an invite is valid unless told: a day, in milliseconds. */
export const INVITE_LIFETIME_MS = 24 * 3_600_000;
/** How long it may be valid at most: 30 days, since until then its use has to be remembered. */
export const INVITE_LIFETIME_MS_MAX = 30 * 24 * 3_600_000;
const NONCE_BYTES = 16;

/** What an admin says: this one may join. */
export interface InviteRecord {
  /** Version of the format. */
  readonly v: 1;
  readonly swarm_id: string;
  /** Who may use it; `null` for whoever has it. */
  readonly agent_id: string | null;
  /** Ed25519 key of the admin, 32 bytes, base64url: which of them signed. */
  readonly admin_public_key: string;
  /** Hash of the commit that the newcomer begins from, 64 hexadecimal digits, if there is one. */
  readonly anchor: string | null;
  /** Milliseconds since 1970, by the admin's clock. */
  readonly issued_at: number;
  /** Milliseconds since 1970: from then on nobody takes it. */
  readonly expires_at: number;
  /** 16 random bytes, base64url: an invite is used once. */
  readonly nonce: string;
}

/** A signed invite: plain JSON. Who can read one that names no agent can use it. */
export interface Invite {
  readonly record: InviteRecord;
  readonly signatures: SignaturePair;
}

/** What an invite says. */
export interface InviteOptions {
  swarmId: string;
  /** Who may use it. @default whoever has it */
  agentId?: string;
  /** Hash of the commit that the newcomer begins from, 64 hexadecimal digits. @default none */
  anchor?: string;
  /** Milliseconds since 1970. @default a day from now */
  expiresAt?: number;
  /** @default systemClock */
  clock?: Clock;
  /** Where the nonce comes from. @default systemEntropy */
  random?: Entropy;
}

const OPTIONS: readonly (keyof InviteOptions)[] = [
  'swarmId',
  'agentId',
  'anchor',
  'expiresAt',
  'clock',
  'random',
];

const RECORD = /* @__PURE__ */ Object.freeze({
  v: /* @__PURE__ */ literalField(1 as const),
  swarm_id: idField,
  agent_id: /* @__PURE__ */ nullOr(idField),
  admin_public_key: /* @__PURE__ */ base64UrlField(32),
  anchor: /* @__PURE__ */ nullOr(hashField),
  issued_at: timeField,
  expires_at: timeField,
  nonce: /* @__PURE__ */ base64UrlField(NONCE_BYTES),
});

/**
 * An invite into a swarm, signed with all keys of an admin, for `signedInvites`.
 *
 * @throws TypeError, RangeError for what no invite may say.
 * @example
 * const admin = IdentityManager.create();
 * const invite = signInvite({ swarmId: 'swarm-1', agentId: 'worker-1' }, admin);
 * invite.record.agent_id; // => 'worker-1'
 */
export function signInvite(options: InviteOptions, admin: Signer): Invite {
  const { clock = systemClock, random = systemEntropy } = checkObject('options', options, {
    keys: OPTIONS,
  });
  const issuedAt = Math.floor(clock.now());
  const expiresAt = options.expiresAt ?? issuedAt + INVITE_LIFETIME_MS;
  const [min, max] = [issuedAt + 1, issuedAt + INVITE_LIFETIME_MS_MAX];
  const record = asReadBack(() =>
    readRecord({
      v: 1,
      swarm_id: checkId('swarmId', options.swarmId),
      agent_id: options.agentId === undefined ? null : checkId('agentId', options.agentId),
      admin_public_key: toBase64Url(admin.ed25519PublicKey),
      anchor: options.anchor ?? null,
      issued_at: issuedAt,
      expires_at: checkInteger('expiresAt', expiresAt, { min, max }),
      nonce: toBase64Url(randomBytes(random, NONCE_BYTES)),
    }),
  );
  return { record, signatures: signPair(inviteBytes(record), admin) };
}

/** Why an invite is refused; `docs/errors.md` says what each code means. */
export type InviteCode =
  | 'ERR_INVITE_MALFORMED'
  | 'ERR_INVITE_SWARM'
  | 'ERR_INVITE_AGENT'
  | 'ERR_INVITE_TIME'
  | 'ERR_INVITE_ADMIN'
  | 'ERR_INVITE_SIGNATURE';

/** What `verifyInvite` found: a frozen copy, or why not. */
export type InviteVerdict =
  | { readonly ok: true; readonly invite: Invite }
  | { readonly ok: false; readonly code: InviteCode };

/** What an invite is held against. */
export interface InviteChecks {
  readonly swarmId: string;
  /** Who comes with it. */
  readonly agentId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly admins: readonly SignerPublicKeys[];
  /** Post-quantum too if an admin has a composite key. @default the platform's */
  readonly provider?: CryptoProvider;
}

/**
 * Judges an invite. Whether it has been used before, the policy `signedInvites` knows. Never throws
 * on account of `invite`.
 *
 * @example
 * const admin = IdentityManager.create();
 * const invite = signInvite({ swarmId: 'swarm-1', agentId: 'worker-1' }, admin);
 * const checks = { swarmId: 'swarm-1', now: systemClock.now(), admins: [admin] };
 * verifyInvite(invite, { ...checks, agentId: 'worker-1' }).ok; // => true
 * const verdict = verifyInvite(invite, { ...checks, agentId: 'worker-2' });
 * verdict; // => { ok: false, code: 'ERR_INVITE_AGENT' }
 */
export function verifyInvite(invite: unknown, checks: InviteChecks): InviteVerdict {
  const { swarmId, agentId, now, admins, provider = defaultProvider() } = checks;
  let read: Invite;
  try {
    read = readExact<Invite>('invite', invite, {
      record: readRecord,
      signatures: signaturePairField,
    });
  } catch {
    return refuse('ERR_INVITE_MALFORMED'); // whatever a hostile object throws
  }
  const { record, signatures } = read;
  if (record.swarm_id !== swarmId) return refuse('ERR_INVITE_SWARM');
  if (record.agent_id !== null && record.agent_id !== agentId) return refuse('ERR_INVITE_AGENT');
  if (!(record.issued_at <= now + CLOCK_SKEW_MS_MAX && now < record.expires_at))
    return refuse('ERR_INVITE_TIME');
  const admin = adminBy(record.admin_public_key, admins);
  if (admin === undefined) return refuse('ERR_INVITE_ADMIN');
  if (!isSignedBy(inviteBytes(record), signatures, admin, provider))
    return refuse('ERR_INVITE_SIGNATURE');
  return { ok: true, invite: read };
}

function refuse(code: InviteCode): InviteVerdict {
  return { ok: false, code };
}

function readRecord(value: unknown): InviteRecord {
  const record = readExact<InviteRecord>('record', value, RECORD);
  const lifetimeMs = record.expires_at - record.issued_at;
  if (lifetimeMs <= 0 || lifetimeMs > INVITE_LIFETIME_MS_MAX)
    throw malformed('record.expires_at', 'must be up to 30 days after issued_at');
  return record;
}

function inviteBytes(record: InviteRecord): Uint8Array {
  return concatBytes(DST('invite'), utf8(canonicalize(record)));
}
