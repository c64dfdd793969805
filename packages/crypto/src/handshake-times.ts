import { checkId, checkInteger, checkObject } from '@ruvector/core';
import type { Clock } from '@ruvector/core';
import { CLOCK_SKEW_MS_MAX } from './registration.js';

/** Agents whose handshake times are remembered, unless told. */
export const HANDSHAKE_TIMES_MAX = 10_000;

/** Why the time of a handshake is refused. */
export type HandshakeTimeCode =
  'ERR_HANDSHAKE_TIME' | 'ERR_HANDSHAKE_REPLAY' | 'ERR_HANDSHAKE_LIMIT';

/** What `HandshakeTimes.take` found. */
export type HandshakeTimeVerdict =
  { readonly ok: true } | { readonly ok: false; readonly code: HandshakeTimeCode };

/** How a `HandshakeTimes` is made. */
export interface HandshakeTimesOptions {
  readonly clock: Clock;
  /** Agents remembered. @default 10_000 */
  readonly maxAgents?: number;
}

const OPTIONS: readonly (keyof HandshakeTimesOptions)[] = ['clock', 'maxAgents'];

/**
 * The time of the newest handshake that each agent began with us, so that a recorded first message
 * is worth nothing: each must be later than the one before, and near our own clock. One for all
 * sessions of an agent; kept by agent id, so that a change of keys does not start anew.
 *
 * When it is full, the oldest entry makes room if it is so old that its messages would be refused
 * for their time alone; otherwise the newcomer is refused.
 *
 * @example
 * const times = new HandshakeTimes({ clock: systemClock });
 * const now = Math.floor(systemClock.now());
 * times.take('worker-1', now); // => { ok: true }
 * times.take('worker-1', now); // => { ok: false, code: 'ERR_HANDSHAKE_REPLAY' }
 */
export class HandshakeTimes {
  readonly #clock: Clock;
  readonly #maxAgents: number;
  /** In the order in which they were taken. */
  readonly #newest = new Map<string, number>();

  constructor(options: HandshakeTimesOptions) {
    checkObject('options', options, { keys: OPTIONS });
    this.#clock = checkObject('clock', options.clock, { methods: ['now'] });
    const { maxAgents = HANDSHAKE_TIMES_MAX } = options;
    this.#maxAgents = checkInteger('maxAgents', maxAgents, { min: 1 });
  }

  /** How many agents it remembers. */
  get size(): number {
    return this.#newest.size;
  }

  /** Of the newest handshake taken from that agent, milliseconds since 1970. */
  newest(agentId: string): number | undefined {
    return this.#newest.get(agentId);
  }

  /**
   * Compares and stores in one step; a refusal changes nothing. For the time of a message that has
   * opened, never for a mere claim.
   *
   * @param time - milliseconds since 1970, as the agent says.
   */
  take(agentId: string, time: number): HandshakeTimeVerdict {
    checkId('agentId', agentId);
    if (typeof time !== 'number') throw new TypeError(`time must be a number, got ${typeof time}`);
    const now = this.#clock.now();
    // NaN and infinite are times, or clocks, that are wrong: a verdict, not a mistake
    if (!(Math.abs(now - time) <= CLOCK_SKEW_MS_MAX)) return refuse('ERR_HANDSHAKE_TIME');
    const before = this.#newest.get(agentId);
    if (before !== undefined && time <= before) return refuse('ERR_HANDSHAKE_REPLAY');
    if (before === undefined && !this.#hasRoom(now)) return refuse('ERR_HANDSHAKE_LIMIT');
    this.#newest.delete(agentId);
    this.#newest.set(agentId, time);
    return { ok: true };
  }

  #hasRoom(now: number): boolean {
    if (this.#newest.size < this.#maxAgents) return true;
    const [agentId, time] = this.#newest.entries().next().value!;
    return now - time > CLOCK_SKEW_MS_MAX && this.#newest.delete(agentId);
  }
}

function refuse(code: HandshakeTimeCode): HandshakeTimeVerdict {
  return { ok: false, code };
}
