import { concatBytes, fromBase64Url, toBase64Url, utf8 } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { canonicalize } from './canonical-json.js';
import { defaultProvider } from './default-provider.js';
import { DST } from './domain.js';
import type { EpochMember, EpochSuite } from './epoch-roster.js';
import type { EpochIdentity, EpochProvider } from './epoch-keyring.js';
import {
  base64UrlField,
  hashField,
  idField,
  integerField,
  listField,
  literalField,
  malformed,
  nullOr,
  readExact,
  timeField,
  type FieldReader,
} from './record-fields.js';

/**
 * Why a new epoch begins. The first four come with members that are added or removed, the others
 * with none: a member's process started, an hour has passed, a sender used up its messages.
 */
export type CommitReason =
  'join' | 'leave' | 'removal' | 'rotation' | 'start' | 'hourly' | 'messages';

/** What opens an epoch. Ids and hashes are 64 lower-case hexadecimal digits, times are ms. */
export interface CommitRecord {
  /** Version of the format. */
  readonly v: 1;
  readonly swarm_id: string;
  /** One more than the epoch before; the genesis is epoch 0 and has no commit. */
  readonly epoch: number;
  /** Member key id of who made and signed it, a member of the epoch before and of this one. */
  readonly committer: string;
  /** `commitHash` of the epoch before, or of the genesis. */
  readonly prev_commit_hash: string;
  /** Of all members of this epoch. */
  readonly roster_hash: string;
  /** HMAC that binds the epoch's secret, which the welcomes carry. */
  readonly secret_commitment: string;
  /** Member key ids, sorted, without duplicates. */
  readonly added: readonly string[];
  /** Member key ids, sorted, without duplicates, none of them added too. */
  readonly removed: readonly string[];
  readonly reason: CommitReason;
  /** Milliseconds since 1970 by the committer's clock, never less than in the commit before. */
  readonly ts: number;
}

/** A signed commit; public. Exactly one of its signatures is there, which says its suite. */
export interface EpochCommit {
  readonly record: CommitRecord;
  readonly signatures: {
    /** Suite 1: base64url of 64 bytes. */
    readonly ed25519: string | null;
    /** Suite 2: base64url of 3,373 bytes. */
    readonly composite: string | null;
  };
}

/** Members that one commit adds, and as many again that it removes. */
export const COMMIT_CHANGES_MAX = 4096;

const MEMBERSHIP: readonly unknown[] = ['join', 'leave', 'removal', 'rotation'];
// not a spread, which bundlers keep whether it is needed or not
const REASONS = /* @__PURE__ */ MEMBERSHIP.concat('start', 'hourly', 'messages');

const idsField: FieldReader<readonly string[]> = (value, field) => {
  const ids = listField(hashField, COMMIT_CHANGES_MAX)(value, field);
  for (let i = 1; i < ids.length; i++)
    if (!(ids[i - 1]! < ids[i]!)) throw malformed(field, 'must be sorted without duplicates');
  return ids;
};
const reasonField: FieldReader<CommitReason> = (value, field) => {
  if (!REASONS.includes(value)) throw malformed(field, `must be one of ${REASONS.join(', ')}`);
  return value as CommitReason;
};

const RECORD = /* @__PURE__ */ Object.freeze({
  v: /* @__PURE__ */ literalField(1 as const),
  swarm_id: idField,
  epoch: /* @__PURE__ */ integerField(1, 9_007_199_254_740_991),
  committer: hashField,
  prev_commit_hash: hashField,
  roster_hash: hashField,
  secret_commitment: hashField,
  added: idsField,
  removed: idsField,
  reason: reasonField,
  ts: timeField,
});
const SIGNATURES = /* @__PURE__ */ Object.freeze({
  ed25519: /* @__PURE__ */ nullOr(/* @__PURE__ */ base64UrlField(64)),
  composite: /* @__PURE__ */ nullOr(/* @__PURE__ */ base64UrlField(3373)),
});

/** Reads a record of unknown shape into a frozen copy. @throws EdgeError `ERR_MALFORMED` */
export function readCommitRecord(value: unknown): CommitRecord {
  const record = readExact<CommitRecord>('record', value, RECORD);
  const { added, removed, reason, committer } = record;
  const gone = new Set(removed);
  if (added.some((id) => gone.has(id))) throw malformed('record.added', 'must not be removed too');
  if (gone.has(committer)) throw malformed('record.removed', 'must not name the committer');
  if (MEMBERSHIP.includes(reason) !== added.length + removed.length > 0)
    throw malformed('record.reason', 'must say whether members come or go');
  return record;
}

/** Reads a commit of unknown shape into a frozen copy. @throws EdgeError `ERR_MALFORMED` */
export function readCommit(value: unknown): EpochCommit {
  const commit = readExact<EpochCommit>('commit', value, {
    record: readCommitRecord,
    signatures: (signatures, field) => readExact(field, signatures, SIGNATURES),
  });
  const { ed25519, composite } = commit.signatures;
  if ((ed25519 === null) === (composite === null))
    throw malformed('commit.signatures', 'must hold exactly one signature');
  return commit;
}

/** What the signature of a commit covers. */
function commitBytes(record: CommitRecord): Uint8Array {
  return concatBytes(DST('commit'), utf8(canonicalize(record)));
}

/**
 * What names a commit, and what the next one refers to: SHA-256 over the signed bytes, 32 bytes.
 * The signature itself does not count. An invitation carries it, as the anchor of who joins.
 *
 * @example
 * const zeros = '0'.repeat(64);
 * commitHash({
 *   v: 1, swarm_id: 'swarm-1', epoch: 1, committer: zeros, prev_commit_hash: zeros,
 *   roster_hash: zeros, secret_commitment: zeros, added: [], removed: [], reason: 'start', ts: 1,
 * }).length; // => 32
 */
export function commitHash(
  record: CommitRecord,
  provider: Pick<CryptoProvider, 'sha256'> = defaultProvider(),
): Uint8Array {
  return provider.sha256(commitBytes(record));
}

/** The hash that stands for epoch 0: who founded which swarm, in which suite; 32 bytes. */
export function genesisHash(
  genesis: { readonly swarm_id: string; readonly suite: EpochSuite; readonly roster_hash: string },
  provider: Pick<CryptoProvider, 'sha256'>,
): Uint8Array {
  return provider.sha256(concatBytes(DST('genesis'), utf8(canonicalize({ v: 1, ...genesis }))));
}

/** Which suite a commit that was read claims. */
export function suiteOf({ signatures }: EpochCommit): EpochSuite {
  return signatures.composite === null ? 1 : 2;
}

export function signCommit(
  record: CommitRecord,
  suite: EpochSuite,
  identity: EpochIdentity,
): EpochCommit {
  const bytes = commitBytes(record);
  const signatures =
    suite === 1
      ? { ed25519: toBase64Url(identity.sign(bytes)), composite: null }
      : { ed25519: null, composite: toBase64Url(identity.signComposite!(bytes)) };
  return readCommit({ record, signatures });
}

/** Whether a commit that was read is signed by a member, under the suite that the member has. */
export function isSignedBy(
  { record, signatures }: EpochCommit,
  member: EpochMember,
  provider: EpochProvider,
): boolean {
  const bytes = commitBytes(record);
  if (signatures.ed25519 !== null)
    return provider.ed25519.verify(
      fromBase64Url(signatures.ed25519),
      bytes,
      member.ed25519PublicKey,
    );
  const { compositePublicKey } = member;
  if (!compositePublicKey || !provider.compositeSignature || signatures.composite === null)
    return false;
  const signature = fromBase64Url(signatures.composite);
  return provider.compositeSignature.verify(signature, bytes, compositePublicKey);
}
