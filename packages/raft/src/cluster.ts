import { membersOf } from './configuration.js';
import type { Snapshot } from './entry.js';
import type { MemberState } from './member-state.js';
import type { AppendEntriesResponse, InstallSnapshotResponse } from './message.js';
import { Progress } from './progress.js';
import { voteResult } from './quorum.js';

/** A piece of a snapshot is sent again if so many heartbeats were answered and it was not. */
const BEATS_LOST = 2;

/** The followers as their leader sees them, and what it sends them. */
export class Cluster {
  readonly #state: MemberState;
  readonly #peers = new Map<string, Progress>();

  /** @param next - the entry that followers are sent first. */
  constructor(state: MemberState, next: number) {
    this.#state = state;
    this.#admit(next);
  }

  peer(id: string): Progress | undefined {
    return this.#peers.get(id);
  }

  /** By id, in the order in which they came. */
  peers(): IterableIterator<[string, Progress]> {
    return this.#peers.entries();
  }

  /** The last entry that a member is known to have stored. */
  matchOf(id: string): number | undefined {
    return id === this.#state.id ? this.#state.log.persisted : this.#peers.get(id)?.match;
  }

  /**
   * A configuration holds from the entry at `index` on. Who is not in it any more is served until
   * it can know that it left.
   */
  follow(index: number): void {
    const members = new Set(membersOf(this.#state.log.configuration));
    for (const [id, peer] of this.#peers) {
      if (!members.has(id)) peer.leftAt ??= index;
      // back, and perhaps without what it had
      else if (peer.leftAt !== undefined) this.#peers.delete(id);
    }
    for (const peer of this.#admit(index)) peer.isActive = true; // it had no time to answer yet
  }

  /** @returns who is new. */
  #admit(next: number): Progress[] {
    const { id: self, log } = this.#state;
    const isNew = (id: string): boolean => id !== self && !this.#peers.has(id);
    return membersOf(log.configuration)
      .filter(isNew)
      .map((id) => {
        const peer = new Progress(next);
        this.#peers.set(id, peer);
        return peer;
      });
  }

  /**
   * Forgets who has left, at the second call after that was committed: calls are `electionTicks`
   * apart, so that there was time to hear of it.
   */
  releaseDeparted(): void {
    const { commit } = this.#state.log;
    for (const [id, peer] of this.#peers)
      if (peer.leftAt === 0) this.#peers.delete(id);
      else if (peer.leftAt !== undefined && peer.leftAt <= commit) peer.leftAt = 0;
  }

  /** Whether a majority has answered since this was asked last. */
  takeActivity(): boolean {
    const { id: self, log } = this.#state;
    const isActive = (id: string) => id === self || this.#peers.get(id)?.isActive === true;
    const result = voteResult(log.configuration, isActive);
    for (const peer of this.#peers.values()) peer.isActive = false;
    return result === 'won';
  }

  /** @returns whether more is known to be stored. */
  appended(peer: Progress, answer: AppendEntriesResponse): boolean {
    const { log } = this.#state;
    if (answer.rejected) {
      const { hintIndex, hintTerm } = answer;
      // where ours has a term up to theirs, the logs may agree; behind it they cannot
      const latest = hintTerm > 0 ? log.latestUpTo(hintIndex, hintTerm).index : hintIndex;
      peer.rejectedAt(answer.index, latest);
      return false;
    }
    if (answer.index > log.lastIndex || answer.index < peer.match) return false;
    const isNews = peer.matched(answer.index);
    if (peer.state === 'probe') peer.replicate();
    else if (peer.state === 'snapshot' && peer.match >= log.baseIndex) peer.replicate();
    return isNews;
  }

  /** @returns whether more is known to be stored. */
  installed(peer: Progress, { index, offset, done }: InstallSnapshotResponse): boolean {
    const { snapshot } = peer;
    if (snapshot === undefined || index !== snapshot.index) return false;
    if (done) {
      const isNews = peer.matched(index);
      peer.probe();
      return isNews;
    }
    // lower after the follower has lost what it had, or in an answer that comes late, which the
    // next one sets right; the same in one that comes twice, which sends nothing
    if (offset === peer.offset || offset > snapshot.data.length) return false;
    peer.offset = offset;
    peer.isWaiting = false;
    return false;
  }

  /** A heartbeat was answered: messages come through, and what waits for an answer may be lost. */
  beaten(peer: Progress, round: number): void {
    const { log } = this.#state;
    peer.round = Math.max(peer.round, round);
    if (peer.state === 'snapshot') {
      if (++peer.beats >= BEATS_LOST) peer.isWaiting = false;
      return;
    }
    peer.isWaiting = false;
    if (this.#isFull(peer)) peer.freeFirst();
    if (peer.match < log.lastIndex && peer.next > log.lastIndex) peer.commitSent = -1;
  }

  /** Tells everybody that the leader is there. */
  beat(round: number): void {
    const { id, term, log } = this.#state;
    for (const [to, peer] of this.#peers) {
      const commit = Math.min(peer.match, log.commit);
      this.#state.send({ type: 'heartbeat', from: id, to, term, commit, round });
    }
  }

  /** Whether `serve` would send anything. */
  hasToServe(): boolean {
    for (const peer of this.#peers.values())
      if (peer.state === 'snapshot' ? !peer.isWaiting : this.#isDue(peer) && this.#isServable(peer))
        return true;
    return false;
  }

  #isServable(peer: Progress): boolean {
    return this.#state.log.termAt(peer.next - 1) !== undefined || peer.isActive;
  }

  /** Sends everybody what it lacks, as far as its state and the bounds allow. */
  serve(): void {
    for (const [to, peer] of this.#peers) {
      while (this.#isDue(peer) && this.#sendEntries(to, peer));
      if (peer.state === 'snapshot' && !peer.isWaiting) this.#sendPiece(to, peer, peer.snapshot!);
    }
  }

  /** Whether there is something to send, and room for it. */
  #isDue(peer: Progress): boolean {
    const { log } = this.#state;
    if (peer.next > log.lastIndex && peer.commitSent >= log.commit) return false;
    if (peer.state === 'probe') return !peer.isWaiting;
    return peer.state === 'replicate' && !this.#isFull(peer);
  }

  /** As much was sent ahead as may be. */
  #isFull({ messagesAhead, bytesAhead }: Progress): boolean {
    const { maxInflight, maxInflightBytes } = this.#state.options;
    return messagesAhead >= maxInflight || bytesAhead >= maxInflightBytes;
  }

  /** @returns whether it was possible; if not, a snapshot has to go before, or nobody is there. */
  #sendEntries(to: string, peer: Progress): boolean {
    const { id, term, log, options } = this.#state;
    const prevIndex = peer.next - 1;
    const prevTerm = log.termAt(prevIndex);
    if (prevTerm === undefined) {
      if (peer.isActive && log.snapshot) peer.install(log.snapshot);
      return false;
    }
    const { commit, lastIndex } = log;
    const entries = log.slice(peer.next, lastIndex, options.maxBytesPerMessage);
    const type = 'appendEntries';
    this.#state.send({ type, from: id, to, term, prevIndex, prevTerm, entries, commit });
    const last = prevIndex + entries.length;
    peer.commitSent = last === lastIndex ? commit : Math.min(commit, last);
    if (peer.state === 'probe') peer.isWaiting = true;
    else if (entries.length > 0)
      peer.sentAhead(
        last,
        entries.reduce((bytes, { data }) => bytes + data.length, 0),
      );
    return true;
  }

  #sendPiece(to: string, peer: Progress, { index, term: snapshotTerm, config, data }: Snapshot) {
    const { id, term, options } = this.#state;
    const { offset } = peer;
    this.#state.send({
      type: 'installSnapshot',
      from: id,
      to,
      term,
      index,
      snapshotTerm,
      config,
      sizeBytes: data.length,
      offset,
      data: data.subarray(offset, offset + options.maxBytesPerMessage),
    });
    peer.isWaiting = true;
    peer.beats = 0;
  }
}
