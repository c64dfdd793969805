import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import type { StorageCase } from './case.js';

const LARGE_BYTES = 1_048_577; // just above what is a limit somewhere

/** What is put is what is got, and whose bytes are whose. */
export const valueCases: readonly StorageCase[] = [
  {
    title: 'an absent key is undefined, whatever its name',
    async run({ storage }) {
      for (const key of ['absent', '', 'constructor', '__proto__', '0'])
        assertSame(await storage.get(key), undefined, `get(${JSON.stringify(key)})`);
    },
  },
  {
    title: 'what was put is got byte for byte, as often as it is asked for',
    async run({ storage }) {
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await storage.put('all', all);
      await storage.put('noise', noise(1_000, 1));
      for (let round = 0; round < 2; round++) {
        assertBytes(await storage.get('all'), all, 'all byte values');
        assertBytes(await storage.get('noise'), noise(1_000, 1), 'noise');
      }
    },
  },
  {
    title: 'a second put replaces the first, also a long value by a short one',
    async run({ storage }) {
      await storage.put('a', noise(500, 2));
      await storage.put('a', Uint8Array.of(1));
      assertBytes(await storage.get('a'), Uint8Array.of(1), 'the second value');
    },
  },
  {
    title: 'an empty value is there and has no bytes',
    async run({ storage }) {
      await storage.put('empty', new Uint8Array(0));
      await storage.batch([{ put: ['too', new Uint8Array(0)] }]);
      for (const key of ['empty', 'too'])
        assertBytes(await storage.get(key), new Uint8Array(0), `get('${key}')`);
    },
  },
  {
    title: 'a value of more than 1 MiB is got byte for byte',
    async run({ storage }) {
      const large = noise(LARGE_BYTES, 3);
      await storage.put('large', large);
      assertBytes(await storage.get('large'), large, 'the value');
    },
  },
  {
    title: 'a view into a larger buffer is stored as just that view, a subclass as its bytes',
    async run({ storage }) {
      class Bytes extends Uint8Array {}
      await storage.put('view', noise(64, 4).subarray(10, 20));
      await storage.put('subclass', Bytes.from(noise(8, 5)));
      assertBytes(await storage.get('view'), noise(64, 4).subarray(10, 20), 'the view');
      assertBytes(await storage.get('subclass'), noise(8, 5), 'the subclass');
    },
  },
  {
    title: 'the caller may reuse its bytes as soon as put returns',
    async run({ storage }) {
      const bytes = noise(100, 6);
      const putting = storage.put('a', bytes);
      bytes.fill(0); // in the same turn
      await putting;
      assertBytes(await storage.get('a'), noise(100, 6), 'the value');
    },
  },
  {
    title: 'the caller may reuse bytes and operations as soon as batch returns',
    async run({ storage }) {
      const bytes = noise(100, 7);
      const operations = [{ put: ['a', bytes] as [string, Uint8Array] }];
      const running = storage.batch(operations);
      bytes.fill(0);
      operations[0]!.put[0] = 'b';
      operations.length = 0;
      await running;
      assertBytes(await storage.get('a'), noise(100, 7), 'the value');
      assertSame(await storage.get('b'), undefined, 'a key named after the call');
    },
  },
  {
    title:
      'writing to bytes that were got changes nothing in the store, nor what another get returned',
    async run({ storage }) {
      await storage.put('a', noise(100, 8));
      const [first, second] = [await storage.get('a'), await storage.get('a')];
      first!.fill(0);
      assertBytes(second, noise(100, 8), 'what another get had returned');
      assertBytes(await storage.get('a'), noise(100, 8), 'what a later get returns');
    },
  },
  {
    title: 'bytes that were got are a plain array with its own buffer, which may be transferred',
    async run({ storage }) {
      for (const key of ['a', 'b']) await storage.put(key, noise(16, 9));
      const [a, b] = [await storage.get('a'), await storage.get('b')];
      const plain = Object.getPrototypeOf(a) === Uint8Array.prototype;
      assertTrue(plain, 'what was got is not a plain Uint8Array');
      assertSame(a!.buffer.byteLength, 16, 'bytes of the buffer');
      structuredClone(a, { transfer: [a!.buffer as ArrayBuffer] });
      assertBytes(b, noise(16, 9), 'what another get had returned');
      for (const key of ['a', 'b'])
        assertBytes(await storage.get(key), noise(16, 9), `get('${key}') afterwards`);
    },
  },
  {
    title: 'delete takes its own key and no other, and may be repeated',
    async run({ storage }) {
      for (const key of ['a', 'ab', 'b']) await storage.put(key, Uint8Array.of(1));
      for (let round = 0; round < 2; round++) {
        await storage.delete('a');
        assertSame(await storage.get('a'), undefined, "get('a')");
      }
      for (const key of ['ab', 'b'])
        assertTrue((await storage.get(key)) !== undefined, `delete('a') took '${key}'`);
      await storage.put('a', Uint8Array.of(2));
      assertBytes(await storage.get('a'), Uint8Array.of(2), 'put after delete');
    },
  },
];
