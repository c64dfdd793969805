import { assertBytes, assertSame } from '../assertions.js';
import { assertKeys, listed, type StorageCase } from './case.js';

/** Many calls at once. */
export const orderCases: readonly StorageCase[] = [
  {
    title: '200 puts of different keys at once all take effect',
    async run({ storage }) {
      const keys = Array.from({ length: 200 }, (_, i) => `key-${1_000 + i}`);
      await Promise.all(keys.map((key, i) => storage.put(key, Uint8Array.of(i))));
      assertKeys(await listed(storage), keys, 'keys()');
      const values = await Promise.all(keys.map((key) => storage.get(key)));
      values.forEach((value, i) => assertBytes(value, Uint8Array.of(i), keys[i]!));
    },
  },
  {
    title: 'calls take effect in the order they were made, awaited or not',
    async run({ storage }) {
      const got: Promise<Uint8Array | undefined>[] = [];
      const writes: Promise<void>[] = [];
      for (let i = 0; i < 50; i++) {
        writes.push(storage.put('a', new Uint8Array(100 - i).fill(i)));
        got.push(storage.get('a'));
        writes.push(storage.delete('a'));
        got.push(storage.get('a'));
        writes.push(storage.batch([{ put: ['a', Uint8Array.of(i)] }]));
        got.push(storage.get('a'));
      }
      await Promise.all(writes);
      const values = await Promise.all(got);
      for (let i = 0; i < 50; i++) {
        const [put, deleted, batched] = values.slice(3 * i, 3 * i + 3);
        assertBytes(put, new Uint8Array(100 - i).fill(i), `get after put ${i}`);
        assertSame(deleted, undefined, `get after delete ${i}`);
        assertBytes(batched, Uint8Array.of(i), `get after batch ${i}`);
      }
    },
  },
  {
    title: 'keys lists what was written before it was called, awaited or not',
    async run({ storage }) {
      await storage.put('gone', Uint8Array.of(1));
      const keys = Array.from({ length: 40 }, (_, i) => `key-${100 + i}`);
      const writes = keys
        .slice(0, 20)
        .map((key) => storage.put(key, Uint8Array.of(1)) as Promise<unknown>);
      writes.push(storage.delete('gone'));
      writes.push(
        storage.batch(keys.slice(20).map((key) => ({ put: [key, Uint8Array.of(1)] as const }))),
      );
      const seen = listed(storage); // in the same turn
      await Promise.all(writes);
      assertKeys(await seen, keys, 'keys()');
    },
  },
  {
    title: 'a call that is refused does not stop those made before and after it',
    async run({ storage }) {
      const before = storage.put('before', Uint8Array.of(1));
      const refused = storage.put('refused', 'text' as never).catch((error: unknown) => error);
      const after = storage.put('after', Uint8Array.of(2));
      await Promise.all([before, refused, after]);
      assertKeys(await listed(storage), ['after', 'before'], 'keys()');
    },
  },
];
