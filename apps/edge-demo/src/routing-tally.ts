import { SemanticTaskMatcher } from '@ruvector/edge';

/** Counts how many tasks went to the worker whose skills suit their description best. */
export class RoutingTally {
  readonly #matcher = new SemanticTaskMatcher();
  #tasks = 0;
  #best = 0;

  addWorker(agentId: string, capabilities: readonly string[]): void {
    this.#matcher.registerAgent(agentId, capabilities.join(' '));
  }

  count(description: string, executor: string): void {
    this.#tasks += 1;
    if (this.#matcher.match(description, 1)[0]?.agentId === executor) this.#best += 1;
  }

  /** For people: the rest went to a worker that had more room, or came after one that died. */
  toString(): string {
    return `${this.#best} of ${this.#tasks} tasks went to the worker whose skills suit them best`;
  }
}
