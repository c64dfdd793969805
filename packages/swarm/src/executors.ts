import { LimitError, type Unsubscribe } from '@ruvector/core';
import { SemanticTaskMatcher } from '@ruvector/semantic';

import type { Assignment } from './assignment.js';
import type { Executor } from './task.js';

/** What this member can do, and which of it a task asks for. */
export class Executors {
  readonly #max: number;
  readonly #byMatch = new Map<string, { executor: Executor; id: string }>();
  /** By the number of their registration, as the matcher knows them. */
  readonly #byId = new Map<string, Executor>();
  readonly #names = new SemanticTaskMatcher();
  #registrations = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(match: string, executor: Executor): Unsubscribe {
    if (this.#byMatch.has(match))
      throw new RangeError(`match ${JSON.stringify(match)} already has an executor`);
    if (this.#byMatch.size >= this.#max) throw new LimitError('subscriptionsMax', this.#max);
    const id = String((this.#registrations += 1));
    this.#byMatch.set(match, { executor, id });
    this.#byId.set(id, executor);
    this.#names.registerAgent(id, match);
    return () => {
      if (this.#byMatch.get(match)?.id !== id) return;
      this.#byMatch.delete(match);
      this.#byId.delete(id);
      this.#names.removeAgent(id);
    };
  }

  /**
   * By type or else by capability, and `*` where nothing has that name. Without a type and without
   * `*`, the one whose name means the description most.
   */
  find({ type, capability, description }: Assignment): Executor | undefined {
    const name = type ?? capability;
    const exact = name === null ? undefined : this.#byMatch.get(name);
    const named = exact ?? this.#byMatch.get('*');
    if (named || type !== null) return named?.executor;
    const best = this.#names.match(description, 1)[0];
    return best && this.#byId.get(best.agentId);
  }
}
