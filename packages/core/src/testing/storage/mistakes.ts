import { assertBytes } from '../assertions.js';
import { assertMistakeLater } from '../mistakes.js';
import { assertKeys, listed, type StorageCase } from './case.js';

/** What a caller got wrong is a `TypeError` that names the parameter and changes nothing. */
export const mistakeCases: readonly StorageCase[] = [
  {
    title: 'a key that is no string is a TypeError that names key',
    async run({ storage }) {
      const value = Uint8Array.of(1);
      for (const key of ['1', 'null', 'undefined', 'a', '[object Object]'])
        await storage.put(key, value);
      const before = await listed(storage);
      for (const key of [1, null, undefined, ['a'], {}, new String('a'), Symbol('a')] as never[]) {
        const calls = [
          ['get', () => storage.get(key)],
          ['put', () => storage.put(key, Uint8Array.of(2))],
          ['delete', () => storage.delete(key)],
        ] as const;
        for (const [name, call] of calls)
          await assertMistakeLater(call, TypeError, `${name}() of a ${typeof key}`, 'key');
      }
      assertKeys(await listed(storage), before, 'keys()');
      for (const key of before) assertBytes(await storage.get(key), value, `get('${key}')`);
    },
  },
  {
    title: 'bytes that are no Uint8Array are a TypeError that names bytes',
    async run({ storage }) {
      await storage.put('a', Uint8Array.of(1));
      const wrong = ['text', [1, 2], 7, null, undefined, {}, new ArrayBuffer(2)];
      for (const bytes of [...wrong, Uint16Array.of(1), new DataView(new ArrayBuffer(1))])
        await assertMistakeLater(
          () => storage.put('a', bytes as never),
          TypeError,
          `put() of ${Object.prototype.toString.call(bytes)}`,
          'bytes',
        );
      assertBytes(await storage.get('a'), Uint8Array.of(1), 'the value');
    },
  },
  {
    title: 'a prefix that is no string is a TypeError that names prefix',
    async run({ storage }) {
      await storage.put('null', Uint8Array.of(1));
      for (const prefix of [null, 1, ['null'], /null/] as never[])
        await assertMistakeLater(
          () => listed(storage, prefix),
          TypeError,
          `keys(${String(prefix)})`,
          'prefix',
        );
    },
  },
];
