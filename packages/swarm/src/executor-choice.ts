import type { Clock } from '@ruvector/core';
import { SemanticTaskMatcher } from '@ruvector/semantic';

import { BackOff } from './back-off.js';
import type { OpenTask } from './open-task.js';
import { isReachable, type Peer } from './peer.js';
import type { WaitingTasks } from './waiting-tasks.js';

/** How much a full member falls behind an idle one of the same meaning: half the value. */
const LOAD_WEIGHT = 0.5;
/** How many waiting tasks are looked at to find the one that suits a free member best. */
const WINDOW = 64;

/** How one member stands with our tasks. */
interface Place {
  /** Tasks it has from us. */
  open: number;
  /** Tasks it takes from us at most, as far as we know. */
  capacity: number;
  readonly pause: BackOff;
  /** The pause is for want of room, and ends when its heartbeat says that it has some. */
  isFull: boolean;
}

interface Choice {
  readonly task: OpenTask;
  readonly executor: string;
  readonly value: number;
  readonly load: number;
}

/**
 * Which waiting task goes to which member with room. Members do not stand idle: of the tasks that
 * wait longest, each gets the one that means its capabilities most, compared with what the task
 * means to the others and with how much the member has to do. A task that was passed over for a
 * whole window of others goes next.
 */
export class ExecutorChoice {
  readonly #clock: Clock;
  readonly #peers: ReadonlyMap<string, Peer>;
  readonly #perMemberMax: number;
  readonly #matcher = new SemanticTaskMatcher();
  readonly #places = new Map<string, Place>();
  #version = 0;

  constructor(clock: Clock, peers: ReadonlyMap<string, Peer>, perMemberMax: number) {
    this.#clock = clock;
    this.#peers = peers;
    this.#perMemberMax = perMemberMax;
  }

  /** A member can be given tasks from now on. */
  add(peer: Peer): void {
    const place = { open: 0, capacity: this.#perMemberMax, pause: new BackOff(), isFull: false };
    this.#places.set(peer.agentId, place);
    this.#matcher.registerAgent(peer.agentId, peer.member.capabilities.join(' '));
    this.#version += 1;
  }

  remove(agentId: string): void {
    this.#places.delete(agentId);
    this.#matcher.removeAgent(agentId);
    this.#version += 1;
  }

  /** Whether some member with room may have this task now. */
  hasRoomFor(task: OpenTask): boolean {
    return this.#bestMember(task, this.#free()) !== undefined;
  }

  /** @returns the next task and its executor, or `undefined` if nobody suitable has room. */
  next(waiting: WaitingTasks): { readonly task: OpenTask; readonly executor: string } | undefined {
    const free = this.#free();
    if (free.size === 0) return undefined;
    for (const line of waiting.lines()) {
      let best: Choice | undefined;
      let looked = 0;
      for (const task of line) {
        const choice = this.#bestMember(task, free);
        if (!choice) continue;
        if (task.passedOver >= WINDOW) return choice;
        if (!best || choice.value > best.value) best = choice;
        looked += 1;
        if (looked === WINDOW) break;
      }
      if (!best) continue;
      for (const task of line) {
        if (task === best.task) break;
        task.passedOver += 1;
      }
      return best;
    }
    return undefined;
  }

  took(agentId: string): void {
    const place = this.#places.get(agentId);
    if (place) place.open += 1;
  }

  gaveBack(agentId: string): void {
    const place = this.#places.get(agentId);
    if (place) place.open = Math.max(0, place.open - 1);
  }

  /**
   * It takes no more than it has: it is left alone until its heartbeat says that it has room again,
   * or for a while, longer each time. Without this, every waiting task would be sent there with its
   * whole input, to be refused.
   */
  full(agentId: string): void {
    this.blocked(agentId);
    const place = this.#places.get(agentId);
    const peer = this.#peers.get(agentId);
    if (!place || !peer) return;
    place.isFull = true;
    peer.load = 1; // it has just told so; its next heartbeat says what has changed
  }

  /** Nothing more can be sent to it for now: it is left alone for a while, longer each time. */
  blocked(agentId: string): void {
    const place = this.#places.get(agentId);
    if (!place) return;
    place.capacity = Math.max(1, place.open);
    place.isFull = false;
    place.pause.refused(this.#clock.monotonic());
  }

  /** It does not answer: it is left alone for as long as any pause lasts. */
  silent(agentId: string): void {
    const place = this.#places.get(agentId);
    if (!place) return;
    place.isFull = false;
    place.pause.longest(this.#clock.monotonic());
  }

  /** What came of it moves the scores of later tasks that mean the same. */
  finished(task: OpenTask, agentId: string, success: boolean): void {
    const place = this.#places.get(agentId);
    if (!place) return;
    place.capacity = Math.min(this.#perMemberMax, place.capacity + 1);
    place.pause.reset();
    const peer = this.#peers.get(agentId);
    if (peer?.load === 1) peer.load = 0; // it has one task less; how many, its heartbeat says
    this.#matcher.feedback(task.request.description, agentId, success);
  }

  /**
   * Members with room by id, and their load: the larger of what they told and what we gave them.
   */
  #free(): Map<string, { peer: Peer; load: number }> {
    const found = new Map<string, { peer: Peer; load: number }>();
    const now = this.#clock.monotonic();
    for (const [agentId, place] of this.#places) {
      const { open, capacity, pause } = place;
      const peer = this.#peers.get(agentId);
      if (!peer || !isReachable(peer) || open >= capacity) continue;
      if (place.isFull && peer.load < 1) {
        place.isFull = false;
        pause.end();
      }
      if (!pause.isOver(now)) continue;
      found.set(agentId, { peer, load: Math.max(peer.load, open / this.#perMemberMax) });
    }
    return found;
  }

  #bestMember(
    task: OpenTask,
    free: ReadonlyMap<string, { peer: Peer; load: number }>,
  ): Choice | undefined {
    const { capability } = task.request;
    const now = this.#clock.monotonic();
    let best: Choice | undefined;
    for (const [executor, { peer, load }] of free) {
      if (capability !== undefined && !peer.member.capabilities.includes(capability)) continue;
      if (!task.maySuit(executor, now)) continue;
      const value = (this.#meaning(task).get(executor) ?? 0) * (1 - LOAD_WEIGHT * load);
      const isBetter =
        !best ||
        value > best.value ||
        (value === best.value &&
          (load < best.load || (load === best.load && executor < best.executor)));
      if (isBetter) best = { task, executor, value, load };
    }
    return best;
  }

  /** Worked out once while the members stay the same. */
  #meaning(task: OpenTask): ReadonlyMap<string, number> {
    if (task.meaning?.version === this.#version) return task.meaning.suits;
    const ranked = this.#matcher.match(task.request.description, this.#places.size);
    const most = ranked[0]?.score ?? 0;
    // a task that means nobody means everybody the same
    const suits = new Map(
      ranked.map(({ agentId, score }) => [agentId, most > 0 ? score / most : 1]),
    );
    task.meaning = { version: this.#version, suits };
    return suits;
  }
}
