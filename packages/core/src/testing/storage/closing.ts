import type { Storage } from '../../storage.js';
import { isEdgeError } from '../../edge-error.js';
import { assertRejects, assertSame } from '../assertions.js';
import { started } from '../mistakes.js';
import { listed, type StorageCase } from './case.js';

const one = (): Uint8Array => Uint8Array.of(1);

/** What `close` ends, and what it leaves to its end. */
export const closingCases: readonly StorageCase[] = [
  {
    title: 'closing twice is fine, one after the other and at once',
    async run(opened) {
      await opened.storage.put('a', one());
      await Promise.all([opened.close(), opened.close()]);
      await opened.close();
    },
  },
  {
    title: 'after close, get, put, delete, batch and keys are ERR_CLOSED',
    async run(opened) {
      const { storage } = opened;
      await storage.put('a', one());
      await opened.close();
      const calls: readonly [name: string, call: () => Promise<unknown>][] = [
        ['get()', () => storage.get('a')],
        ['put()', () => storage.put('a', one())],
        ['delete()', () => storage.delete('a')],
        ['batch()', () => storage.batch([{ put: ['a', one()] }])],
        ['an empty batch()', () => storage.batch([])],
        ['keys()', () => listed(storage)],
        ["keys('none')", () => listed(storage, 'none')],
      ];
      for (const [name, call] of calls)
        await assertRejects(started(call, name), 'ERR_CLOSED', name);
    },
  },
  {
    title: 'an iteration under way is ERR_CLOSED at its next step after close',
    async run(opened) {
      const { storage } = opened;
      for (const key of ['a', 'b', 'c']) await storage.put(key, one());
      const iterator = storage.keys()[Symbol.asyncIterator]();
      assertSame((await iterator.next()).value, 'a', 'the first key');
      await opened.close();
      await assertRejects(iterator.next(), 'ERR_CLOSED', 'the next step');
    },
  },
  {
    title: 'calls made just before close are done or ERR_CLOSED, and none is left hanging',
    async run(opened) {
      const { storage, deadline } = opened;
      await storage.put('a', one());
      const calls = callsOnA(storage);
      const closing = opened.close();
      const outcomes = await deadline.within(Promise.allSettled(calls), 'calls made before close');
      await deadline.within(closing, 'close()');
      for (const outcome of outcomes)
        if (outcome.status === 'rejected' && !isEdgeError(outcome.reason, 'ERR_CLOSED'))
          throw outcome.reason;
    },
  },
  {
    title: 'close resolves when all that was called before it is settled',
    async run(opened) {
      const { storage } = opened;
      let settled = 0;
      const count = () => void settled++;
      const calls = Array.from({ length: 20 }, (_, i) => callsOnKey(storage, `key ${i}`)).flat();
      for (const call of calls) call.then(count, count);
      await opened.close();
      // what was settled with close has its reactions still to run, but no turn to wait for
      for (let i = 0; i < 100; i++) await undefined;
      assertSame(settled, calls.length, 'calls settled once close has resolved');
    },
  },
];

const callsOnKey = (storage: Storage, key: string): Promise<unknown>[] => [
  storage.put(key, one()),
  storage.get(key),
  storage.batch([{ put: [`${key}+`, one()] }]),
  storage.delete(key),
];

const callsOnA = (storage: Storage): Promise<unknown>[] => [
  storage.put('a', one()),
  storage.get('a'),
  storage.batch([{ delete: 'a' }, { put: ['b', one()] }]),
  storage.delete('a'),
  listed(storage),
];
