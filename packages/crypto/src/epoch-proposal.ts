import { randomBytes, toHex } from '@ruvector/core';
import { commitHash, readCommitRecord, signCommit } from './epoch-commit.js';
import type { CommitReason, EpochCommit } from './epoch-commit.js';
import type { EpochProvider } from './epoch-keyring.js';
import type { EpochSettings } from './epoch-options.js';
import { epochMemberOf, type EpochMember, type EpochRoster } from './epoch-roster.js';
import { EPOCH_SECRET_BYTES, secretCommitment } from './epoch-secret.js';
import type { EpochHead } from './epoch-verdict.js';
import { welcomeByKem, welcomeBySession, type WelcomeTo } from './epoch-welcome.js';
import { asReadBack } from './record-fields.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';

/** What changes with an epoch, and why it begins. */
export interface EpochChange {
  /** Member key ids that the registry knows. @default none */
  added?: readonly Uint8Array[];
  /** Member key ids. @default none */
  removed?: readonly Uint8Array[];
  reason: CommitReason;
  /**
   * When the process started that asks for the epoch, milliseconds since 1970 by its own clock, so
   * that the commit is not dated before. Believed up to 30 s ahead.
   */
  after?: number;
}

/** The secret of an epoch, for one member. */
export interface EpochWelcome {
  /** Member key id, 32 bytes. */
  readonly recipient: Uint8Array;
  readonly agentId: string;
  /** Not secret: only the recipient opens it. */
  readonly bytes: Uint8Array;
}

/** A commit that is made and not applied yet. */
export interface EpochProposal {
  readonly commit: EpochCommit;
  /** For all members of the new epoch but the committer and those in `unreached`. */
  readonly welcomes: readonly EpochWelcome[];
  /** Agent ids of members without a live session and a usable prekey: they need a later epoch. */
  readonly unreached: readonly string[];
}

/** The secret is the caller's to erase. */
export function proposeEpoch(
  head: EpochHead,
  change: EpochChange,
  settings: EpochSettings,
): EpochProposal & { hash: Uint8Array; secret: Uint8Array } {
  const { identity, suite, self, provider, entropy } = settings;
  const added = (change.added ?? []).map((id) => newMember(id, settings));
  const removed = (change.removed ?? []).map((id) => toHex(id)).sort();
  const roster = head.roster.next(added, removed);
  if (roster === undefined)
    throw new RangeError('added must be new ids and agents, removed present members');
  if (roster.size > settings.limits.membersMax)
    throw new RangeError(`added must leave at most ${settings.limits.membersMax} members`);
  const epoch = head.epoch + 1;
  const secret = randomBytes(entropy, EPOCH_SECRET_BYTES);
  const fields = {
    v: 1,
    swarm_id: settings.swarmId,
    epoch,
    committer: toHex(self),
    prev_commit_hash: toHex(head.hash),
    roster_hash: toHex(roster.hash(provider)),
    secret_commitment: toHex(secretCommitment(secret, epoch, head.hash)),
    added: added.map(({ memberKeyId }) => toHex(memberKeyId)).sort(),
    removed,
    reason: change.reason,
    ts: dateOf(head, change, settings),
  };
  const record = asReadBack(() => readCommitRecord(fields));
  const commit = signCommit(record, suite, identity);
  const hash = commitHash(record, provider);
  return { commit, hash, secret, ...welcomesTo(roster, secret, { epoch, hash }, settings) };
}

function dateOf({ ts }: EpochHead, { after = 0 }: EpochChange, { clock }: EpochSettings): number {
  const now = Math.floor(clock.now());
  return Math.max(now, ts, Math.min(Math.ceil(after), now + CLOCK_SKEW_MS_MAX));
}

function newMember(id: Uint8Array, { registry }: EpochSettings): EpochMember {
  const member = registry.get(id);
  if (member === undefined) throw new RangeError('added must be members that the registry knows');
  return epochMemberOf(member);
}

function welcomesTo(
  roster: EpochRoster,
  secret: Uint8Array,
  { epoch, hash }: { epoch: number; hash: Uint8Array },
  settings: EpochSettings,
): { welcomes: EpochWelcome[]; unreached: string[] } {
  const welcomes: EpochWelcome[] = [];
  const unreached: string[] = [];
  const self = toHex(settings.self);
  for (const [id, member] of roster.entries()) {
    if (id === self) continue;
    const to = { epoch, commitHash: hash, recipient: member.memberKeyId };
    const bytes = welcomeFor(member, secret, to, settings);
    if (bytes === undefined) unreached.push(member.agentId);
    else welcomes.push({ recipient: member.memberKeyId.slice(), agentId: member.agentId, bytes });
  }
  return { welcomes, unreached };
}

function welcomeFor(
  member: EpochMember,
  secret: Uint8Array,
  to: WelcomeTo,
  settings: EpochSettings,
): Uint8Array | undefined {
  const { sealFor } = settings;
  const provider: EpochProvider = settings.provider;
  const bySession = sealFor && welcomeBySession(secret, to, member, sealFor);
  if (bySession !== undefined) return bySession;
  const { xwing } = provider;
  if (!member.kemPublicKey || !xwing) return undefined;
  return welcomeByKem(secret, to, member.kemPublicKey, { ...provider, xwing });
}
