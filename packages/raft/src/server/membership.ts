import { checkId } from '@ruvector/core';
import { isJoint, isVoter, membersOf } from '../configuration.js';
import type { ConfChange, Configuration } from '../configuration.js';
import type { Context } from './context.js';
import { CatchUp } from './catch-up.js';
import { CHANGES_MAX } from './request-codec.js';

/** @throws TypeError or RangeError for what is no list of changes. */
export function checkChanges(changes: readonly ConfChange[]): readonly ConfChange[] {
  if (!Array.isArray(changes)) throw new TypeError(`changes must be an array, got ${changes}`);
  if (changes.length === 0 || changes.length > CHANGES_MAX)
    throw new RangeError(`changes must have 1 to ${CHANGES_MAX} steps, got ${changes.length}`);
  const ids = new Set<string>();
  changes.forEach((change, i) => {
    checkId(`changes[${i}].id`, change?.id);
    // one of the two could never be done for the other
    if (ids.has(change.id))
      throw new RangeError(`changes must name each member once, got ${change.id} twice`);
    ids.add(change.id);
    if (!['addVoter', 'addLearner', 'removeMember'].includes(change.type))
      throw new RangeError(
        `changes[${i}].type must be addVoter, addLearner or removeMember, got ${change.type}`,
      );
  });
  return changes;
}

/** Whether nothing of some changes is left to be done. */
export const isFulfilled = (config: Configuration, changes: readonly ConfChange[]): boolean =>
  !isJoint(config) && changes.every((change) => isStepDone(config, change));

function isStepDone(config: Configuration, { type, id }: ConfChange): boolean {
  if (type === 'addVoter') return config.voters.includes(id);
  if (type === 'addLearner') return config.learners.includes(id);
  return !membersOf(config).includes(id);
}

/**
 * Changes of the cluster, step by step: whoever is to become a voter is a learner first, until it
 * has caught up, so that the cluster never waits for somebody who has nothing yet.
 */
export class Membership {
  readonly #context: Context;
  readonly #catchUp: CatchUp;

  constructor(context: Context) {
    this.#context = context;
    this.#catchUp = new CatchUp(context.options.core.electionTicks ?? 10);
  }

  /**
   * Does the next step, if there is one that can be done now. Steps that were done are not
   * repeated, so that anybody may ask for the same again.
   *
   * @throws NotLeaderError, ChangePendingError; RangeError for what cannot be done, or is no list
   *   of changes.
   */
  pursue(changes: readonly ConfChange[]): void {
    checkChanges(changes);
    const { core, wake } = this.#context;
    const { config } = core.summary();
    const left = changes.filter((change) => !isStepDone(config, change));
    if (left.length === 0) return;
    const newcomers = left.filter(
      ({ type, id }) => type === 'addVoter' && !membersOf(config).includes(id),
    );
    if (newcomers.length > 0)
      core.proposeConfChange(newcomers.map(({ id }) => ({ type: 'addLearner', id })));
    else if (this.#haveCaughtUp(left, config)) core.proposeConfChange(left);
    wake();
  }

  #haveCaughtUp(changes: readonly ConfChange[], config: Configuration): boolean {
    const learners = changes.filter(({ type, id }) => type === 'addVoter' && !isVoter(config, id));
    if (learners.length === 0) return true;
    const status = this.#context.core.status();
    // each of them is looked at, so that none begins only when another is done
    return learners.filter(({ id }) => !this.#catchUp.isDone(id, status)).length === 0;
  }

  tick(): void {
    this.#catchUp.tick();
  }

  leaderChanged(): void {
    this.#catchUp.forget();
  }
}
