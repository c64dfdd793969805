import { equalBytes, fromHex, toHex } from '@ruvector/core';
import {
  commitHash,
  isSignedBy,
  readCommit,
  suiteOf,
  type CommitRecord,
  type EpochCommit,
} from './epoch-commit.js';
import type { EpochProvider } from './epoch-keyring.js';
import { epochMemberOf, type EpochMember, type EpochRoster } from './epoch-roster.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';

/** Why a commit is refused; `docs/errors.md` says what each code means. */
export type CommitCode =
  | 'ERR_COMMIT_MALFORMED'
  | 'ERR_COMMIT_SWARM'
  | 'ERR_COMMIT_SUITE'
  | 'ERR_COMMIT_STALE'
  | 'ERR_COMMIT_GAP'
  | 'ERR_COMMIT_FORK'
  | 'ERR_COMMIT_COMMITTER'
  | 'ERR_COMMIT_SIGNATURE'
  | 'ERR_COMMIT_TIME'
  | 'ERR_COMMIT_MEMBER'
  | 'ERR_COMMIT_LIMIT'
  | 'ERR_COMMIT_ROSTER';

/** The newest commit that was applied, or the anchor; never changed. */
export interface EpochHead {
  readonly epoch: number;
  readonly hash: Uint8Array;
  readonly ts: number;
  readonly roster: EpochRoster;
  /** The roster one epoch before; unknown at the anchor. */
  readonly before?: EpochRoster;
}

/** What a commit is held against, beside the head. */
export interface CommitRules {
  readonly swarmId: string;
  readonly membersMax: number;
  readonly now: number;
  readonly provider: EpochProvider;
  memberOf(id: Uint8Array): EpochMember | undefined;
  mayCommit(record: CommitRecord, committer: EpochMember): boolean;
}

/** A commit that holds. */
export interface HeldCommit {
  readonly ok: true;
  readonly commit: EpochCommit;
  readonly committer: EpochMember;
  /** As it will be; the present one itself if this commit was applied before. */
  readonly head: EpochHead;
}

type Refused = { readonly ok: false; readonly code: CommitCode };

/** Judges a commit that nobody vouches for. Changes nothing, and never throws on its account. */
export function judgeCommit(
  value: unknown,
  head: EpochHead,
  rules: CommitRules,
): HeldCommit | Refused {
  let commit: EpochCommit;
  try {
    commit = readCommit(value);
  } catch {
    return refuse('ERR_COMMIT_MALFORMED'); // whatever a hostile object throws
  }
  const { record } = commit;
  if (record.swarm_id !== rules.swarmId) return refuse('ERR_COMMIT_SWARM');
  if (suiteOf(commit) !== head.roster.suite) return refuse('ERR_COMMIT_SUITE');
  if (record.epoch > head.epoch + 1) return refuse('ERR_COMMIT_GAP');
  const hash = commitHash(record, rules.provider);
  if (record.epoch <= head.epoch) return judgeEarlier(commit, hash, head, rules);
  const committer = head.roster.get(record.committer);
  if (committer === undefined) return refuse('ERR_COMMIT_COMMITTER');
  if (!isSignedBy(commit, committer, rules.provider)) return refuse('ERR_COMMIT_SIGNATURE');
  if (record.prev_commit_hash !== toHex(head.hash)) return refuse('ERR_COMMIT_FORK');
  if (!(record.ts >= head.ts && record.ts <= rules.now + CLOCK_SKEW_MS_MAX))
    return refuse('ERR_COMMIT_TIME');
  const roster = rosterAfter(record, head.roster, rules);
  if (typeof roster === 'string') return refuse(roster);
  if (!rules.mayCommit(record, committer)) return refuse('ERR_COMMIT_COMMITTER');
  const next = { epoch: record.epoch, hash, ts: record.ts, roster, before: head.roster };
  return { ok: true, commit, committer, head: next };
}

/** The head once more is fine; a signed rival of it is a fork; anything else came too late. */
function judgeEarlier(
  commit: EpochCommit,
  hash: Uint8Array,
  head: EpochHead,
  { provider }: CommitRules,
): HeldCommit | Refused {
  const { record } = commit;
  if (record.epoch < head.epoch || head.before === undefined) return refuse('ERR_COMMIT_STALE');
  const committer = head.before.get(record.committer);
  if (committer === undefined) return refuse('ERR_COMMIT_COMMITTER');
  if (!isSignedBy(commit, committer, provider)) return refuse('ERR_COMMIT_SIGNATURE');
  if (!equalBytes(hash, head.hash)) return refuse('ERR_COMMIT_FORK');
  return { ok: true, commit, committer, head };
}

function rosterAfter(
  record: CommitRecord,
  roster: EpochRoster,
  rules: CommitRules,
): EpochRoster | CommitCode {
  const added: EpochMember[] = [];
  for (const id of record.added) {
    const member = addedMember(fromHex(id), rules);
    if (member === undefined) return 'ERR_COMMIT_MEMBER';
    added.push(member);
  }
  const next = roster.next(added, record.removed);
  if (next === undefined) return 'ERR_COMMIT_MEMBER';
  if (next.size > rules.membersMax) return 'ERR_COMMIT_LIMIT';
  return toHex(next.hash(rules.provider)) === record.roster_hash ? next : 'ERR_COMMIT_ROSTER';
}

function addedMember(id: Uint8Array, rules: CommitRules): EpochMember | undefined {
  const member = rules.memberOf(id);
  if (member === undefined || !equalBytes(member.memberKeyId, id)) return undefined;
  try {
    return epochMemberOf(member);
  } catch {
    return undefined; // a key of a wrong length
  }
}

function refuse(code: CommitCode): Refused {
  return { ok: false, code };
}
