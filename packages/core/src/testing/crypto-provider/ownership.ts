import { assertSame, assertTrue } from '../assertions.js';
import type { CryptoProviderCase, Primitive } from './case.js';
import { arraysOf, OPERATIONS, textOf } from './operations.js';

const BYTES = 40;

/** Whose the arrays are that go in and come out. */
export function ownershipCases(primitive: Primitive): CryptoProviderCase[] {
  return [...argumentOwnership(primitive), ...resultOwnership(primitive)];
}

function argumentOwnership(primitive: Primitive): CryptoProviderCase[] {
  const operations = OPERATIONS[primitive];
  const repeatable = operations.filter(({ draws }) => draws !== true);
  return [
    {
      title: `${primitive} leaves its arguments as they were`,
      needs: [primitive],
      run(provider) {
        for (const { name, sample, call } of operations) {
          const args = sample(provider, 2, BYTES);
          const before = args.map((arg) => arg.slice());
          call(provider, ...args);
          for (const [i, arg] of args.entries())
            assertSame(textOf(arg), textOf(before[i]), `${name}: argument ${i}`);
        }
      },
    },
    {
      title: `${primitive} takes a view into a larger buffer for just that view`,
      needs: [primitive],
      run(provider) {
        for (const { name, sample, call } of repeatable) {
          const args = sample(provider, 3, BYTES);
          const expected = textOf(call(provider, ...args));
          for (const at of [1, 8]) {
            const views = args.map((arg) => viewOf(arg, at));
            assertSame(textOf(call(provider, ...views)), expected, `${name} with views at ${at}`);
          }
        }
      },
    },
    {
      title: `${primitive} takes an array for what it holds now, also if its owner has overwritten it`,
      needs: [primitive],
      run(provider) {
        for (const { name, sample, call } of repeatable) {
          const arrays = sample(provider, 6, BYTES);
          call(provider, ...arrays);
          const others = sample(provider, 60, BYTES);
          for (const [i, array] of arrays.entries()) array.set(others[i]!);
          const expected = textOf(call(provider, ...others));
          assertSame(textOf(call(provider, ...arrays)), expected, name);
        }
      },
    },
  ];
}

function resultOwnership(primitive: Primitive): CryptoProviderCase[] {
  const operations = OPERATIONS[primitive];
  const repeatable = operations.filter(({ draws }) => draws !== true);
  return [
    {
      title: `${primitive} gives out as many bytes as the contract says`,
      needs: [primitive],
      run(provider) {
        for (const { name, sample, call, sizes } of operations)
          for (const bytes of [0, 1, BYTES]) {
            const args = sample(provider, 1, bytes);
            const lengths = arraysOf(call(provider, ...args)).map(({ length }) => length);
            const sorted = (list: number[]) => list.sort((a, b) => a - b).join();
            assertSame(sorted(lengths), sorted(sizes(...args)), `${name}: bytes`);
          }
      },
    },
    {
      title: `${primitive} gives out plain arrays that share memory with nothing`,
      needs: [primitive],
      run(provider) {
        for (const { name, sample, call } of operations) {
          const args = sample(provider, 4, BYTES);
          const results = [1, 2].flatMap(() => arraysOf(call(provider, ...args)));
          for (const result of results) {
            const plain = Object.getPrototypeOf(result) === Uint8Array.prototype;
            assertTrue(plain, `${name}: a result is not a plain Uint8Array`);
            assertSame(result.buffer.byteLength, result.length, `${name}: bytes of its buffer`);
          }
          const buffers = [...args, ...results].map(({ buffer }) => buffer);
          assertSame(new Set(buffers).size, buffers.length, `${name}: buffers`);
        }
      },
    },
    {
      title: `${primitive} gives the same again after a caller has overwritten what it gave out`,
      needs: [primitive],
      run(provider) {
        for (const { name, sample, call } of repeatable) {
          const args = sample(provider, 5, BYTES);
          const first = call(provider, ...args);
          const expected = textOf(first);
          for (const array of arraysOf(first)) array.fill(0xff);
          assertSame(textOf(call(provider, ...args)), expected, name);
        }
      },
    },
  ];
}

/** The same bytes somewhere in the middle of a larger buffer that is full of others. */
function viewOf(bytes: Uint8Array, at: number): Uint8Array {
  const larger = new Uint8Array(at + bytes.length + 9).fill(0xa5);
  larger.set(bytes, at);
  return larger.subarray(at, at + bytes.length);
}
