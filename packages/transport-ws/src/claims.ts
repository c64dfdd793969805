import type { Clock } from '@ruvector/core';
import type { Link } from './link.js';

/** A process that was itself asleep for all the time must not take its peers for dead. */
const STEPS = 4;

/**
 * Connections that claim the peer id of a link that stands, one a link: they wait until that link
 * shows a sign of life or `timeoutMs` are over.
 */
export class Claims {
  readonly #clock: Clock;
  readonly #stepMs: number;
  readonly #deciders = new Map<Link, (alive: boolean) => void>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#stepMs = Math.ceil(timeoutMs / STEPS);
  }

  /** Somebody waits for this link already. */
  has(link: Link): boolean {
    return this.#deciders.has(link);
  }

  /**
   * Asks the link. `decided` is called once, never before this returns.
   *
   * @returns a function that withdraws the claim; nothing is called after it.
   */
  wait(link: Link, decided: (alive: boolean) => void): () => void {
    const heard = link.heard;
    let cancel: () => void;
    const withdraw = () => {
      cancel();
      this.#deciders.delete(link);
    };
    const settle = (alive: boolean) => {
      withdraw();
      decided(alive);
    };
    const look = (steps: number) => {
      cancel = this.#clock.setTimeout(() => {
        if (link.heard > heard) settle(true);
        else if (steps === 1) settle(false);
        else look(steps - 1);
      }, this.#stepMs);
    };
    this.#deciders.set(link, settle);
    look(STEPS);
    link.ask();
    return withdraw;
  }

  /** It is known by now whether the link lives: whoever waits for it need not wait any longer. */
  settle(link: Link, alive: boolean): void {
    this.#deciders.get(link)?.(alive);
  }
}
