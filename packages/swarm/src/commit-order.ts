import { equalBytes, toHex } from '@ruvector/core';
import { commitHash, type EpochCommit } from '@ruvector/crypto';

import { isReachable, type Peer } from './peer.js';
import type { Role } from './role.js';

/**
 * Puts the commits of a swarm into one order that all members follow. Here one coordinator does; an
 * order that a group agrees on can stand in its place.
 */
export interface CommitOrder {
  /** Agent id of the member that makes commits now, this one or another; '' if none is there. */
  readonly committer: string;
  /** Another member that claims to make commits has the better claim, as long as it is there. */
  yieldTo(agentId: string): void;
  /** Puts a commit of this member behind all earlier ones. */
  append(commit: EpochCommit): void;
  /** What was ordered after that commit, if it is known here and not too long ago. */
  after(epoch: number, hash: Uint8Array): readonly EpochCommit[] | undefined;
}

/** What decides who makes the commits. */
export interface Candidate {
  readonly agentId: string;
  readonly role: Role;
  /** Milliseconds since 1970, as its registration says. */
  readonly joinedAt: number;
}

/** Commits that are kept for members that missed some. */
const LOG_MAX = 64;

interface Ordered {
  readonly commit: EpochCommit;
  readonly hash: Uint8Array;
}

/**
 * One coordinator orders commits: of those that are there, the one that joined first. If that one
 * shows that it does not (it was started again and knows nothing yet, or its clock was slow when it
 * joined as a newcomer), the next does, until the first says that it can. Members that registered
 * each other by hand may each take itself for it; then their claims are compared, and all but one
 * yield.
 */
export class CoordinatorOrder implements CommitOrder {
  readonly #self: Candidate;
  readonly #peers: ReadonlyMap<string, Peer>;
  readonly #mayBeSelf: () => boolean;
  #log: Ordered[] = [];
  #yieldedTo: string | undefined;

  /** @param mayBeSelf - whether this member is far enough to make commits. */
  constructor(self: Candidate, peers: ReadonlyMap<string, Peer>, mayBeSelf: () => boolean) {
    this.#self = self;
    this.#peers = peers;
    this.#mayBeSelf = mayBeSelf;
  }

  get committer(): string {
    const there = [...this.#peers.values()].filter(isReachable);
    const willing = this.#firstOf(there.filter(({ isPassedOver }) => !isPassedOver));
    const first = willing === NOBODY ? this.#firstOf(there) : willing;
    if (first !== this.#self) return first.agentId;
    const other = this.#yieldedTo === undefined ? undefined : this.#peers.get(this.#yieldedTo);
    return other && isReachable(other) ? other.agentId : first.agentId;
  }

  yieldTo(agentId: string): void {
    this.#yieldedTo = agentId;
  }

  append(commit: EpochCommit): void {
    const next = this.#log.at(-1);
    // after another's commits, or as the first of a new swarm
    if (next && next.commit.record.epoch + 1 !== commit.record.epoch) this.#log = [];
    this.#log.push({ commit, hash: commitHash(commit.record) });
    if (this.#log.length > LOG_MAX) this.#log.shift();
  }

  after(epoch: number, hash: Uint8Array): readonly EpochCommit[] | undefined {
    const all = this.#log.map(({ commit }) => commit);
    const [first] = all;
    // another member made the one before
    if (first?.record.epoch === epoch + 1 && first.record.prev_commit_hash === toHex(hash))
      return all;
    const at = this.#log.findIndex(({ commit }) => commit.record.epoch === epoch);
    if (at < 0 || !equalBytes(this.#log[at]!.hash, hash)) return undefined;
    return all.slice(at + 1);
  }

  /** Of these and this member. */
  #firstOf(there: readonly Peer[]): Candidate {
    const candidates = this.#mayBeSelf() ? [this.#self] : [];
    if (!hasCoordinator(this.#self, this.#peers.values())) return candidates[0] ?? NOBODY;
    return [...candidates, ...there.map(candidateOf)]
      .filter(({ role }) => role === 'coordinator')
      .reduce(firstOf, NOBODY);
  }
}

/** Nobody: no member of this kind is there. Every candidate comes before it. */
const NOBODY: Candidate = { agentId: '', role: 'worker', joinedAt: Infinity };

/** Without any coordinator among the members, known or there, all may make commits. */
export function hasCoordinator(
  self: { readonly role: Role },
  peers: Iterable<{ readonly role: Role }>,
): boolean {
  return self.role === 'coordinator' || [...peers].some(({ role }) => role === 'coordinator');
}

export function candidateOf({ agentId, role, member }: Peer): Candidate {
  return { agentId, role, joinedAt: member.joinedAt };
}

/** The one that joined first. */
export function firstOf<T extends Pick<Candidate, 'agentId' | 'joinedAt'>>(a: T, b: T): T {
  if (a.joinedAt !== b.joinedAt) return a.joinedAt < b.joinedAt ? a : b;
  return a.agentId < b.agentId ? a : b;
}
