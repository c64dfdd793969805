import type { Clock } from '@ruvector/core';
import { SemanticTaskMatcher } from '@ruvector/semantic';

import type { OpenTask } from './open-task.js';
import { isReachable, type Peer } from './peer.js';

/** How much a full member falls behind an idle one of the same meaning: half the score. */
const LOAD_WEIGHT = 0.5;

/**
 * Which member gets a task: among those that have the capability asked for and room, the one whose
 * capabilities mean the task most, less what it is loaded with.
 */
export class ExecutorChoice {
  readonly #clock: Clock;
  readonly #peers: ReadonlyMap<string, Peer>;
  readonly #perMemberMax: number;
  readonly #matcher = new SemanticTaskMatcher();
  readonly #open = new Map<string, number>();

  constructor(clock: Clock, peers: ReadonlyMap<string, Peer>, perMemberMax: number) {
    this.#clock = clock;
    this.#peers = peers;
    this.#perMemberMax = perMemberMax;
  }

  /** A member can be given tasks from now on. */
  add(peer: Peer): void {
    const { capabilities } = peer.member;
    this.#open.set(peer.agentId, 0);
    this.#matcher.registerAgent(peer.agentId, capabilities.join(' '));
  }

  remove(agentId: string): void {
    this.#open.delete(agentId);
    this.#matcher.removeAgent(agentId);
  }

  get hasRoom(): boolean {
    for (const open of this.#open.values()) if (open < this.#perMemberMax) return true;
    return false;
  }

  /** @returns the executor's agent id, or `undefined` if nobody suitable has room. */
  choose(task: OpenTask): string | undefined {
    const candidates = this.#candidates(task);
    if (candidates.size <= 1) return candidates.keys().next().value;
    const ranked = this.#matcher.match(task.request.description, this.#open.size);
    const meaning = new Map(ranked.map(({ agentId, score }) => [agentId, score]));
    let best: { agentId: string; value: number; load: number } | undefined;
    for (const [agentId, load] of candidates) {
      const value = (meaning.get(agentId) ?? 0) * (1 - LOAD_WEIGHT * load);
      const isBetter = !best || value > best.value || (value === best.value && load < best.load);
      if (isBetter) best = { agentId, value, load };
    }
    return best?.agentId;
  }

  took(agentId: string): void {
    this.#open.set(agentId, (this.#open.get(agentId) ?? 0) + 1);
  }

  gaveBack(agentId: string): void {
    const open = this.#open.get(agentId);
    if (open !== undefined) this.#open.set(agentId, Math.max(0, open - 1));
  }

  /** What came of it moves the scores of later tasks that mean the same. */
  finished(task: OpenTask, agentId: string, success: boolean): void {
    if (this.#open.has(agentId)) this.#matcher.feedback(task.request.description, agentId, success);
  }

  /** Agent id → load, 0 to 1: the larger of what it told and what we gave it. Ascending by id. */
  #candidates(task: OpenTask): Map<string, number> {
    const { capability } = task.request;
    const now = this.#clock.monotonic();
    const found: [string, number][] = [];
    for (const [agentId, open] of this.#open) {
      const peer = this.#peers.get(agentId);
      if (!peer || !isReachable(peer) || open >= this.#perMemberMax) continue;
      if (capability !== undefined && !peer.member.capabilities.includes(capability)) continue;
      if ((task.avoid.get(agentId) ?? 0) > now) continue;
      found.push([agentId, Math.max(peer.load, open / this.#perMemberMax)]);
    }
    return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
