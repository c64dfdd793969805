import type { StorageOperation } from '../../storage.js';
import { assertBytes, assertSame } from '../assertions.js';
import { assertMistakeLater } from '../mistakes.js';
import { assertKeys, listed, type StorageCase } from './case.js';

const one = (): Uint8Array => Uint8Array.of(1);

/** All or nothing, one operation after the other. */
export const batchCases: readonly StorageCase[] = [
  {
    title: 'a batch puts and deletes, and an empty one does nothing',
    async run({ storage }) {
      await storage.put('old', one());
      await storage.batch([]);
      assertKeys(await listed(storage), ['old'], 'keys after an empty batch');
      await storage.batch([
        { put: ['a', one()] },
        { delete: 'old' },
        { put: ['b', Uint8Array.of(2)] },
        { delete: 'absent' },
      ]);
      assertKeys(await listed(storage), ['a', 'b'], 'keys()');
      assertBytes(await storage.get('b'), Uint8Array.of(2), "get('b')");
    },
  },
  {
    title: 'a batch of 5,000 operations is done whole',
    async run({ storage }) {
      const keys = Array.from({ length: 2_500 }, (_, i) => `key-${10_000 + i}`);
      await storage.batch([
        ...keys.map((key, i) => ({ put: [key, Uint8Array.of(i)] as const })),
        ...keys.map((key, i) =>
          i % 5 === 0 ? { delete: key } : { put: [key, Uint8Array.of(i, 2)] as const },
        ),
      ]);
      const left = keys.filter((_, i) => i % 5 !== 0);
      assertKeys(await listed(storage), left, 'keys()');
      for (const at of [1, 999, 2_499])
        assertBytes(await storage.get(keys[at]!), Uint8Array.of(at, 2), keys[at]!);
    },
  },
  {
    title: 'the operations of a batch take effect in their order: the last on a key decides',
    async run({ storage }) {
      await storage.put('deleted, then put', one());
      await storage.batch([
        { put: ['put, then deleted', one()] },
        { put: ['put twice', one()] },
        { delete: 'deleted, then put' },
        { put: ['deleted, then put', Uint8Array.of(2)] },
        { put: ['put twice', Uint8Array.of(2)] },
        { delete: 'put, then deleted' },
      ]);
      assertSame(await storage.get('put, then deleted'), undefined, 'put, then deleted');
      for (const key of ['deleted, then put', 'put twice'])
        assertBytes(await storage.get(key), Uint8Array.of(2), key);
    },
  },
  {
    title:
      'a batch with one wrong operation, wherever it stands, is a TypeError and nothing of it is done',
    async run({ storage }) {
      await storage.put('a', one());
      const right: StorageOperation[] = [{ delete: 'a' }, { put: ['c', one()] }];
      for (const [what, wrong] of wrongOperations())
        for (let place = 0; place <= right.length; place++) {
          const batch = [
            ...right.slice(0, place),
            wrong as StorageOperation,
            ...right.slice(place),
          ];
          if (wrong === undefined) delete batch[place]; // a hole
          const call = `batch() with ${what} at ${place}`;
          await assertMistakeLater(() => storage.batch(batch), TypeError, call, 'operations');
          assertKeys(await listed(storage), ['a'], `keys after ${call}`);
          assertBytes(await storage.get('a'), one(), `the value after ${call}`);
        }
    },
  },
  {
    title: 'a batch that is no array is a TypeError that names operations',
    async run({ storage }) {
      await storage.put('a', one());
      for (const wrong of [undefined, null, 'a', { delete: 'a' }, { length: 0 }])
        await assertMistakeLater(
          () => storage.batch(wrong as never),
          TypeError,
          `batch(${String(wrong)})`,
          'operations',
        );
      assertKeys(await listed(storage), ['a'], 'keys()');
    },
  },
  {
    title: 'whoever asks before a batch sees nothing of it, whoever asks after it sees all',
    async run({ storage }) {
      const keys = Array.from({ length: 50 }, (_, i) => `key ${i}`);
      const all = () => Promise.all(keys.map((key) => storage.get(key)));
      const write = (version: number) =>
        storage.batch(keys.map((key) => ({ put: [key, Uint8Array.of(version)] })));
      await write(1);
      // none is awaited before the next
      const [before, , after] = await Promise.all([all(), write(2), all()]);
      for (const [i, key] of keys.entries()) {
        assertBytes(before[i], one(), `${key} asked for before the batch`);
        assertBytes(after[i], Uint8Array.of(2), `${key} asked for after the batch`);
      }
    },
  },
];

function wrongOperations(): [what: string, operation: unknown][] {
  return [
    ['bytes that are text', { put: ['b', 'text'] }],
    ['bytes that are numbers', { put: ['b', [1, 2]] }],
    ['a key that is a number', { put: [1, one()] }],
    ['a put without bytes', { put: ['b'] }],
    ['a put that is no pair', { put: 'b' }],
    ['a deletion of a number', { delete: 5 }],
    ['a deletion of nothing', { delete: undefined }],
    ['a put and a deletion in one', { put: ['b', one()], delete: 'a' }],
    ['an empty object', {}],
    ['null', null],
    ['a hole', undefined],
    ['text', 'delete'],
  ];
}
