import { equalBytes, isEdgeError, toHex, type Clock, type Entropy } from '@ruvector/core';
import {
  commitHash,
  EpochAnchorError,
  EpochManager,
  rekeyDue,
  type CommitRecord,
  type EpochApplied,
  type EpochCommit,
  type EpochChange,
  type EpochManagerOptions,
  type EpochMember,
  type EpochOpened,
  type EpochProposal,
  type EpochSealing,
  type IdentityManager,
  type OpenedEnvelope,
  type SessionOpener,
  type SessionSealer,
} from '@ruvector/crypto';
import type { postQuantumProvider } from '@ruvector/crypto/pq';

import type { EpochNews, NewsAnchor } from './epoch-news.js';
import type { Membership } from './membership.js';
import type { SealedMessage } from './sealed-message.js';

export interface EpochsOptions {
  readonly swarmId: string;
  readonly identity: IdentityManager;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly provider: ReturnType<typeof postQuantumProvider>;
  readonly membership: Membership;
  /** Messages of one member in one epoch. */
  readonly messagesPerEpochMax: number;
  /** Of messages that come before the commit of their epoch; the largest has to fit. */
  readonly waitingBytesMax: number;
  /** The newest commit that an invitation spoke of: nothing older is followed. */
  readonly invited: { readonly epoch: number; readonly commitHash: Uint8Array } | undefined;
  /** Whether commits of that member count. */
  readonly mayCommit: (agentId: string) => boolean;
  readonly sealFor: SessionSealer;
  readonly openFrom: SessionOpener;
  /** This member was in other epochs than the committer is. */
  readonly onFork: () => void;
  /** Before another epoch begins: what waits to be signed is of the one before. */
  readonly onEnd: () => void;
  readonly onBegin: (begun: BegunEpoch) => void;
}

/** A new epoch has begun here. */
export interface BegunEpoch {
  readonly epoch: number;
  /** This member can seal in it, and could not in the one before. */
  readonly isFirst: boolean;
  /** What had come too early. */
  readonly opened: readonly OpenedEnvelope[];
}

/** What became of news. `missing`: members of its roster are not known here yet. */
export type Followed =
  { readonly ok: true } | { readonly ok: false; readonly code: string; readonly missing?: true };

const WELCOME_CODES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'ERR_WELCOME_MALFORMED',
  'ERR_WELCOME_RECIPIENT',
  'ERR_WELCOME_SEAL',
  'ERR_WELCOME_SECRET',
]);
/**
 * Epochs before the present one that are open: several begin within seconds when many members join,
 * and what was under way all the while must still open.
 */
const EARLIER_EPOCHS_MAX = 8;
const NO_HASH = /* @__PURE__ */ new Uint8Array(32);

/** The epochs as this member lives through them: from where they begin for it, one by one. */
export class Epochs {
  readonly startedAt: number;
  readonly #o: EpochsOptions;
  #manager: EpochManager | undefined;
  /** The commit of the present epoch, and who is in it: where a newcomer begins. */
  #commit: EpochCommit | undefined;
  /** Of the members of the present epoch, in hexadecimal. */
  #ids: ReadonlySet<string> | undefined;

  constructor(options: EpochsOptions) {
    this.#o = options;
    this.startedAt = Math.floor(options.clock.now());
  }

  /** Of the present epoch, 0 before the first. */
  get epoch(): number {
    return this.#manager?.epoch ?? 0;
  }

  /** Of the present epoch, 32 bytes, zeros before the first. */
  get commitHash(): Uint8Array {
    return this.#manager?.commitHash ?? NO_HASH;
  }

  get hasBegun(): boolean {
    return this.#manager !== undefined;
  }

  /** Whether a message can be sealed for the group now. */
  get canSeal(): boolean {
    const manager = this.#manager;
    return manager?.keyed === true && manager.sealing().chain.next < this.#o.messagesPerEpochMax;
  }

  /** Members of the present epoch; none before the first. */
  get members(): EpochMember[] {
    return this.#manager?.members ?? [];
  }

  /** Whether that member is in the present epoch. */
  has(memberKeyId: Uint8Array): boolean {
    this.#ids ??= new Set(this.members.map((member) => toHex(member.memberKeyId)));
    return this.#ids.has(toHex(memberKeyId));
  }

  /** Where a newcomer begins. */
  get anchor(): NewsAnchor | undefined {
    if (!this.#commit) return undefined;
    return { commit: this.#commit, roster: this.members.map(({ memberKeyId }) => memberKeyId) };
  }

  /** Why a new epoch is needed, if it is. */
  rekeyDue(): 'start' | 'hourly' | 'messages' | undefined {
    const manager = this.#manager;
    if (manager?.keyed !== true) return 'start';
    const { messagesPerEpochMax: messagesMax } = this.#o;
    const sealed = manager.sealing().chain.next;
    return manager.rekeyDue() ?? rekeyDue({ keyed: true, ageMs: 0, sealed, messagesMax });
  }

  /** @throws EdgeError `ERR_EPOCH_NOT_READY` without keys */
  sealing(): EpochSealing {
    return this.#began.sealing();
  }

  /** @throws EdgeError `ERR_EPOCH_NOT_READY` without keys */
  seal({ body, ...message }: SealedMessage, destination?: Uint8Array): Uint8Array {
    return this.#began.seal(body, { ...message, ...(destination && { destination }) });
  }

  open(frame: Uint8Array): EpochOpened {
    return this.#manager?.open(frame) ?? { ok: false, code: 'ERR_ENVELOPE_EPOCH' };
  }

  /** Founds the swarm with this member alone; its first commit comes next. */
  found(): void {
    const { membership } = this.#o;
    const self = membership.registry.get(membership.selfKeyId)!;
    this.#replace(this.#createManager([self], 'genesis', self.suite), undefined);
  }

  /** The commit of the next epoch; it takes effect with `apply`. */
  propose(change: EpochChange): EpochProposal {
    return this.#began.commit(change);
  }

  /** Applies a commit that follows the present one. */
  apply(commit: EpochCommit, welcome?: Uint8Array): EpochApplied {
    return this.#apply(this.#began, commit, welcome);
  }

  /** Applies what the committer tells. What does not hold changes nothing. */
  follow(news: EpochNews): Followed {
    const { anchor, commits, welcome } = news;
    const anchored = anchor && this.#needs(anchor) ? this.#anchored(anchor) : undefined;
    if (anchored && 'code' in anchored) return anchored;
    const manager = anchored?.manager ?? this.#manager;
    if (!manager) return { ok: false, code: 'ERR_COMMIT_GAP' };
    for (const [i, commit] of commits.entries()) {
      const own = i === commits.length - 1 ? welcome : undefined;
      let applied = this.#apply(manager, commit as EpochCommit, own, anchor);
      // a welcome that does not open: this member follows without keys, and asks for others
      if (!applied.ok && own && WELCOME_CODES.has(applied.code))
        applied = this.#apply(manager, commit as EpochCommit, undefined, anchor);
      // one that was applied before may come again
      if (!applied.ok && applied.code !== 'ERR_COMMIT_STALE') return applied;
    }
    return manager === this.#manager ? { ok: true } : { ok: false, code: 'ERR_COMMIT_GAP' };
  }

  close(): void {
    this.#manager?.destroy();
  }

  get #began(): EpochManager {
    if (!this.#manager) this.found();
    return this.#manager!;
  }

  #apply(
    manager: EpochManager,
    commit: EpochCommit,
    welcome?: Uint8Array,
    anchor?: NewsAnchor,
  ): EpochApplied {
    const wasKeyed = manager.keyed;
    const before = manager.epoch;
    this.#o.onEnd();
    const applied = manager.apply(commit, welcome);
    if (!applied.ok) return applied;
    // not before: what does not lead to the present takes nobody's keys
    if (manager !== this.#manager) this.#replace(manager, anchor?.commit);
    const { epoch, keyed, opened } = applied;
    if (epoch !== before) this.#commit = commit;
    this.#ids = undefined;
    const isFirst = keyed && !wasKeyed;
    if (epoch !== before || isFirst) this.#o.onBegin({ epoch, isFirst, opened });
    return applied;
  }

  /** Whether that is another place than where this member is. */
  #needs({ commit }: NewsAnchor): boolean {
    const manager = this.#manager;
    return manager === undefined || commit?.record?.epoch !== manager.epoch || !this.#isAt(commit);
  }

  #isAt(commit: EpochCommit): boolean {
    return this.#commit?.record.secret_commitment === commit.record.secret_commitment;
  }

  #anchored(anchor: NewsAnchor): { readonly manager: EpochManager } | (Followed & { ok: false }) {
    const { membership, invited } = this.#o;
    const roster: EpochMember[] = [];
    for (const id of anchor.roster) {
      const member = membership.registry.get(id);
      if (!member) return { ok: false, code: 'ERR_COMMIT_MEMBER', missing: true };
      roster.push(member);
    }
    const committer = roster.find((m) => toHex(m.memberKeyId) === anchor.commit?.record?.committer);
    if (!committer) return { ok: false, code: 'ERR_COMMIT_COMMITTER' };
    const suite = committer.compositePublicKey ? 2 : 1;
    const { commit } = anchor;
    try {
      const hash = commitHash(commit.record);
      if (invited && isOlder(commit.record, hash, invited)) throw new EpochAnchorError('too old');
      return { manager: this.#createManager(roster, { commitHash: hash, commit }, suite) };
    } catch (error) {
      if (isEdgeError(error) || error instanceof TypeError || error instanceof RangeError)
        return { ok: false, code: 'ERR_EPOCH_ANCHOR' }; // whatever a hostile commit throws
      throw error;
    }
  }

  #createManager(
    roster: Iterable<EpochMember>,
    anchor: EpochManagerOptions['anchor'],
    suite: 1 | 2,
  ): EpochManager {
    const { membership, swarmId, identity, clock, entropy, provider } = this.#o;
    const { sealFor, openFrom } = this.#o;
    return new EpochManager({
      ...{ swarmId, identity, clock, entropy, provider, sealFor, openFrom, suite, roster, anchor },
      envelopeSuite: 1, // each message would cost 3 KB more and a lattice signature
      self: membership.selfKeyId,
      startedAt: this.startedAt,
      registry: membership.registry,
      mayCommit: (_record: CommitRecord, { agentId }) => this.#o.mayCommit(agentId),
      limits: {
        membersMax: membership.membersMax,
        earlierMax: EARLIER_EPOCHS_MAX,
        waitingBytesMax: this.#o.waitingBytesMax,
      },
    });
  }

  #replace(manager: EpochManager, commit: EpochCommit | undefined): void {
    this.#o.onEnd();
    const { members = [], epoch = 0 } = this.#manager ?? {};
    const isFork = members.length > 1 && (commit?.record.epoch ?? 0) <= epoch;
    this.#manager?.destroy();
    this.#manager = manager;
    this.#commit = commit;
    this.#ids = undefined;
    if (isFork) this.#o.onFork();
  }
}

function isOlder(
  { epoch }: CommitRecord,
  hash: Uint8Array,
  invited: { readonly epoch: number; readonly commitHash: Uint8Array },
): boolean {
  return (
    epoch < invited.epoch || (epoch === invited.epoch && !equalBytes(hash, invited.commitHash))
  );
}
