import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkLinearizability,
  keyValueModel,
  registerModel,
  type KeyValueInput,
  type Operation,
  type RegisterInput,
  type RegisterOutput,
  type SequentialModel,
} from '../../src/testing/index.js';
import {
  atomicHistory,
  flawsOf,
  isLinearizableByForce,
  queueModel,
  type QueueInput,
} from './histories.js';

const seed = Number(process.env['FC_SEED'] ?? 90);

/** Whether checker and oracle agree, the order that is found explains all, and how it went. */
function compare<State, Input, Output>(
  model: SequentialModel<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): 'ok' | 'violation' {
  const expected = isLinearizableByForce(model, history) ? 'ok' : 'violation';
  const found = checkLinearizability(model, history);
  const orders = found.result === 'ok' ? [...found.orders.values()] : [];
  const flaws = orders.flatMap((order) => flawsOf(model, history, order));
  if (found.result !== expected || flaws.length > 0)
    throw new Error(`${found.result} instead of ${expected}; ${flaws.join(', ')}`);
  return expected;
}

/** Any operations at any times: right by chance alone. */
const operations = <Input, Output>(input: fc.Arbitrary<Input>, output: fc.Arbitrary<Output>) =>
  fc.array(
    fc
      .record({ input, output, calledAt: fc.nat(8), takes: fc.nat(6), isLost: fc.nat(4) })
      .map(({ takes, isLost, output: answer, ...rest }): Operation<Input, Output> => {
        const called = { client: 'c', ...rest };
        if (isLost === 0) return called;
        return { ...called, output: answer, returnedAt: called.calledAt + takes };
      }),
    { maxLength: 6 },
  );

const value = fc.constantFrom(1, 2);
const held = fc.option(value, { nil: undefined });
const anyRegister = operations<RegisterInput, RegisterOutput>(
  fc.oneof(
    fc.record({ type: fc.constant('read' as const) }),
    fc.record({ type: fc.constant('write' as const), value }),
    fc.record({ type: fc.constant('cas' as const), expected: held, value }),
  ),
  fc.oneof(held, held, fc.boolean()),
).map((history) =>
  // an answer of another kind is wrong at once, and says nothing about the search
  history.filter(({ input, output, returnedAt }) => {
    if (returnedAt === undefined) return true;
    if (input.type === 'cas') return typeof output === 'boolean';
    return input.type === 'read' ? typeof output !== 'boolean' : output === undefined;
  }),
);
const anyQueue = operations<QueueInput, string | undefined>(
  fc.oneof(
    fc.constant('dequeue' as const),
    fc.constantFrom('x', 'y').map((enqueue) => ({ enqueue })),
  ),
  fc.constantFrom('x', 'y', undefined),
).map((history) =>
  history.map((each) =>
    each.input === 'dequeue' || each.returnedAt === undefined
      ? each
      : { ...each, output: undefined },
  ),
);

describe('the checker and a search through all orders agree', () => {
  const results = () => ({ ok: 0, violation: 0 });

  it('about any small history of a register', () => {
    const seen = results();
    const property = fc.property(anyRegister, (history) => {
      seen[compare(registerModel, history)] += 1;
    });
    fc.assert(property, { numRuns: 3_000, seed });
    expect(Math.min(seen.ok, seen.violation)).toBeGreaterThan(300);
  });

  it('about any small history of a queue', () => {
    const seen = results();
    const property = fc.property(anyQueue, (history) => {
      seen[compare(queueModel, history)] += 1;
    });
    fc.assert(property, { numRuns: 3_000, seed });
    expect(Math.min(seen.ok, seen.violation)).toBeGreaterThan(300);
  });

  it('about a history of an atomic store in which one answer was changed', () => {
    const seen = results();
    const property = fc.property(fc.nat(), fc.nat(), fc.nat(9), (from, at, changed) => {
      const shape = { seed: from, operations: 7, clients: 4, keys: 1, lost: 0.2 };
      const history = atomicHistory(shape);
      const answered = history.filter(({ returnedAt }) => returnedAt !== undefined);
      const target = answered[at % Math.max(1, answered.length)];
      const mutated = history.map((each) =>
        each === target ? { ...each, output: otherAnswer(each.input, each.output, changed) } : each,
      );
      seen[compare(keyValueModel, mutated)] += 1;
    });
    fc.assert(property, { numRuns: 1_000, seed });
    expect(seen.violation).toBeGreaterThan(200);
    expect(seen.ok, 'some changes could have happened').toBeGreaterThan(50);
  });
});

function otherAnswer(input: KeyValueInput, output: RegisterOutput, changed: number) {
  if (input.type === 'get') return output === changed ? undefined : changed;
  return input.type === 'put' ? output : !output;
}

describe('a history of an atomic store', () => {
  const shapes = fc.record({
    seed: fc.nat(),
    operations: fc.integer({ min: 1, max: 150 }),
    clients: fc.integer({ min: 1, max: 5 }),
    keys: fc.integer({ min: 1, max: 4 }),
    lost: fc.constantFrom(0, 0, 0.1, 0.5),
  });

  it('is linearizable, by an order that explains it', () => {
    const property = fc.property(shapes, (shape) => {
      const history = atomicHistory(shape);
      const found = checkLinearizability(keyValueModel, history);
      expect(found.result).toBe('ok');
      const orders = found.result === 'ok' ? found.orders : new Map<string, never>();
      for (const [key, order] of orders) {
        const own = history.filter(({ input }) => input.key === key);
        expect(flawsOf(keyValueModel, own, order)).toEqual([]);
      }
    });
    fc.assert(property, { numRuns: 300, seed });
  });

  it('is not if a read answers what was never written, or what was overwritten before', () => {
    const property = fc.property(shapes, fc.nat(), (any, at) => {
      // short: to find no order is exponential in what overlaps
      const shape = { ...any, operations: 1 + (any.operations % 40), lost: any.lost / 5 };
      const history = atomicHistory(shape);
      const end = Math.max(...history.map(({ calledAt, returnedAt = calledAt }) => returnedAt));
      const client = 'later';
      const key = `k${at % shape.keys}`;
      const get = { client, input: { type: 'get', key } as const, calledAt: end + 5 };
      const puts = [1, 2].map((n) => ({
        client,
        input: { type: 'put', key, value: -n } as const,
        output: undefined,
        calledAt: end + 2 * n - 1,
        returnedAt: end + 2 * n,
      }));
      for (const output of [-3, -1]) {
        const wrong = [...history, ...puts, { ...get, output, returnedAt: end + 6 }];
        expect(checkLinearizability(keyValueModel, wrong)).toMatchObject({
          result: 'violation',
          part: key,
        });
      }
    });
    fc.assert(property, { numRuns: 50, seed });
  });
});
