import { describe, expect, it } from 'vitest';
import {
  checkLinearizability,
  keyValueModel,
  registerModel,
  type Operation,
  type RegisterInput,
  type RegisterOutput,
  type SequentialModel,
} from '../../src/testing/index.js';
import { atomicHistory, queueModel, type KeyValueOperation, type QueueInput } from './histories.js';

const enqueue = (item: string): QueueInput => ({ enqueue: item });
const write = (value: number): RegisterInput => ({ type: 'write', value });
const read: RegisterInput = { type: 'read' };
const cas = (expected: number | undefined, value: number): RegisterInput => ({
  type: 'cas',
  expected,
  value,
});

/** Client, what it asked, when it called; and the answer and its time, if there was one. */
type Row<Input, Output> =
  readonly [string, Input, number] | readonly [string, Input, number, Output, number];

const historyOf = <Input, Output>(rows: readonly Row<Input, Output>[]) =>
  rows.map(([client, input, calledAt, ...answer]): Operation<Input, Output> => {
    const [output, returnedAt] = answer;
    if (returnedAt === undefined) return { client, input, calledAt };
    return { client, input, calledAt, output: output as Output, returnedAt };
  });
const verdict = <State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  rows: readonly Row<Input, Output>[],
) => checkLinearizability(model, historyOf(rows)).result;

describe('of a queue (the histories of Herlihy & Wing 1990, figure 1)', () => {
  it.each<[string, 'ok' | 'violation', Row<QueueInput, string | undefined>[]]>([
    [
      'H1: two overlapping enqueues take effect in either order',
      'ok',
      [
        ['A', enqueue('x'), 0, undefined, 3],
        ['B', enqueue('y'), 1, undefined, 2],
        ['B', 'dequeue', 4, 'x', 5],
        ['A', 'dequeue', 6, 'y', 7],
        ['A', enqueue('z'), 8],
      ],
    ],
    [
      'H2: what was enqueued first is not overtaken by what was called after its answer',
      'violation',
      [
        ['A', enqueue('x'), 0, undefined, 1],
        ['B', enqueue('y'), 2, undefined, 4],
        ['A', 'dequeue', 3, 'y', 5],
      ],
    ],
    [
      'H3: an enqueue without an answer may have taken effect',
      'ok',
      [
        ['A', enqueue('x'), 0],
        ['B', 'dequeue', 1, 'x', 2],
      ],
    ],
    [
      'H4: one item is not dequeued twice',
      'violation',
      [
        ['A', enqueue('x'), 0, undefined, 2],
        ['B', enqueue('y'), 1, undefined, 3],
        ['A', 'dequeue', 4, 'y', 6],
        ['C', 'dequeue', 5, 'y', 7],
      ],
    ],
  ])('%s: %s', (_, expected, rows) => {
    expect(verdict(queueModel, rows)).toBe(expected);
  });
});

describe('of a register', () => {
  it.each<[string, 'ok' | 'violation', Row<RegisterInput, RegisterOutput>[]]>([
    ['nothing happened', 'ok', []],
    ['a read of nothing at first', 'ok', [['a', read, 0, undefined, 1]]],
    ['a read of what nobody wrote', 'violation', [['a', read, 0, 7, 1]]],
    [
      'a read that overlaps a write sees the old or the new value',
      'ok',
      [
        ['a', write(1), 0, undefined, 9],
        ['b', read, 1, undefined, 2],
        ['c', read, 3, 1, 4],
      ],
    ],
    [
      'a read after one that saw the new value sees the old one (new–old inversion)',
      'violation',
      [
        ['a', write(1), 0, undefined, 9],
        ['b', read, 1, 1, 2],
        ['c', read, 3, undefined, 4],
      ],
    ],
    [
      'a stale read, after the answer to a write',
      'violation',
      [
        ['a', write(1), 0, undefined, 1],
        ['a', write(2), 2, undefined, 3],
        ['b', read, 4, 1, 5],
      ],
    ],
    [
      'that read at the very moment of the answer overlaps',
      'ok',
      [
        ['a', write(1), 0, undefined, 1],
        ['a', write(2), 2, undefined, 3],
        ['b', read, 3, 1, 5],
      ],
    ],
    [
      'a lost update: two clients replace the same value',
      'violation',
      [
        ['a', write(0), 0, undefined, 1],
        ['a', cas(0, 1), 2, true, 4],
        ['b', cas(0, 2), 3, true, 5],
      ],
    ],
    [
      'one of two clients replaces a value, and the other is told no',
      'ok',
      [
        ['a', write(0), 0, undefined, 1],
        ['a', cas(0, 1), 2, false, 4],
        ['b', cas(0, 2), 3, true, 5],
      ],
    ],
    [
      'a lost write: it was answered, and nobody sees it',
      'violation',
      [
        ['a', write(1), 0, undefined, 1],
        ['b', read, 2, undefined, 3],
      ],
    ],
    [
      'an order of reads that no order of writes explains',
      'violation',
      [
        ['a', write(1), 0, undefined, 9],
        ['b', write(2), 0, undefined, 9],
        ['c', read, 1, 1, 2],
        ['c', read, 3, 2, 4],
        ['d', read, 5, 1, 6],
      ],
    ],
  ])('%s: %s', (_, expected, rows) => {
    expect(verdict(registerModel, rows)).toBe(expected);
  });
});

describe('an operation whose outcome is not known', () => {
  it.each<[string, 'ok' | 'violation', Row<RegisterInput, RegisterOutput>[]]>([
    [
      'never happened',
      'ok',
      [
        ['a', write(1), 0],
        ['b', read, 5, undefined, 6],
      ],
    ],
    [
      'happened at once',
      'ok',
      [
        ['a', write(1), 0],
        ['b', read, 5, 1, 6],
      ],
    ],
    [
      'happened much later, after others were answered',
      'ok',
      [
        ['a', write(1), 0],
        ['b', write(2), 5, undefined, 6],
        ['b', read, 7, 2, 8],
        ['b', read, 9, 1, 10],
      ],
    ],
    [
      'did not happen before it was called',
      'violation',
      [
        ['b', read, 0, 1, 1],
        ['a', write(1), 2],
      ],
    ],
    [
      'did not happen twice',
      'violation',
      [
        ['a', write(1), 0],
        ['b', read, 1, 1, 2],
        ['b', write(2), 3, undefined, 4],
        ['b', read, 5, 1, 6],
      ],
    ],
    [
      'enabled another of its kind',
      'ok',
      [
        ['a', cas(undefined, 1), 0],
        ['b', cas(1, 2), 0],
        ['c', read, 5, 2, 6],
      ],
    ],
    [
      'is a read, which says nothing',
      'ok',
      [
        ['a', read, 0],
        ['b', read, 1, undefined, 2],
      ],
    ],
  ])('%s: %s', (_, expected, rows) => {
    expect(verdict(registerModel, rows)).toBe(expected);
  });

  it('costs little, though there are 200 that all may have happened', () => {
    const lost = Array.from({ length: 200 }, (_, i) => ['w', write(i), 0] as const);
    const reads = [3, 150, 7].map((value, i) => ['r', read, 2 * i + 1, value, 2 * i + 2] as const);
    const history = (last: number) => historyOf([...lost, ...reads, ['r', read, 20, last, 21]]);
    const bounds = { stepsMax: 200_000 };
    expect(checkLinearizability(registerModel, history(8), bounds).result).toBe('ok');
    expect(checkLinearizability(registerModel, history(3), bounds).result).toBe('violation');
  });
});

describe('the report', () => {
  const key = 'k';
  const history = historyOf<KeyValueOperation['input'], RegisterOutput>([
    ['a', { type: 'put', key, value: 1 }, 0, undefined, 1],
    ['a', { type: 'put', key: 'other', value: 1 }, 1, undefined, 2],
    ['b', { type: 'get', key }, 2, 1, 3],
    ['b', { type: 'delete', key }, 4, true, 5],
    ['b', { type: 'get', key }, 6, 1, 7],
  ]);
  const [put, other, got, deleted, stale] = history;

  it('of a violation has the part, the longest order that was found, and what does not fit', () => {
    expect(checkLinearizability(keyValueModel, history)).toEqual({
      result: 'violation',
      part: key,
      placed: [put, got, deleted],
      state: undefined,
      unplaced: stale,
    });
  });

  it('of a history that is right has an order for each part', () => {
    const orders = new Map([
      [key, [put, got, deleted]],
      ['other', [other]],
    ]);
    const found = checkLinearizability(keyValueModel, history.slice(0, -1));
    expect(found).toEqual({ result: 'ok', orders });
  });

  it('says unknown at a bound, and which, and the same each time', () => {
    const hard = atomicHistory({ seed: 1, operations: 2_000, clients: 20, keys: 1 });
    const check = (bounds: object) => checkLinearizability(keyValueModel, hard, bounds);
    expect(check({ stepsMax: 500 })).toEqual({ result: 'unknown', part: 'k0', limit: 'stepsMax' });
    const few = { configurationsMax: 100 };
    expect(check(few)).toMatchObject({ result: 'unknown', limit: 'configurationsMax' });
    expect(check(few)).toEqual(check(few));
  });

  it('says violation if a part has one, though another was given up', () => {
    const hard = atomicHistory({ seed: 1, operations: 2_000, clients: 20, keys: 1 });
    const both = [...hard, ...history];
    const found = checkLinearizability(keyValueModel, both, { stepsMax: 500 });
    expect(found).toMatchObject({ result: 'violation', part: key });
  });
});

describe('a history of 10,000 operations of 20 clients over 50 keys', () => {
  it.each([0, 0.02])('is checked in few steps, with %f of the outcomes lost', (lost) => {
    const shape = { seed: 3, operations: 10_000, clients: 20, keys: 50, lost };
    const history = atomicHistory(shape);
    const bounds = { stepsMax: 100_000, configurationsMax: 20_000 };
    expect(checkLinearizability(keyValueModel, history, bounds).result).toBe('ok');
    const at = history.findLastIndex(({ input, returnedAt }) => input.type === 'get' && returnedAt);
    const wrong = history.with(at, { ...history[at]!, output: -7 });
    const found = checkLinearizability(keyValueModel, wrong, bounds);
    expect(found).toMatchObject({ result: 'violation', part: history[at]!.input.key });
  });
});

describe('what has the wrong form', () => {
  const good = { client: 'a', input: read, calledAt: 1 };
  it.each([
    [
      'a history',
      () => checkLinearizability(registerModel, {} as never),
      /^history must be an arr/,
    ],
    [
      'an operation',
      () => checkLinearizability(registerModel, [7 as never]),
      /^history\[0\] must be/,
    ],
    [
      'a call',
      () => checkLinearizability(registerModel, [good, { ...good, calledAt: NaN }]),
      /^history\[1\]\.calledAt must be a finite number/,
    ],
    [
      'an answer before its call',
      () => checkLinearizability(registerModel, [{ ...good, returnedAt: 0 }]),
      /^history\[0\]\.returnedAt must be a finite number from 1/,
    ],
    [
      'a client',
      () => checkLinearizability(registerModel, [{ ...good, client: 3 as never }]),
      /^history\[0\]\.client must be a string/,
    ],
    ['a model', () => checkLinearizability({} as never, []), /^model must have a method apply/],
    [
      'a bound',
      () => checkLinearizability(registerModel, [], { stepsMax: 0 }),
      /^options\.stepsMax must be an integer from 1/,
    ],
    [
      'an option',
      () => checkLinearizability(registerModel, [], { steps: 1 } as never),
      /^options must have only stepsMax, configurationsMax/,
    ],
  ])('as %s throws', (_, act, rule) => {
    expect(act).toThrow(rule);
  });
});
