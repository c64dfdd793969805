import { checkObject } from '@ruvector/core';
import type { Clock } from '@ruvector/core';

/** After so long a new handshake is due, milliseconds. */
const SESSION_REKEY_MS = 120_000;
/** After so many frames in one direction a new handshake is due. */
export const SESSION_REKEY_FRAMES = 2 ** 20;
/** So long does a session live if the new handshake does not come about, milliseconds. */
export const PAIRWISE_MS_MAX = 2 * SESSION_REKEY_MS;
/** So many frames does a key seal or open at most. */
export const PAIRWISE_FRAMES_MAX = 2 * SESSION_REKEY_FRAMES;

/** How old a session is; by a clock that never goes back, since the other one may jump. */
export class SessionLifetime {
  readonly #clock: Clock;
  readonly #startMs: number;

  constructor(clock: Clock) {
    this.#clock = checkObject('clock', clock, { methods: ['now', 'monotonic'] });
    this.#startMs = clock.monotonic();
  }

  get isDue(): boolean {
    return !(this.#clock.monotonic() - this.#startMs < SESSION_REKEY_MS);
  }

  get isOver(): boolean {
    return !(this.#clock.monotonic() - this.#startMs < PAIRWISE_MS_MAX);
  }
}
