import { ByteReader, ByteWriter, type Clock } from '@ruvector/core';

import type { Membership, RosterEntry } from './membership.js';
import { encodeJson, parseJson } from './message.js';
import { MessageType } from './message-type.js';
import type { Peer } from './peer.js';
import { isRole } from './role.js';
import type { OpenedMessage } from './opened-message.js';
import type { SealedMessage } from './sealed-message.js';

/**
 * A coordinator is asked at most so often; longer and longer as long as the lists stay different.
 */
const ASK_MS = 1_000;
const ASK_LONGEST_MS = 60_000;
const PART_BYTES = 256 << 10;
const PARTS_MAX = 4_096;
/** A signed removal takes 5 KB at most. */
const REMOVALS_A_PART = 8;

export interface RosterSyncOptions {
  readonly clock: Clock;
  readonly membership: Membership;
  /** What fits into a frame of every transport. */
  readonly payloadBytesMax: number;
  readonly send: (peer: Peer, message: SealedMessage) => void;
  /** A member that was not known before. */
  readonly onMember: (peer: Peer) => void;
  /** A coordinator has given this member up. */
  readonly onDead: (peer: Peer) => void;
  /** A coordinator shows why a member was expelled. */
  readonly onRemoval: (removal: unknown, coordinator: Peer) => void;
  /** A whole list has come. */
  readonly onListed: () => void;
  readonly onRefused: (code: string, from: string) => void;
}

/** What passed between this member and one coordinator, or one asker. */
interface Exchange {
  askedAt: number;
  askAgainMs: number;
  answeredAt: number;
  /** The parts of the coordinator's list that have come. */
  parts:
    { readonly digest: bigint; readonly count: number; readonly seen: Set<number> } | undefined;
}

/**
 * Makes the members know the same members as their coordinators do. A coordinator tells of each
 * newcomer at once; since such news can get lost, its heartbeats carry a digest of its list, and
 * who has another one asks for the list. It says who left and who is dead, too.
 */
export class RosterSync {
  readonly #o: RosterSyncOptions;
  readonly #exchanges = new Map<string, Exchange>();
  #complete: (() => void)[] = [];

  constructor(options: RosterSyncOptions) {
    this.#o = options;
  }

  /** Resolves when the next whole list has come, or a coordinator's digest says that it is here. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#complete.push(resolve));
  }

  forget(agentId: string): void {
    this.#exchanges.delete(agentId);
  }

  /** A coordinator's heartbeat: asks for its list if that is another one. */
  compare(coordinator: Peer, digest: bigint): void {
    const exchange = this.#exchange(coordinator);
    if (digest === this.#o.membership.digest) {
      exchange.askAgainMs = ASK_MS;
      return this.#completed();
    }
    const now = this.#o.clock.monotonic();
    if (now - exchange.askedAt < exchange.askAgainMs) return;
    exchange.askAgainMs = Math.min(2 * exchange.askAgainMs, ASK_LONGEST_MS);
    this.ask(coordinator);
  }

  /** Asks a coordinator for its list, but not all the time. */
  ask(coordinator: Peer): void {
    const exchange = this.#exchange(coordinator);
    const now = this.#o.clock.monotonic();
    if (now - exchange.askedAt < ASK_MS) return;
    exchange.askedAt = now;
    const body = new Uint8Array(0);
    this.#o.send(coordinator, { type: MessageType.rosterRequest, body });
  }

  /** Answers one who asks, not more often than is any use. */
  answer(peer: Peer): void {
    const exchange = this.#exchange(peer);
    const now = this.#o.clock.monotonic();
    if (now - exchange.answeredAt < ASK_MS) return;
    exchange.answeredAt = now;
    this.#tell(peer);
  }

  /** Sends the whole list, in parts that fit into frames. */
  #tell(peer: Peer): void {
    const { membership } = this.#o;
    const dead = [...membership.peers.values()].filter(({ state }) => state === 'dead');
    const parts = this.#parts(peer).map((part) => encodeJson(part));
    for (const removals of groupsOf(REMOVALS_A_PART, membership.removals()))
      parts.push(encodeJson({ removals }));
    const last = { leavers: membership.leavers(), dead: dead.map(({ agentId }) => agentId) };
    parts.push(encodeJson(last));
    for (const [i, json] of parts.entries()) {
      const writer = new ByteWriter(json.length + 32).u16(i).u16(parts.length);
      const body = writer.u64(membership.digest).block(json).bytes();
      this.#o.send(peer, { type: MessageType.roster, body });
    }
  }

  /** A part of a coordinator's list. */
  hear({ peer, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'roster');
    const [index, count, digest] = [reader.u16(), reader.u16(), reader.u64()];
    const part = parseJson(reader.block());
    reader.end();
    if (index >= count || count > PARTS_MAX) return reader.fail(`part ${index} of ${count}`);
    if (Array.isArray(part)) for (const entry of part) this.hearEntry(peer, entry);
    else this.#hearGone(peer, part);
    const exchange = this.#exchange(peer);
    const isSame = exchange.parts?.digest === digest && exchange.parts.count === count;
    if (!exchange.parts || !isSame) exchange.parts = { digest, count, seen: new Set() };
    exchange.parts.seen.add(index);
    if (exchange.parts.seen.size < count) return;
    exchange.parts = undefined;
    this.#completed();
    this.#o.onListed();
  }

  /** One entry of a coordinator's list; a bad one does not keep the others out. */
  hearEntry(coordinator: Peer, entry: unknown): void {
    const { registration, role } = (entry ?? {}) as Partial<RosterEntry>;
    if (!isRole(role)) return this.#o.onRefused('ERR_MALFORMED', coordinator.agentId);
    const registered = this.#o.membership.register(registration, role, true);
    if ('code' in registered) {
      if (registered.code !== 'ERR_SWARM_SELF')
        this.#o.onRefused(registered.code, coordinator.agentId);
    } else if (registered.isNew) this.#o.onMember(registered.peer);
  }

  #hearGone(coordinator: Peer, part: unknown): void {
    const { removals, leavers, dead } = (part ?? {}) as Record<string, unknown>;
    if (Array.isArray(removals))
      for (const removal of removals) this.#o.onRemoval(removal, coordinator);
    if (Array.isArray(leavers))
      for (const leaver of leavers) this.#o.membership.removeLeaver(leaver);
    if (!Array.isArray(dead)) return;
    for (const agentId of dead) {
      const peer = typeof agentId === 'string' && this.#o.membership.peers.get(agentId);
      if (peer) this.#o.onDead(peer);
    }
  }

  /** Entries, as many to a part as fit. */
  #parts(peer: Peer): RosterEntry[][] {
    const partBytes = Math.min(PART_BYTES, this.#o.payloadBytesMax);
    const parts: RosterEntry[][] = [[]];
    let bytes = 0;
    for (const entry of this.#o.membership.roster()) {
      if (entry.registration.record.agent_id === peer.agentId) continue;
      const size = encodeJson(entry).length + 1;
      if (bytes + size > partBytes) {
        parts.push([]);
        bytes = 0;
      }
      parts.at(-1)!.push(entry);
      bytes += size;
    }
    return parts;
  }

  #completed(): void {
    for (const resolve of this.#complete.splice(0)) resolve();
  }

  #exchange({ agentId }: Peer): Exchange {
    const known = this.#exchanges.get(agentId);
    if (known) return known;
    const [askedAt, answeredAt] = [-Infinity, -Infinity];
    const fresh: Exchange = { askedAt, askAgainMs: ASK_MS, answeredAt, parts: undefined };
    this.#exchanges.set(agentId, fresh);
    return fresh;
  }
}

function groupsOf<T>(size: number, all: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < all.length; i += size) groups.push(all.slice(i, i + size));
  return groups;
}
