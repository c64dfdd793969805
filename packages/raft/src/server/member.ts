import { Listeners } from '@ruvector/core/transport';
import type { Unsubscribe } from '@ruvector/core';
import { configurationOf, type Configuration } from '../configuration.js';
import type { Restored } from '../entry.js';
import { RaftCore } from '../raft-core.js';
import { Answering } from './answering.js';
import { Applying } from './applying.js';
import { Calls } from './calls.js';
import type { Context } from './context.js';
import { Drive } from './drive.js';
import { Goals } from './goals.js';
import { Membership } from './membership.js';
import { noMetrics } from './metrics.js';
import type { CheckedServerOptions } from './options.js';
import { Post } from './post.js';
import { Proposals } from './proposals.js';
import { Questions } from './questions.js';
import { ReadRequests } from './read-requests.js';
import { Reception } from './reception.js';
import { Snapshotting } from './snapshotting.js';
import { Transfers } from './transfers.js';

/** Who hears of a member's events. */
export interface Audience {
  readonly leader: Listeners<[leader: string | undefined, term: number]>;
  readonly membership: Listeners<[config: Configuration]>;
  /** Something failed that nobody can mend. */
  readonly failed: (error: unknown) => void;
}

/** A server between `start` and `stop`: its parts, its clock and what it hears. */
export class Member {
  readonly context: Context;
  readonly proposals: Proposals;
  readonly reads: ReadRequests;
  readonly goals: Goals;
  readonly membership: Membership;
  readonly transfers: Transfers;
  readonly applying: Applying;
  readonly #questions: Questions;
  readonly #drive: Drive;
  readonly #reception: Reception;
  readonly #audience: Audience;
  #seen: { leader: string | undefined; term: number; config: Configuration };
  #cancelTick: () => void = () => undefined;
  #unsubscribe: Unsubscribe = () => undefined;
  #tickedMs = 0;

  constructor(
    options: CheckedServerOptions,
    core: RaftCore,
    applying: Applying,
    audience: Audience,
  ) {
    const metrics = noMetrics();
    const context: Context = {
      id: options.core.id,
      core,
      options,
      metrics,
      calls: new Calls(),
      post: new Post(options.transport, metrics),
      wake: () => this.#drive.wake(),
    };
    this.context = context;
    this.applying = applying;
    this.#audience = audience;
    this.#questions = new Questions(context);
    this.proposals = new Proposals(context, this.#questions);
    this.reads = new ReadRequests(context, this.#questions, applying);
    this.goals = new Goals(context, this.#questions, this.reads);
    this.membership = new Membership(context);
    this.transfers = new Transfers(context);
    this.#reception = new Reception(context, this.#questions, new Answering(context, this));
    this.#drive = new Drive(context, {
      applying,
      proposals: this.proposals,
      reads: this.reads,
      snapshotting: new Snapshotting(context, applying),
      observe: () => this.#observe(),
      fail: audience.failed,
    });
    const { leader, term } = core.summary();
    this.#seen = { leader, term, config: applying.config };
  }

  /** What a storage had, made a member of. @throws as `RaftCore` and the state machine do */
  static async restored(
    options: CheckedServerOptions,
    restored: Restored,
    audience: Audience,
  ): Promise<Member> {
    const core = new RaftCore({ ...options.core, restored });
    const applying = new Applying(options.stateMachine, configurationOf(options.core.peers ?? []));
    if (restored.snapshot) await applying.restore(restored.snapshot);
    return new Member(options, core, applying, audience);
  }

  /** Hears, and lets time pass. */
  begin(): void {
    const { transport, clock } = this.context.options;
    this.#unsubscribe = transport.onFrame((from, frame) =>
      this.#guard(() => this.#reception.take(from, frame)),
    );
    this.#tickedMs = clock.monotonic();
    this.#waitForTick();
    this.#drive.wake();
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#audience.failed(error);
    }
  }

  #waitForTick(): void {
    const { clock, tickMs } = this.context.options;
    const leftMs = this.#tickedMs + tickMs - clock.monotonic();
    this.#cancelTick = clock.setTimeout(() => this.#guard(() => this.#timerFired()), leftMs);
  }

  /**
   * A timer may fire early, and a lease counts on ticks that are not; late ones are not made up.
   */
  #timerFired(): void {
    const { clock, tickMs } = this.context.options;
    const nowMs = clock.monotonic();
    if (nowMs - this.#tickedMs >= tickMs) {
      this.#tickedMs = nowMs;
      this.#tick(nowMs);
    }
    this.#waitForTick();
  }

  #tick(nowMs: number): void {
    const { core, calls, metrics } = this.context;
    const before = core.summary().role;
    core.tick();
    const { role } = core.summary();
    if (role !== before && (role === 'candidate' || role === 'preCandidate'))
      metrics.elections += 1;
    calls.expire(nowMs);
    this.#questions.tick();
    this.membership.tick();
    this.#retry();
    this.#drive.wake();
  }

  #retry(): void {
    this.proposals.retry();
    this.reads.retry();
    this.goals.pursue();
  }

  /** Looks for what others want to hear of. */
  #observe(): void {
    const { leader, term } = this.context.core.summary();
    const { config } = this.applying;
    const seen = this.#seen;
    this.#seen = { leader, term, config };
    if (leader !== seen.leader || (leader !== undefined && term !== seen.term)) {
      this.context.metrics.leaderChanges += 1;
      this.#questions.leaderChanged();
      this.membership.leaderChanged();
      this.#retry();
      this.#audience.leader.call(leader, term);
    }
    if (config !== seen.config) {
      this.goals.pursue();
      this.#audience.membership.call(config);
    }
  }

  /** @param cause - what those fail with who wait and have no part in any log. */
  async stop(cause: Error): Promise<void> {
    this.#cancelTick();
    this.#unsubscribe();
    this.context.calls.giveUpAll(cause);
    await this.#drive.stop();
  }

  /** Stores what could wait. @throws what the storage says */
  flush(): Promise<void> {
    return this.#drive.flush();
  }
}
