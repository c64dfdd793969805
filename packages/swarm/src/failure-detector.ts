import { checkInteger, checkObject } from '@ruvector/core';

import { isReachable, type Peer } from './peer.js';

/** How soon silence is noticed. Members of one swarm should have the same times. */
export interface HeartbeatOptions {
  /** @default 500 ms */
  readonly intervalMs?: number;
  /** Silence after which a member is suspected. @default 1500 ms */
  readonly suspectAfterMs?: number;
  /** Silence after which a member counts as dead. @default 3000 ms */
  readonly deadAfterMs?: number;
}

const HEARTBEAT: readonly (keyof HeartbeatOptions)[] = [
  'intervalMs',
  'suspectAfterMs',
  'deadAfterMs',
];

export function checkHeartbeat(given: HeartbeatOptions = {}): Required<HeartbeatOptions> {
  checkObject('heartbeat', given, { keys: HEARTBEAT });
  const { intervalMs = 500, suspectAfterMs = 3 * intervalMs, deadAfterMs = 6 * intervalMs } = given;
  checkInteger('heartbeat.intervalMs', intervalMs, { min: 10, max: 60_000 });
  checkInteger('heartbeat.suspectAfterMs', suspectAfterMs, { min: intervalMs + 1 });
  checkInteger('heartbeat.deadAfterMs', deadAfterMs, { min: suspectAfterMs + 1 });
  return { intervalMs, suspectAfterMs, deadAfterMs };
}

/**
 * Tells from silence who is gone.
 *
 * Who watches whom keeps the traffic linear: coordinators watch everybody and everybody watches the
 * coordinators; others learn of deaths from a coordinator. Only while no coordinator is there, all
 * watch all.
 */
export class FailureDetector {
  readonly #options: Required<HeartbeatOptions>;
  readonly #isCoordinator: boolean;
  #watched = new Set<string>();
  #checkedAt = -Infinity;

  constructor(options: Required<HeartbeatOptions>, isCoordinator: boolean) {
    this.#options = options;
    this.#isCoordinator = isCoordinator;
  }

  /** Those from whom this member expects heartbeats. */
  partners(peers: Iterable<Peer>): Peer[] {
    const reachable = [...peers].filter(isReachable);
    if (this.#isCoordinator) return reachable;
    const coordinators = reachable.filter((peer) => peer.role === 'coordinator');
    return coordinators.length > 0 ? coordinators : reachable;
  }

  /** Whether others, who may have a coordinator, must be told that this member has none. */
  isAlone(peers: Iterable<Peer>): boolean {
    const isCoordinated = (peer: Peer) => isReachable(peer) && peer.role === 'coordinator';
    return !this.#isCoordinator && ![...peers].some(isCoordinated);
  }

  /**
   * Those to whom this member owes heartbeats: its partners, and who has nobody else to listen to.
   */
  owed(peers: readonly Peer[], now: number): Peer[] {
    const partners = new Set(this.partners(peers));
    return peers.filter(
      (peer) => partners.has(peer) || (isReachable(peer) && peer.beatsWantedUntil > now),
    );
  }

  /** A member has said that it has no coordinator. */
  lend(peer: Peer, now: number): void {
    peer.beatsWantedUntil = now + this.#options.deadAfterMs;
  }

  /**
   * @param now - monotonic, ms.
   * @returns whose state changes, which is left to the caller. `cleared`: suspects that nobody
   * expects to hear of any more, since a coordinator is there again.
   */
  check(peers: readonly Peer[], now: number): Record<'suspected' | 'dead' | 'cleared', Peer[]> {
    this.#forgiveOwnStall(peers, now);
    const found = { suspected: [] as Peer[], dead: [] as Peer[], cleared: [] as Peer[] };
    const partners = this.partners(peers);
    for (const peer of peers)
      if (peer.state === 'suspected' && !partners.includes(peer)) found.cleared.push(peer);
    for (const peer of partners) {
      // silence counts from when we began to listen
      if (!this.#watched.has(peer.agentId)) peer.heardAt = now;
      const silentMs = now - peer.heardAt;
      if (silentMs >= this.#options.deadAfterMs) found.dead.push(peer);
      else if (silentMs >= this.#options.suspectAfterMs && peer.state === 'live')
        found.suspected.push(peer);
    }
    this.#watched = new Set(partners.map((peer) => peer.agentId));
    return found;
  }

  /**
   * A process that was itself stalled has heard nobody and sent nothing: that is not their fault.
   */
  #forgiveOwnStall(peers: readonly Peer[], now: number): void {
    const lateMs = Math.max(0, now - this.#checkedAt - this.#options.intervalMs);
    this.#checkedAt = now;
    if (lateMs === 0 || lateMs === Infinity) return;
    for (const peer of peers) {
      peer.heardAt = Math.min(now, peer.heardAt + lateMs);
      peer.outbox.forgive(lateMs);
    }
  }
}
