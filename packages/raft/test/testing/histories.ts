import { seededRandom, type Random } from '@ruvector/core';
import {
  keyValueModel,
  type KeyValueInput,
  type Operation,
  type RegisterOutput,
  type SequentialModel,
} from '../../src/testing/index.js';

export type KeyValueOperation = Operation<KeyValueInput, RegisterOutput>;

/** Of a first-in-first-out queue, which gives `undefined` while it is empty. */
export type QueueInput = { readonly enqueue: string } | 'dequeue';
export const queueModel: SequentialModel<readonly string[], QueueInput, string | undefined> = {
  initial: [],
  stateKey: (items) => JSON.stringify(items),
  apply: (items, input) =>
    input === 'dequeue'
      ? { state: items.slice(1), output: items[0] }
      : { state: [...items, input.enqueue], output: undefined },
};

export interface Shape {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  /** Which share of operations has no known outcome. @default 0 */
  readonly lost?: number;
}

/**
 * What clients saw of a store that executes each operation at one moment between call and answer.
 * Of those without an answer one half was executed, and may have been long after.
 */
export function atomicHistory({ seed, operations, clients, keys, lost = 0 }: Shape) {
  const random = seededRandom(seed);
  const store = new Map<string, string | number>();
  const freeAt = Array.from({ length: clients }, () => 0);
  const history: KeyValueOperation[] = [];
  for (let now = 1; history.length < operations; now++) {
    const client = random.uint32() % clients;
    const calledAt = Math.max(freeAt[client]!, now - random.next() * clients);
    if (calledAt >= now) continue; // this client waits for its last answer
    const returnedAt = now + random.next() * clients;
    freeAt[client] = returnedAt + 0.01;
    const input = someInput(random, store, `k${random.uint32() % keys}`, history.length);
    const operation = { client: `c${client}`, input, calledAt };
    if (random.next() >= lost)
      history.push({ ...operation, output: execute(store, input), returnedAt });
    else {
      if (random.next() < 0.5) execute(store, input);
      history.push(operation);
    }
  }
  return history;
}

function someInput(
  random: Random,
  store: ReadonlyMap<string, string | number>,
  key: string,
  value: number,
): KeyValueInput {
  const kind = random.uint32() % 8;
  if (kind < 3) return { type: 'get', key };
  if (kind < 6) return { type: 'put', key, value };
  if (kind === 6) return { type: 'delete', key };
  return { type: 'cas', key, expected: random.next() < 0.7 ? store.get(key) : -1, value };
}

function execute(store: Map<string, string | number>, input: KeyValueInput): RegisterOutput {
  const { state, output } = keyValueModel.apply(store.get(input.key), input);
  if (state === undefined) store.delete(input.key);
  else store.set(input.key, state);
  return output;
}

/** Tries every order, one part or many alike. Only for histories of a few operations. */
export function isLinearizableByForce<State, Input, Output>(
  { initial, apply }: SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): boolean {
  const search = (state: State, left: readonly Operation<Input, Output>[]): boolean => {
    if (left.every(({ returnedAt }) => returnedAt === undefined)) return true;
    return left.some((operation) => {
      const isFirst = left.every(
        ({ returnedAt }) => returnedAt === undefined || returnedAt >= operation.calledAt,
      );
      if (!isFirst) return false;
      const next = apply(state, operation.input);
      const fits = operation.returnedAt === undefined || next.output === operation.output;
      return (
        fits &&
        search(
          next.state,
          left.filter((each) => each !== operation),
        )
      );
    });
  };
  return search(initial, history);
}

/** What an order lacks to be one that explains a history; nothing, if it is. */
export function flawsOf<State, Input, Output>(
  { initial, apply }: SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  order: readonly Operation<Input, Output>[],
): string[] {
  const flaws: string[] = [];
  if (new Set(order).size < order.length) flaws.push('an operation is there twice');
  if (!order.every((each) => history.includes(each))) flaws.push('an operation is made up');
  const answered = history.filter(({ returnedAt }) => returnedAt !== undefined);
  if (!answered.every((each) => order.includes(each))) flaws.push('an answer is left out');
  let state = initial;
  let latestCall = -Infinity;
  for (const { input, output, calledAt, returnedAt = Infinity } of order) {
    const next = apply(state, input);
    if (returnedAt !== Infinity && next.output !== output) flaws.push('an answer is wrong');
    if (returnedAt < latestCall) flaws.push('an operation comes after one called later');
    latestCall = Math.max(latestCall, calledAt);
    state = next.state;
  }
  return flaws;
}
