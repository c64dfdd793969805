import { assertRejects, assertTrue } from '../assertions.js';
import { entries, snapshot, type RaftStorageCase } from './case.js';

/** What `close` ends, and what it leaves to its end. */
export const closingCases: readonly RaftStorageCase[] = [
  {
    title: 'closing twice is fine, one after the other and at once',
    async run({ storage }) {
      await storage.append({ entries: entries(1, 2) });
      await Promise.all([storage.close(), storage.close()]);
      await storage.close();
    },
  },
  {
    title: 'after close, load and append are ERR_CLOSED',
    async run({ storage }) {
      await storage.close();
      await assertRejects(() => storage.load(), 'ERR_CLOSED', 'load()');
      const append = () => storage.append({ entries: entries(1, 2) });
      await assertRejects(append, 'ERR_CLOSED', 'append()');
    },
  },
  {
    title: 'close leaves a snapshot that is being prepared to its end',
    async run({ storage }) {
      await storage.append({ entries: entries(1, 2) });
      let isSettled = storage.prepare === undefined;
      const done = () => (isSettled = true);
      const first = snapshot(1);
      const calls = [storage.prepare?.(first), storage.append({ entries: [], snapshot: first })];
      storage.prepare?.(snapshot(2)).then(done, done);
      await storage.close();
      for (let i = 0; i < 100; i++) await undefined;
      assertTrue(isSettled, 'it is not settled');
      await Promise.all(calls);
      if (storage.prepare)
        await assertRejects(() => storage.prepare!(snapshot(2)), 'ERR_CLOSED', 'prepare()');
    },
  },
  {
    title: 'close resolves when all that was called before it is settled',
    async run({ storage }) {
      let settled = 0;
      const count = () => void settled++;
      const calls = Array.from({ length: 20 }, (_, i) => [
        storage.append({ entries: entries(i + 1, i + 1) }),
        storage.load(),
      ]).flat();
      for (const call of calls) call.then(count, count);
      await storage.close();
      // what was settled with close has its reactions still to run, but no turn to wait for
      for (let i = 0; i < 100; i++) await undefined;
      assertTrue(settled === calls.length, `${calls.length - settled} calls are not settled`);
      await Promise.all(calls);
    },
  },
];
