import type { Storage } from '../../storage.js';
import { assertRejects, assertSame } from '../assertions.js';
import { listed, type StorageCase } from './case.js';
import { isEdgeError } from '../../edge-error.js';

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
      for (const [name, call] of calls) await assertRejects(called(call), 'ERR_CLOSED', name);
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
];

const called = async (call: () => Promise<unknown>) => call();

const callsOnA = (storage: Storage): Promise<unknown>[] => [
  storage.put('a', one()),
  storage.get('a'),
  storage.batch([{ delete: 'a' }, { put: ['b', one()] }]),
  storage.delete('a'),
  listed(storage),
];
