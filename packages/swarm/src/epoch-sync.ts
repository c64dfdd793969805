import type { Clock, CryptoProvider } from '@ruvector/core';
import type { EpochMember, SessionOpener, SessionSealer } from '@ruvector/crypto';

import {
  candidateOf,
  CoordinatorOrder,
  firstOf,
  type Candidate,
  type CommitOrder,
} from './commit-order.js';
import { Committer, type CommitNews } from './committer.js';
import {
  decodeAsk,
  decodeClaim,
  decodeNews,
  encodeAsk,
  encodeClaim,
  encodeNews,
  type AskReason,
  type EpochAsk,
  type EpochClaim,
} from './epoch-news.js';
import { Epochs, type BegunEpoch, type EpochsOptions } from './epochs.js';
import { isKeyProven, keyProof } from './key-proof.js';
import type { Membership, RosterEntry } from './membership.js';
import { MessageType } from './message-type.js';
import { isReachable, type Peer } from './peer.js';
import type { OpenedMessage } from './opened-message.js';
import type { SealedMessage } from './sealed-message.js';

export interface EpochSyncOptions extends Pick<
  EpochsOptions,
  | 'swarmId'
  | 'identity'
  | 'entropy'
  | 'provider'
  | 'invited'
  | 'onEnd'
  | 'onFork'
  | 'messagesPerEpochMax'
  | 'waitingBytesMax'
> {
  readonly clock: Clock;
  readonly provider: EpochsOptions['provider'] & CryptoProvider;
  readonly self: RosterEntry;
  readonly membership: Membership;
  /** Which run of its process this member is. */
  readonly incarnation: bigint;
  /** What members that were registered by hand must hold; none if this one came by invitation. */
  readonly swarmKey: Uint8Array | undefined;
  readonly send: (peer: Peer, message: SealedMessage) => void;
  /** A session with that member is wanted. */
  readonly greet: (peer: Peer) => void;
  readonly onBegin: (begun: BegunEpoch) => void;
  /** The list of members of that coordinator is wanted. */
  readonly onMissing: (peer: Peer) => void;
  readonly onIncarnation: (peer: Peer, incarnation: bigint) => void;
  readonly onRefused: (code: string, from: string) => void;
  readonly onError: (error: unknown) => void;
}

interface Waiter {
  readonly until: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const NOWHERE = { epoch: 0, commitHash: /* @__PURE__ */ new Uint8Array(32) };

/** The one that makes commits is asked for the same thing at most so often. */
const ASK_MS = 1_000;
/** Asks of one member that are answered in that time: each may cost an epoch for all. */
const ASKS_MAX = 4;

/**
 * Keeps this member in the present epoch: asks the member that makes commits for what is missing,
 * follows what that one tells, and makes the commits where this member is the one.
 */
export class EpochSync {
  readonly epochs: Epochs;
  readonly order: CommitOrder;
  readonly #o: EpochSyncOptions;
  readonly #committer: Committer;
  readonly #self: Candidate;
  /** Something came that this member cannot read, or it does not know whether it would. */
  #isBehind = false;
  /**
   * The way from where this member is to the present cannot be followed: members came and went
   * meanwhile whom it never knew. It begins anew at the present.
   */
  #isLost = false;
  #asked = { what: '', at: -Infinity };
  #waiters: Waiter[] = [];

  constructor(options: EpochSyncOptions) {
    this.#o = options;
    const { clock, membership, self, onError } = options;
    const onBegin = (begun: BegunEpoch) => this.#begun(begun);
    const { sealFor, openFrom } = sessionsOf(membership);
    const mayCommit = (id: string) => membership.mayOrder(id) || id === this.order.committer;
    const epochs = new Epochs({ ...options, sealFor, openFrom, onBegin, mayCommit });
    this.epochs = epochs;
    const { agent_id: agentId, joined_at: joinedAt } = self.registration.record;
    this.#self = { agentId, joinedAt, role: self.role };
    // who was invited belongs to a swarm that is there already, and founds no other
    const mayFound = () => options.invited === undefined || epochs.hasBegun;
    const order = (this.order = new CoordinatorOrder(this.#self, membership.peers, mayFound));
    const tell = (peer: Peer, news: CommitNews) => this.#tell(peer, news);
    this.#committer = new Committer({ clock, epochs, order, membership, agentId, tell, onError });
  }

  /**
   * Resolves once `until` holds: looked at whenever an epoch begins. Rejects with what `close` is
   * given.
   */
  when(until: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (until()) resolve();
      else this.#waiters.push({ until, resolve, reject });
    });
  }

  /** Asks for what this member needs, or makes the commit that is due. */
  seek(): void {
    const { committer } = this.order;
    const peer = this.#o.membership.peers.get(committer);
    if (!peer) return this.#committer.review();
    const reason = this.#reason();
    if (reason === undefined || !isReachable(peer)) return;
    if (!peer.session.isReady) return this.#o.greet(peer);
    const now = this.#o.clock.monotonic();
    const what = `${committer} ${reason} ${this.epochs.epoch} ${this.#isLost}`;
    if (this.#asked.what === what && now - this.#asked.at < ASK_MS) return;
    this.#asked = { what, at: now };
    this.#ask(peer, reason);
  }

  /** Whether the member was vouched for, or has shown here or elsewhere that it holds the key. */
  isAdmitted({ isAdmitted, member }: Peer): boolean {
    return isAdmitted || this.#o.swarmKey === undefined || this.epochs.has(member.memberKeyId);
  }

  /** The commit that is due is made without delay, if this member makes commits. */
  commitNow(): void {
    this.#committer.now();
  }

  /** A message came that cannot be read in the epochs known here. */
  missed(): void {
    this.#isBehind = true;
    this.seek();
  }

  /** A new session with a member: if that one makes commits, it may know of some. */
  met(peer: Peer): void {
    if (this.#isCommitter) return this.#claim(peer);
    if (peer.agentId !== this.order.committer) return;
    this.#asked.at = -Infinity;
    this.missed();
  }

  /** The list of members is complete: what was told before can be asked for again. */
  listed(): void {
    this.#asked.at = -Infinity;
    this.seek();
  }

  hearAsk({ peer, body }: OpenedMessage): void {
    const ask = decodeAsk(body);
    if (!this.#isHeard(peer, ask)) return;
    this.#o.onIncarnation(peer, ask.incarnation);
    if (peer.agentId === this.order.committer) peer.isPassedOver = true; // it would not ask
    if (!this.#isCommitter) return this.#claim(peer); // another one's business
    if (this.#isAdmitted(peer, ask.keyProof)) this.#committer.hear(peer, ask);
  }

  hearNews({ peer, body }: OpenedMessage): void {
    if (peer.agentId !== this.order.committer) {
      this.#o.onRefused('ERR_SWARM_ROLE', peer.agentId);
      if (this.#isCommitter) this.#claim(peer);
      return;
    }
    const news = decodeNews(body);
    if (!this.#isAdmitted(peer, news.keyProof)) return;
    const followed = this.epochs.follow(news);
    if (followed.ok) this.#isBehind = this.#isLost = false;
    else if (followed.missing) return this.#o.onMissing(peer);
    else {
      this.#o.onRefused(followed.code, peer.agentId);
      // a clock that is ahead of ours: what does not hold yet will soon, and is asked for again
      if (followed.code === 'ERR_COMMIT_TIME') this.#isBehind = true;
      else this.#isLost = true;
    }
    this.seek();
  }

  /** Somebody takes itself, or says that another one is, for the member that makes commits. */
  hearClaim({ peer, body }: OpenedMessage): void {
    const claim = decodeClaim(body);
    const { committer } = this.order;
    if (!this.#isAdmitted(peer, claim.keyProof)) return;
    if (claim.committer === peer.agentId) {
      peer.isPassedOver = false;
      if (this.#isCommitter && !this.#yields(peer, claim)) this.#claim(peer);
    } else if (peer.agentId === committer) {
      peer.isPassedOver = true;
      this.order.yieldTo(claim.committer);
    }
    if (this.order.committer === committer) return;
    this.#isBehind = true;
    this.listed();
  }

  close(error: Error): void {
    this.#committer.close();
    this.epochs.close();
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  get #isCommitter(): boolean {
    return this.order.committer === this.#self.agentId;
  }

  /** The larger group goes on, or that of the member that joined first. */
  #yields(peer: Peer, { members, keyProof }: EpochClaim): boolean {
    const { swarmKey, membership } = this.#o;
    // who was let in as a worker stays one, whatever it says
    const isEqual = swarmKey !== undefined && isKeyProven(swarmKey, peer, keyProof);
    if (!isEqual && !membership.mayOrder(peer.agentId)) return false;
    const own = this.epochs.members.length;
    const isFirst = firstOf<Candidate>(this.#self, candidateOf(peer)) === this.#self;
    if (members < own || (members === own && isFirst)) return false;
    this.order.yieldTo(peer.agentId);
    return true;
  }

  /** Not the same again at once, and not too much. */
  #isHeard({ asked }: Peer, { incarnation, reason, epoch }: EpochAsk): boolean {
    const now = this.#o.clock.monotonic();
    const what = `${incarnation} ${reason} ${epoch}`;
    if (asked.what === what && now - asked.at < ASK_MS / 2) return false;
    if (now - asked.since >= ASK_MS) Object.assign(asked, { since: now, times: 0 });
    if (asked.times >= ASKS_MAX) return false;
    Object.assign(asked, { what, at: now, times: asked.times + 1 });
    return true;
  }

  /** Tells who makes commits. */
  #claim(peer: Peer): void {
    if (!isReachable(peer) || !peer.session.isReady) return;
    const members = this.epochs.members.length;
    const claim = { committer: this.order.committer, members, keyProof: this.#proofFor(peer) };
    this.#o.send(peer, { type: MessageType.epochClaim, body: encodeClaim(claim) });
  }

  #reason(): AskReason | undefined {
    if (this.#isLost) return 'start';
    return this.epochs.rekeyDue() ?? (this.#isBehind ? 'behind' : undefined);
  }

  #ask(peer: Peer, reason: AskReason): void {
    const { startedAt } = this.epochs;
    const { epoch, commitHash } = this.#isLost ? NOWHERE : this.epochs;
    const { incarnation } = this.#o;
    const ask = { reason, epoch, commitHash, startedAt, incarnation };
    const body = encodeAsk({ ...ask, keyProof: this.#proofFor(peer) });
    this.#o.send(peer, { type: MessageType.epochAsk, body });
  }

  #tell(peer: Peer, news: CommitNews): void {
    if (!isReachable(peer) || !peer.session.isReady) return; // it asks when it is back
    const body = encodeNews({ ...news, keyProof: this.#proofFor(peer) });
    this.#o.send(peer, { type: MessageType.epochNews, body });
  }

  #proofFor({ session }: Peer): Uint8Array {
    return keyProof(this.#o.swarmKey, session, this.#o.membership.selfKeyId);
  }

  #isAdmitted(peer: Peer, proof: Uint8Array): boolean {
    const { swarmKey } = this.#o;
    peer.isAdmitted ||= swarmKey === undefined || isKeyProven(swarmKey, peer, proof);
    if (!peer.isAdmitted) this.#o.onRefused('ERR_SWARM_KEY', peer.agentId);
    return peer.isAdmitted;
  }

  #begun(begun: BegunEpoch): void {
    this.#o.onBegin(begun);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ until }) => !until());
    for (const waiter of waiters) if (!this.#waiters.includes(waiter)) waiter.resolve();
    // the others may have passed it over until now
    if (begun.isFirst && this.#isCommitter)
      for (const peer of this.#o.membership.peers.values()) this.#claim(peer);
  }
}

/** Welcomes go through the live sessions, where there are any. */
function sessionsOf(membership: Membership): { sealFor: SessionSealer; openFrom: SessionOpener } {
  const peerOf = ({ memberKeyId }: EpochMember) => membership.byKeyId(memberKeyId);
  return {
    sealFor: (member, bytes) => {
      const peer = peerOf(member);
      return peer && isReachable(peer) && peer.session.isReady
        ? peer.session.seal(bytes)
        : undefined;
    },
    openFrom: (member, sealed) => {
      const verdict = peerOf(member)?.session.receive(sealed);
      return verdict?.ok ? verdict.payload : undefined;
    },
  };
}
