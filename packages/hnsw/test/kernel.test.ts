import { seededRandom } from '@ruvector/core';
import { compileKernel, instantiateKernel } from '@ruvector/core/wasm';
import { describe, expect, it } from 'vitest';
import { BASE, RELAXED } from '../src/generated/kernel.js';

interface Exports {
  dot16(a: number, b: number): number;
}

const texts = { base: BASE, relaxed: RELAXED };
const builds = new Set(['base', compileKernel(texts).build] as const);
const random = seededRandom(22);
const codes = Uint8Array.from({ length: 1_600 }, () => random.uint32() >>> 25);
codes.fill(127, 0, 32); // the largest that there are, too

const dot = (a: number, b: number) =>
  codes.subarray(a, a + 16).reduce((sum, code, i) => sum + code * codes[b + i]!, 0);

describe.each([...builds])('the %s build of the kernel', (build) => {
  it.each([true, false])('gives exact dot products of codes, shared memory: %s', (shared) => {
    const kernel = compileKernel(texts, { build, shared });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared });
    const { dot16 } = instantiateKernel<Exports>(kernel, memory);
    new Uint8Array(memory.buffer).set(codes);
    const rows = Array.from({ length: 99 }, (_, i) => 16 * i);
    expect(rows.map((at) => dot16(at, at + 16))).toEqual(rows.map((at) => dot(at, at + 16)));
  });
});
