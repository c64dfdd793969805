import { checkInteger, checkObject } from '@ruvector/core';
import { checkHistory, type Operation, type SequentialModel } from './history.js';
import { PartSearch } from './part-search.js';

/** How much a check may do before it gives up. */
export interface LinearizabilityOptions {
  /**
   * Operations that it tries to place, for one part of the history.
   *
   * @default 20_000_000
   */
  readonly stepsMax?: number;
  /**
   * Configurations that it remembers to have tried, for one part of the history; the memory of one
   * part is free again before the next. One takes 100 to 200 bytes.
   *
   * @default 1_000_000
   */
  readonly configurationsMax?: number;
}

/** What a check found. */
export type LinearizabilityResult<State, Input, Output> =
  | {
      readonly result: 'ok';
      /** By part: an order of its operations that explains all answers. */
      readonly orders: ReadonlyMap<string, readonly Operation<Input, Output>[]>;
    }
  | {
      readonly result: 'violation';
      /** Where no order explains all answers; the first such part. */
      readonly part: string;
      /** The longest beginning of an order that was found, */
      readonly placed: readonly Operation<Input, Output>[];
      /** the state behind it, */
      readonly state: State;
      /** and the operation that had to come next, or soon, and does not fit. */
      readonly unplaced: Operation<Input, Output>;
    }
  | {
      readonly result: 'unknown';
      /** The first part that was given up. No other has a violation. */
      readonly part: string;
      /** The bound that was reached. */
      readonly limit: 'stepsMax' | 'configurationsMax';
    };

/**
 * Whether a history could be that of an object which executes one operation at a time, each between
 * its call and its answer. The search is that of Wing & Gong, with Lowe's memory of what was tried,
 * one part at a time; it is deterministic, and gives up rather than grow without bound.
 *
 * @throws TypeError or RangeError for a history of the wrong form, or bounds out of range.
 * @example
 * const write = { type: 'write', value: 1 } as const;
 * const history: Operation<RegisterInput, RegisterOutput>[] = [
 *   { client: 'a', input: write, calledAt: 0, returnedAt: 1 },
 *   { client: 'b', input: { type: 'read' }, output: undefined, calledAt: 2, returnedAt: 3 },
 * ];
 * checkLinearizability(registerModel, history).result; // => 'violation'
 * @see Wing & Gong, "Testing and Verifying Concurrent Objects" (1993)
 * @see Lowe, "Testing for Linearizability" (2017)
 */
export function checkLinearizability<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  options: LinearizabilityOptions = {},
): LinearizabilityResult<State, Input, Output> {
  checkObject('model', model, { methods: ['apply', 'stateKey'] });
  checkHistory(history);
  const { stepsMax = 20_000_000, configurationsMax = 1_000_000 } = checkObject('options', options, {
    keys: ['stepsMax', 'configurationsMax'],
  });
  checkInteger('options.stepsMax', stepsMax, { min: 1 });
  checkInteger('options.configurationsMax', configurationsMax, { min: 1 });

  const orders = new Map<string, readonly Operation<Input, Output>[]>();
  let givenUp: LinearizabilityResult<State, Input, Output> | undefined;
  for (const [part, operations] of partsOf(model, history)) {
    const search = new PartSearch(model, operations, { stepsMax, configurationsMax });
    const result = search.run();
    if (result === 'violation') return { result, part, ...search.farthest };
    if (result === 'ok') orders.set(part, search.order);
    else givenUp ??= { result: 'unknown', part, limit: result };
  }
  return givenUp ?? { result: 'ok', orders };
}

function partsOf<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): Map<string, Operation<Input, Output>[]> {
  const parts = new Map<string, Operation<Input, Output>[]>();
  for (const operation of history) {
    const part = model.partOf?.(operation.input) ?? '';
    const known = parts.get(part);
    if (known) known.push(operation);
    else parts.set(part, [operation]);
  }
  return parts;
}
