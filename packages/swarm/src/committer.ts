import type { Clock } from '@ruvector/core';
import {
  EpochNotReadyError,
  type CommitReason,
  type EpochChange,
  type EpochCommit,
  type EpochMember,
  type EpochProposal,
} from '@ruvector/crypto';

import type { CommitOrder } from './commit-order.js';
import type { EpochAsk, NewsAnchor } from './epoch-news.js';
import type { Epochs } from './epochs.js';
import type { Membership } from './membership.js';
import type { Peer } from './peer.js';

/** News for one member, but for the proof that goes with it. */
export interface CommitNews {
  readonly anchor: NewsAnchor | undefined;
  readonly commits: readonly EpochCommit[];
  readonly welcome: Uint8Array | undefined;
}

export interface CommitterOptions {
  readonly clock: Clock;
  readonly epochs: Epochs;
  readonly order: CommitOrder;
  readonly membership: Membership;
  readonly agentId: string;
  readonly tell: (peer: Peer, news: CommitNews) => void;
  readonly onError: (error: unknown) => void;
}

/** How many times as long as a commit took the next one is waited for. */
const REST = 8;

/**
 * Makes the commits while this member is the one to make them: for newcomers, for those who left or
 * were removed, and for who asks for new keys. What comes together becomes one commit. Commits take
 * at most a ninth of this member's time: each means work for all, and only some earlier epochs are
 * still open.
 */
export class Committer {
  readonly #o: CommitterOptions;
  /** What members asked since the last commit, by agent id. */
  readonly #asks = new Map<string, EpochAsk>();
  /** Of the newest commit, by agent id: for who was not there to get it. */
  #welcomes: ReadonlyMap<string, Uint8Array> = new Map();
  #cancel: (() => void) | undefined;
  #restUntil = -Infinity;
  #isClosed = false;

  constructor(options: CommitterOptions) {
    this.#o = options;
  }

  /** A member that may belong to the epochs asks. */
  hear(peer: Peer, ask: EpochAsk): void {
    const missed = this.#o.order.after(ask.epoch, ask.commitHash);
    const isPresent = this.#o.epochs.has(peer.member.memberKeyId);
    // whatever it wants, there may be newer keys for it already
    if (missed && isPresent && (ask.reason === 'behind' || missed.length > 0)) {
      const welcome = this.#welcomes.get(peer.agentId);
      return this.#o.tell(peer, { anchor: undefined, commits: missed, welcome });
    }
    this.#asks.set(peer.agentId, ask);
    this.review();
  }

  /** Whether a commit is due: looked at after a change of members, and at each heartbeat. */
  review(): void {
    if (this.#isClosed || this.#cancel || !this.#isWanted()) return;
    const { clock, onError } = this.#o;
    const wait = Math.max(0, Math.ceil(this.#restUntil - clock.monotonic()));
    this.#cancel = clock.setTimeout(() => {
      try {
        this.now();
      } catch (error) {
        onError(error);
      }
    }, wait);
  }

  /** Makes the commit that is due, if one is, and does not wait for what else may come. */
  now(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#isClosed || !this.#isWanted()) return;
    const startedAt = this.#o.clock.monotonic();
    if (!this.#o.epochs.hasBegun) this.#make({ reason: 'start' });
    for (let change = this.#change(); change; change = this.#change()) this.#make(change);
    const endedAt = this.#o.clock.monotonic();
    this.#restUntil = endedAt + REST * (endedAt - startedAt);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #make(change: EpochChange): void {
    const { epochs, order } = this.#o;
    const { anchor } = epochs;
    const { commit, welcomes, unreached } = this.#propose(change);
    this.#welcomes = new Map(welcomes.map(({ agentId, bytes }) => [agentId, bytes]));
    order.append(commit);
    // before this member seals anything under the new keys
    for (const agentId of [...this.#welcomes.keys(), ...unreached]) {
      this.#tell(agentId, commit, this.#asks.get(agentId), anchor);
      this.#asks.delete(agentId);
    }
    const applied = epochs.apply(commit);
    if (!applied.ok) throw new EpochNotReadyError('commit', epochs.epoch, { cause: applied.code });
  }

  /** Whoever made it impossible asks again, or does not: the others must not wait for it. */
  #propose(change: EpochChange): EpochProposal {
    try {
      return this.#o.epochs.propose(change);
    } catch (error) {
      this.#asks.clear();
      throw error;
    }
  }

  /** Who asked gets what it lacks; the others have followed so far. */
  #tell(
    agentId: string,
    commit: EpochCommit,
    ask: EpochAsk | undefined,
    anchor: NewsAnchor | undefined,
  ): void {
    const { membership, order, tell } = this.#o;
    const peer = membership.peers.get(agentId);
    if (!peer) return;
    const welcome = this.#welcomes.get(agentId);
    const missed = ask ? order.after(ask.epoch, ask.commitHash) : [commit];
    if (missed) tell(peer, { anchor: undefined, commits: missed, welcome });
    else tell(peer, { anchor, commits: [commit], welcome });
  }

  #isWanted(): boolean {
    const { order, agentId, epochs } = this.#o;
    if (order.committer !== agentId) return false;
    return !epochs.hasBegun || this.#change() !== undefined;
  }

  #change(): EpochChange | undefined {
    const { epochs, membership } = this.#o;
    const removed = epochs.members.filter(({ memberKeyId }) => !membership.has(memberKeyId));
    // by a commit of their own: newcomers begin at the one before theirs, and know nobody who left
    if (removed.length > 0)
      return { reason: this.#reasonOf(removed), removed: removed.map((m) => m.memberKeyId) };
    const added: Uint8Array[] = [];
    let after = 0;
    for (const [agentId, { startedAt }] of this.#asks) {
      const peer = membership.peers.get(agentId);
      if (!peer) {
        this.#asks.delete(agentId);
        continue;
      }
      after = Math.max(after, startedAt);
      if (!epochs.has(peer.member.memberKeyId)) added.push(peer.member.memberKeyId);
    }
    const reason = added.length > 0 ? 'join' : this.#reasonAsked();
    return reason && { reason, added, after };
  }

  #reasonOf(removed: readonly EpochMember[]): CommitReason {
    const { membership } = this.#o;
    if (removed.some(({ agentId }) => membership.isRevoked(agentId))) return 'removal';
    return removed.some(({ agentId }) => membership.peers.has(agentId)) ? 'rotation' : 'leave';
  }

  #reasonAsked(): CommitReason | undefined {
    const { epochs } = this.#o;
    const asked = [...this.#asks.values()].map(({ reason }) => reason);
    const reasons = asked.map((reason) => (reason === 'behind' ? 'start' : reason));
    return reasons.find((reason) => reason === 'start') ?? reasons[0] ?? epochs.rekeyDue();
  }
}
