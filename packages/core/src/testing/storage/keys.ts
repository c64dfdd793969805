import type { Storage } from '../../storage.js';
import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { assertKeys, listed, oddKeys, type StorageCase } from './case.js';

/** What is a key, and how keys are listed. */
export const keyCases: readonly StorageCase[] = [
  {
    title: 'every string is a key: empty ones, paths, patterns, look-alikes and lone surrogates',
    async run({ storage }) {
      const keys = oddKeys();
      for (const [i, key] of keys.entries()) await storage.put(key, Uint8Array.of(i));
      for (const [i, key] of keys.entries())
        assertBytes(await storage.get(key), Uint8Array.of(i), `get(${JSON.stringify(key)})`);
      for (const [i, key] of keys.entries()) if (i % 2 === 0) await storage.delete(key);
      for (const [i, key] of keys.entries())
        assertSame(await storage.get(key).then((v) => v?.[0]), i % 2 ? i : undefined, key);
    },
  },
  {
    title: 'keys that differ only after 1,000 characters are different keys',
    async run({ storage }) {
      const long = 'long/'.repeat(200);
      const keys = [long, `${long}a`, `${long}b`, `${long}${'b'.repeat(1_000)}`];
      for (const [i, key] of keys.entries()) await storage.put(key, Uint8Array.of(i));
      for (const [i, key] of keys.entries())
        assertBytes(await storage.get(key), Uint8Array.of(i), `the value of key ${i}`);
      assertKeys(await listed(storage, `${long}b`), keys.slice(2), 'keys with a long prefix');
      await storage.delete(keys[1]!);
      assertKeys(await listed(storage), keys.toSpliced(1, 1), 'keys() after a deletion');
    },
  },
  {
    title: 'an empty store lists no keys',
    async run({ storage }) {
      assertKeys(await listed(storage), [], 'keys()');
      assertKeys(await listed(storage, 'a'), [], "keys('a')");
    },
  },
  {
    title: 'keys ascend by their UTF-16 code units, however they were put',
    async run({ storage }) {
      const keys = ['', '10', '2', 'B', 'a', 'ab', 'b', 'z', 'é', '中', '😀', '\uff5e'];
      for (let i = 0; i < keys.length; i++)
        await storage.put(keys[(5 * i) % keys.length]!, Uint8Array.of(i));
      assertKeys(await listed(storage), keys, 'keys()');
    },
  },
  {
    title: 'a prefix lists the keys that begin with it, as text and not as a pattern',
    async run({ storage }) {
      const keys = oddKeys();
      await fill(storage, keys);
      const prefixes = ['', 'a', 'a/', '.', '%', '*', '_', '[a-z]', '^', '\\d', 'K', 'e', '\ud83d'];
      for (const prefix of [...prefixes, 'x'.repeat(300), 'nothing'])
        assertKeys(
          await listed(storage, prefix),
          keys.filter((key) => key.startsWith(prefix)),
          `keys(${JSON.stringify(prefix)})`,
        );
    },
  },
  {
    title: 'a key is listed once however often it was put, and not after its deletion',
    async run({ storage }) {
      await fill(storage, ['a', 'b', 'c', 'a', 'b']);
      await storage.batch([{ delete: 'b' }, { put: ['a', Uint8Array.of(9)] }]);
      assertKeys(await listed(storage), ['a', 'c'], 'keys()');
      await storage.delete('a');
      assertKeys(await listed(storage), ['c'], 'keys() after a deletion');
    },
  },
  {
    title: '1,000 keys are listed once each, in order',
    async run({ storage }) {
      const keys = Array.from({ length: 1_000 }, (_, i) => `key-${(i * 7_919) % 1_000}`);
      await storage.batch(keys.map((key) => ({ put: [key, Uint8Array.of(1)] })));
      assertKeys(await listed(storage), keys.sort(), 'keys()');
    },
  },
  {
    title: 'keys may be deleted during an iteration: those that stay come once each, in order',
    async run({ storage }) {
      const keys = Array.from({ length: 60 }, (_, i) => `key-${100 + i}`);
      const staying = keys.filter((_, i) => i % 3 === 0);
      await fill(storage, keys);
      const seen: string[] = [];
      for await (const key of storage.keys()) {
        seen.push(key);
        const at = keys.indexOf(key);
        for (const gone of [keys[at], keys[at + 1]])
          // the one just seen, and the one ahead
          if (gone !== undefined && !staying.includes(gone)) await storage.delete(gone);
      }
      assertKeys(onlyOf(staying, seen), staying, 'those that stayed');
      assertKeys(seen, [...new Set(seen)].sort(), 'all that came');
      assertKeys(await listed(storage), staying, 'keys() afterwards');
    },
  },
  {
    title: 'keys may be put during an iteration: those that were there come once each, in order',
    async run({ storage }) {
      const keys = Array.from({ length: 50 }, (_, i) => `key-${100 + i}`);
      await fill(storage, keys);
      const seen: string[] = [];
      for await (const key of storage.keys()) {
        seen.push(key);
        if (!keys.includes(key)) continue; // else a key put just ahead would go on for ever
        for (const put of [`a-${key}`, `${key}+`, key, keys.at(-1)!])
          await storage.put(put, Uint8Array.of(2)); // behind, just ahead, and known
      }
      assertKeys(onlyOf(keys, seen), keys, 'those that were there');
      assertKeys(seen, [...new Set(seen)].sort(), 'all that came');
    },
  },
  {
    title: 'an iteration may be left early, and two may go on side by side',
    async run({ storage }) {
      await fill(storage, ['a', 'b', 'c']);
      for await (const key of storage.keys()) {
        assertSame(key, 'a', 'the first key');
        break;
      }
      const [one, two] = [iterate(storage), iterate(storage)];
      const turns = [one, two, one, one, two, two, one, two];
      const seen: unknown[] = [];
      for (const iterator of turns) {
        const { done, value } = await iterator.next();
        seen.push(done === true ? 'end' : value);
      }
      assertSame(seen.join(' '), 'a a b c b c end end', 'the keys of two iterations');
      assertTrue((await storage.get('a')) !== undefined, 'the store stays usable');
    },
  },
];

const iterate = (storage: Storage) => storage.keys()[Symbol.asyncIterator]();

const onlyOf = (some: readonly string[], all: readonly string[]) =>
  all.filter((key) => some.includes(key));

async function fill(storage: Storage, keys: readonly string[]): Promise<void> {
  for (const key of keys) await storage.put(key, Uint8Array.of(1));
}
