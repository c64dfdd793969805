import { ByteReader, ByteWriter, type Clock } from '@ruvector/core';

import type { Membership, RosterEntry } from './membership.js';
import { encodeJson, parseJson } from './message.js';
import { MessageType } from './message-type.js';
import type { Peer } from './peer.js';
import { isRole } from './role.js';
import type { OpenedMessage, SealedMessage } from './wire.js';

/** At most so often one coordinator is asked, and one asker answered. */
const ASK_MS = 1_000;
const PART_BYTES = 256 << 10;

export interface RosterSyncOptions {
  readonly clock: Clock;
  readonly membership: Membership;
  readonly send: (peer: Peer, message: SealedMessage) => void;
  /** A member that was not known before. */
  readonly onMember: (peer: Peer) => void;
  readonly onRefused: (code: string, from: string) => void;
}

/** What passed between this member and one coordinator, or one asker. */
interface Exchange {
  askedAt: number;
  answeredAt: number;
  /** The digest of the list that came last, whole. */
  had: bigint | undefined;
}

/**
 * Makes the members know the same members as their coordinators do. A coordinator tells of each
 * newcomer at once; since such news can get lost, its heartbeats carry a digest of its list, and who
 * has another one asks for the list.
 */
export class RosterSync {
  readonly #o: RosterSyncOptions;
  readonly #exchanges = new Map<string, Exchange>();
  #complete: (() => void)[] = [];

  constructor(options: RosterSyncOptions) {
    this.#o = options;
  }

  /** Resolves when the next whole list has come. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#complete.push(resolve));
  }

  forget(agentId: string): void {
    this.#exchanges.delete(agentId);
  }

  /** A coordinator's heartbeat. Asks if its list differs and is not the one that came already. */
  compare(coordinator: Peer, digest: bigint): void {
    const exchange = this.#exchange(coordinator);
    const now = this.#o.clock.monotonic();
    if (digest === this.#o.membership.digest || digest === exchange.had) return;
    if (now - exchange.askedAt < ASK_MS) return;
    exchange.askedAt = now;
    const body = new Uint8Array(0);
    this.#o.send(coordinator, { type: MessageType.rosterRequest, body });
  }

  /** Sends the whole list, in parts that fit into frames; not more often than is any use. */
  tell(peer: Peer): void {
    const exchange = this.#exchange(peer);
    const now = this.#o.clock.monotonic();
    if (now - exchange.answeredAt < ASK_MS) return;
    exchange.answeredAt = now;
    const { membership } = this.#o;
    let part: RosterEntry[] = [];
    let bytes = 0;
    for (const entry of membership.roster()) {
      if (entry.registration.record.agent_id === peer.agentId) continue;
      const size = encodeJson(entry as never).length + 1;
      if (bytes + size > PART_BYTES) {
        this.#sendPart(peer, part, false);
        part = [];
        bytes = 0;
      }
      part.push(entry);
      bytes += size;
    }
    this.#sendPart(peer, part, true);
  }

  /** A part of a coordinator's list. */
  hear({ peer, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'roster');
    const isLast = reader.u8() === 1;
    const digest = reader.u64();
    const entries = parseJson(reader.block());
    reader.end();
    if (!Array.isArray(entries)) return reader.fail('no list');
    for (const entry of entries) this.hearEntry(peer, entry);
    if (!isLast) return;
    this.#exchange(peer).had = digest;
    for (const resolve of this.#complete.splice(0)) resolve();
  }

  /** One entry of a coordinator's list; a bad one does not keep the others out. */
  hearEntry(coordinator: Peer, entry: unknown): void {
    const { registration, role } = (entry ?? {}) as Partial<RosterEntry>;
    if (!isRole(role)) return this.#o.onRefused('ERR_MALFORMED', coordinator.agentId);
    const registered = this.#o.membership.register(registration, role);
    if ('code' in registered) {
      if (registered.code !== 'ERR_SWARM_SELF')
        this.#o.onRefused(registered.code, coordinator.agentId);
    } else if (registered.isNew) this.#o.onMember(registered.peer);
  }

  #sendPart(peer: Peer, part: readonly RosterEntry[], isLast: boolean): void {
    const json = encodeJson(part as never);
    const writer = new ByteWriter(json.length + 16).u8(isLast ? 1 : 0);
    const body = writer.u64(this.#o.membership.digest).block(json).bytes();
    this.#o.send(peer, { type: MessageType.roster, body });
  }

  #exchange({ agentId }: Peer): Exchange {
    const known = this.#exchanges.get(agentId);
    if (known) return known;
    const fresh = { askedAt: -Infinity, answeredAt: -Infinity, had: undefined };
    this.#exchanges.set(agentId, fresh);
    return fresh;
  }
}
