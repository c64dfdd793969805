import { canShareMemory, compileKernel, instantiateKernel } from '@ruvector/core/wasm';
import { expect, it } from 'vitest';
import { moduleBytes, toBase64 } from './module-bytes.js';

const builds = { base: toBase64(moduleBytes(false)), relaxed: toBase64(moduleBytes(true)) };

it('a page that is not isolated shares no memory, and its kernels take one that is not shared', () => {
  expect(crossOriginIsolated).toBe(false);
  expect(canShareMemory()).toBe(false);
  const kernel = compileKernel(builds);
  expect(kernel.shared).toBe(false);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  expect(memory.buffer).toBeInstanceOf(ArrayBuffer);
  const { addAt } = instantiateKernel<{ addAt(at: number, n: number): number }>(kernel, memory);
  expect([addAt(4, 2), addAt(4, 3), addAt(4, 0)]).toEqual([0, 2, 5]);
});
