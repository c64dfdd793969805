import { isEdgeError, type Random } from '@ruvector/core';
import type { ConfChange, Configuration } from '@ruvector/raft';
import { membersOf } from '../src/configuration.js';
import { voteResult } from '../src/quorum.js';
import type { Member } from './member.js';
import type { Fault } from './schedule.js';

const VOTERS_MAX = 5;
const MEMBERS_MAX = 8;

/** What an administrator can do. */
export interface Site {
  readonly members: ReadonlyMap<string, Member>;
  readonly random: Random;
  readonly nowMs: number;
  /** The configuration that is committed. */
  readonly committed: Configuration;
  /** When a change was proposed last: it may be under way still. */
  changedAtMs: number;
  /** Starts a member that waits to be added. */
  enrol(): Member;
  touch(member: Member): void;
}

/** Who leads, as far as can be seen: the one of the latest term. */
export function leaderOf(members: Iterable<Member>): Member | undefined {
  let [found, latest]: [Member | undefined, number] = [undefined, -1];
  for (const member of members) {
    const status = member.core?.status();
    if (status?.role !== 'leader' || status.term <= latest) continue;
    [found, latest] = [member, status.term];
  }
  return found;
}

const isLost = ({ disk, isGone }: Member) => disk.damage !== undefined || isGone;

/** Whether enough voters are there, or come back, for the cluster to go on. */
function isViable(site: Site, config: Configuration, without?: string): boolean {
  const isThere = (id: string) => {
    const member = site.members.get(id);
    return id !== without && (member === undefined || !isLost(member));
  };
  return voteResult(config, isThere) === 'won';
}

const QUIET_MS = 1000;

/** The configurations that may hold somewhere, or will. */
function* configurationsOf(site: Site): Generator<Configuration> {
  yield site.committed;
  for (const id of membersOf(site.committed)) {
    const { core, disk, seen } = site.members.get(id)!;
    if (core) yield core.status().config;
    yield* (core ? seen.log : disk.load()).configurations();
  }
}

/** Whether a disk may be lost in every configuration that may hold. */
export function mayLose(site: Site, id: string): boolean {
  if (site.nowMs < site.changedAtMs + QUIET_MS) return false;
  for (const config of configurationsOf(site))
    if (config.voters.length > 0 && !isViable(site, config, id)) return false;
  return true;
}

/** Anybody who takes itself for a leader, which may be over. */
function anyLeader(site: Site): Member | undefined {
  const leading = [...site.members.values()].filter(({ isLeading }) => isLeading);
  return leading[Math.floor(site.random.next() * leading.length)];
}

/**
 * Asks a leader for another configuration. What it refuses is left.
 *
 * @returns who was asked, if anybody.
 */
export function change(site: Site, { a, b }: Fault): Member | undefined {
  const leader = anyLeader(site);
  if (!leader) return undefined;
  const { config } = leader.core!.status();
  const changes = changesOf(site, config, a, b);
  const next = changes && after(config, changes);
  if (!next || !isViable(site, next)) return undefined;
  attempt(site, leader, () => {
    leader.core!.proposeConfChange(changes);
    site.changedAtMs = site.nowMs;
  });
  return leader;
}

/** Asks a leader to hand over. @returns who was asked, if anybody. */
export function transfer(site: Site, { a }: Fault): Member | undefined {
  const leader = anyLeader(site);
  if (!leader) return undefined;
  const { voters } = leader.core!.status().config;
  const to = voters[Math.floor(a * voters.length)];
  if (to !== undefined) attempt(site, leader, () => leader.core!.transferLeader(to));
  return leader;
}

function attempt(site: Site, leader: Member, request: () => void): void {
  try {
    request();
    site.touch(leader);
  } catch (error) {
    if (
      !isEdgeError(error, 'ERR_RAFT_NOT_LEADER') &&
      !isEdgeError(error, 'ERR_RAFT_CHANGE_PENDING')
    )
      throw error;
  }
}

/** Which change: lost members are replaced before anything else is tried. */
function changesOf(site: Site, config: Configuration, a: number, b: number) {
  const { voters, learners } = config;
  const lost = voters.find((id) => isLost(site.members.get(id)!));
  const one = (type: ConfChange['type'], id: string) => [{ type, id }] as const;
  const any = (ids: readonly string[]) => ids[Math.floor(b * ids.length)];
  const voter = lost ?? any(voters)!;
  if (a < 0.25) {
    const id = spare(site, config);
    return id === undefined ? undefined : one(a < 0.15 ? 'addLearner' : 'addVoter', id);
  }
  if (a < 0.45) {
    const id = any(learners);
    return id === undefined ? undefined : one('addVoter', id);
  }
  if (a < 0.65 && voters.length > 2) return one('removeMember', voter);
  if (a < 0.7 && learners.length > 0) return one('removeMember', any(learners)!);
  const added = [any(learners) ?? spare(site, config), a < 0.9 ? undefined : site.enrol().id];
  const removed = a < 0.8 ? [voter] : voters.slice(0, 2);
  return [
    ...added.flatMap((id) => (id === undefined ? [] : one('addVoter', id))),
    ...removed.flatMap((id) => one('removeMember', id)),
  ];
}

function after({ voters }: Configuration, changes: readonly ConfChange[]) {
  const next = new Set(voters);
  for (const { type, id } of changes)
    if (type === 'addVoter') next.add(id);
    else if (type === 'removeMember') next.delete(id);
  if (next.size === 0 || next.size > VOTERS_MAX) return undefined;
  return { voters: [...next], votersOutgoing: [], learners: [] };
}

/** Somebody who runs and is in no configuration that is known, or a new member. */
function spare(site: Site, config: Configuration): string | undefined {
  let running = 0;
  for (const { id, core, isGone } of site.members.values()) {
    if (!isGone) running += 1;
    const isWaiting = core?.status().config.voters.length === 0;
    if (isWaiting && !config.learners.includes(id) && !config.voters.includes(id)) return id;
  }
  return running < MEMBERS_MAX ? site.enrol().id : undefined;
}

/** Stops who is in no configuration any more, after it has had time to disturb. */
export function retire(site: Site): void {
  if (site.nowMs < site.changedAtMs + QUIET_MS) return;
  const staying = new Set([...configurationsOf(site)].flatMap(membersOf));
  for (const member of site.members.values()) {
    if (member.isGone || staying.has(member.id)) continue;
    const hasJoined = member.core === undefined || member.core.status().config.voters.length > 0;
    if (hasJoined && site.random.next() < 0.2) leave(member);
  }
}

/** A process ends for good. */
export function leave(member: Member): void {
  if (member.core) member.crash(1, Infinity);
  member.upAtMs = Infinity;
  member.isGone = true;
}
