import { checkNumber, checkObject, checkString } from '@ruvector/core';

/**
 * What a client did, as it saw it. An operation that surely did not happen is left out; one whose
 * outcome is not known, since its answer was late or its client died, has no `returnedAt`: it may
 * have happened at any time after its call, or never.
 */
export interface Operation<Input, Output> {
  /** For the report: a client may have several operations under way. */
  readonly client: string;
  readonly input: Input;
  /** What was answered; without meaning if the outcome is not known. */
  readonly output?: Output;
  /** When it was called, on the one clock of the whole history, in any unit. */
  readonly calledAt: number;
  /**
   * When it was answered, `calledAt` or later; left out if the outcome is not known. An operation
   * that is called at the very moment when another is answered counts as overlapping it.
   */
  readonly returnedAt?: number;
}

/**
 * What an object does when one operation at a time is executed (Herlihy & Wing's sequential
 * specification). All functions are pure.
 */
export interface SequentialModel<State, Input, Output> {
  /** The state before the first operation. It is never changed: `apply` makes new ones. */
  readonly initial: State;
  /** What an operation answers in a state, and the state that follows. */
  apply(state: State, input: Input): { readonly state: State; readonly output: Output };
  /** The same for two states exactly if these cannot be told apart. */
  stateKey(state: State): string;
  /**
   * Whether two outputs are the same.
   *
   * @default Object.is
   */
  isSame?(one: Output, other: Output): boolean;
  /**
   * Whether an operation that answered so leaves every state as it is in which it answers so. Then
   * it is placed as early as it fits and never elsewhere, which saves most of a search. Asked
   * without an output of one whose outcome is not known.
   *
   * @default () => false
   */
  isRead?(input: Input, output: Output | undefined): boolean;
  /**
   * Which part of the object an operation is about, such as a key, if its parts do not depend on
   * each other: a history is linearizable if that of each part is (Herlihy & Wing's theorem 1).
   * `initial` is then the state of a part.
   *
   * @default one part, ''
   */
  partOf?(input: Input): string;
}

/** Throws a TypeError or RangeError that names the operation and the rule. */
export function checkHistory(history: readonly Operation<unknown, unknown>[]): void {
  if (!Array.isArray(history))
    throw new TypeError(`history must be an array, got ${typeof history}`);
  for (const [i, each] of history.entries()) {
    const name = `history[${i}]`;
    const { client, calledAt, returnedAt } = checkObject(name, each as Operation<unknown, unknown>);
    checkString(`${name}.client`, client);
    const min = checkNumber(`${name}.calledAt`, calledAt);
    if (returnedAt !== undefined) checkNumber(`${name}.returnedAt`, returnedAt, { min });
  }
}
