import type { Storage } from '../../storage.js';
import { assertBytes, assertRejects, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import { assertKeys, listed, oddKeys, type StorageCase } from './case.js';

/** What was acknowledged is there when the same data is opened again. */
export const durabilityCases: readonly StorageCase[] = [
  {
    title: 'what was put survives reopening byte for byte, under any key, empty and large too',
    needs: ['durable'],
    async run(open) {
      const keys = oddKeys();
      const valueOf = (i: number) => noise(i === 1 ? 1 << 16 : i, i); // the first is empty
      for (const [i, key] of keys.entries()) await open.storage.put(key, valueOf(i));
      const storage = await open.reopen();
      assertKeys(await listed(storage), keys, 'keys()');
      for (const [i, key] of keys.entries())
        assertBytes(await storage.get(key), valueOf(i), `get(${JSON.stringify(key)})`);
    },
  },
  {
    title: 'what was deleted stays deleted, and of several values the last survives reopening',
    needs: ['durable'],
    async run(open) {
      for (const key of ['kept', 'deleted', 'in a batch']) await open.storage.put(key, noise(9, 1));
      await open.storage.delete('deleted');
      await open.storage.batch([{ delete: 'in a batch' }]);
      await open.storage.put('kept', noise(5, 2));
      const storage = await open.reopen();
      assertKeys(await listed(storage), ['kept'], 'keys()');
      assertBytes(await storage.get('kept'), noise(5, 2), 'the last value');
    },
  },
  {
    title: 'a batch survives reopening whole, and one that was refused leaves nothing behind',
    needs: ['durable'],
    async run(open) {
      await open.storage.batch(puts(20, 1));
      const wrong = { put: ['key-01', 'text'] } as never;
      await open.storage
        .batch([{ delete: 'key-00' }, ...puts(20, 2), wrong])
        .catch(() => undefined);
      const storage = await open.reopen();
      assertSame((await versions(storage)).join(), Array(20).fill(1).join(), 'the versions');
    },
  },
  {
    title: 'a store that was reopened is whole: it takes changes and is reopened again',
    needs: ['durable'],
    async run(open) {
      const first = open.storage;
      await first.put('a', Uint8Array.of(1));
      const second = await open.reopen();
      await second.put('b', Uint8Array.of(2));
      await second.delete('a');
      await assertRejects(first.get('a'), 'ERR_CLOSED', 'get() of the one that was closed');
      const third = await open.reopen();
      assertKeys(await listed(third), ['b'], 'keys()');
      assertBytes(await third.get('b'), Uint8Array.of(2), "get('b')");
    },
  },
  {
    title: 'a batch under way when close is called is there after reopening if it was acknowledged',
    needs: ['durable'],
    async run(open) {
      await open.storage.batch(puts(50, 1));
      const running = open.storage.batch(puts(50, 2)).then(
        () => true,
        () => false,
      );
      const storage = await open.reopen();
      const found = [...new Set(await versions(storage))];
      assertSame(found.length, 1, 'versions found side by side');
      assertTrue(found[0] === 2 || !(await running), 'an acknowledged batch was lost');
    },
  },
  {
    title: 'what was acknowledged survives also where close was never called',
    needs: ['durable', 'crash'],
    async run(open) {
      await open.storage.put('deleted', noise(10, 1));
      await open.storage.put('kept', noise(10, 1));
      await open.storage.batch(puts(20, 1));
      await open.storage.delete('deleted');
      await open.storage.put('kept', noise(10, 2));
      const storage = await open.crash();
      assertBytes(await storage.get('kept'), noise(10, 2), 'the last value');
      assertSame(await storage.get('deleted'), undefined, 'the deleted key');
      assertSame((await versions(storage)).join(), Array(20).fill(1).join(), 'the versions');
    },
  },
];

const puts = (count: number, version: number) =>
  Array.from({ length: count }, (_, i) => ({
    put: [`key-${String(i).padStart(2, '0')}`, Uint8Array.of(version)] as const,
  }));

/** The versions that `puts` has left, key by key. */
async function versions(storage: Storage): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const key of await listed(storage, 'key-')) found.push((await storage.get(key))![0]);
  return found;
}
