import { canShareMemory, compileKernel, instantiateKernel } from '@ruvector/core/wasm';
import { describe, expect, it } from 'vitest';
import { module, moduleBytes, section, toBase64 } from './module-bytes.js';

interface Exports {
  addAt(address: number, value: number): number;
  zero(): number;
}

const [base, relaxed] = [moduleBytes(false), moduleBytes(true)].map(toBase64) as [string, string];
const knowsRelaxed = WebAssembly.validate(moduleBytes(true));
const sized = { initial: 1, maximum: 65_536 };
const memoryOf = (shared: boolean) => new WebAssembly.Memory({ ...sized, shared });

describe('a kernel', () => {
  it('is relaxed where the engine knows relaxed SIMD, else base', () => {
    const kernel = compileKernel({ base, relaxed });
    expect(kernel.build).toBe(knowsRelaxed ? 'relaxed' : 'base');
    expect(instantiateKernel<Exports>(kernel, memoryOf(kernel.shared)).zero()).toBe(0);
  });

  it('is base where the other build is not valid', () => {
    const kernel = compileKernel({ base, relaxed: toBase64(module(section(99, []))) });
    expect(kernel.build).toBe('base');
  });

  it('is base for who asks for that', () => {
    const kernel = compileKernel({ base, relaxed: '' }, { build: 'base' });
    expect(kernel.build).toBe('base');
    expect(instantiateKernel<Exports>(kernel, memoryOf(kernel.shared)).zero()).toBe(0);
  });

  it('that no engine takes says so', () => {
    const broken = toBase64(module(section(99, [])));
    const compile = () => compileKernel({ base: broken, relaxed: broken }, { shared: true });
    expect(compile).toThrow(WebAssembly.CompileError);
  });

  it.each([true, false])('adds atomically in a memory for which shared is %s', (shared) => {
    const kernel = compileKernel({ base, relaxed }, { shared });
    const memory = memoryOf(shared);
    const { addAt } = instantiateKernel<Exports>(kernel, memory);
    expect([addAt(8, 5), addAt(8, 6), addAt(8, 0)]).toEqual([0, 5, 11]);
    expect(new Uint32Array(memory.buffer)[2]).toBe(11);
  });

  it.each([true, false])('compiled for shared %s takes no memory of the other kind', (shared) => {
    const kernel = compileKernel({ base, relaxed }, { shared });
    const instantiate = () => instantiateKernel(kernel, memoryOf(!shared));
    expect(instantiate).toThrow(WebAssembly.LinkError);
  });

  it('is cloned as a whole, as on its way to a worker', () => {
    const kernel = structuredClone(compileKernel({ base, relaxed }, { shared: false }));
    expect(instantiateKernel<Exports>(kernel, memoryOf(false)).addAt(0, 1)).toBe(0);
  });

  it('is decoded alike where Uint8Array.fromBase64 is missing', () => {
    const native = Object.getOwnPropertyDescriptor(Uint8Array, 'fromBase64');
    Reflect.deleteProperty(Uint8Array, 'fromBase64');
    try {
      const kernel = compileKernel({ base, relaxed }, { shared: true });
      expect(instantiateKernel<Exports>(kernel, memoryOf(true)).addAt(0, 7)).toBe(0);
    } finally {
      if (native) Object.defineProperty(Uint8Array, 'fromBase64', native);
    }
  });

  it('without a memory to import is refused if its memory is not to be shared', () => {
    const empty = toBase64(module());
    const compile = () => compileKernel({ base: empty, relaxed: empty }, { shared: false });
    expect(compile).toThrow(
      new TypeError('a kernel must be a WebAssembly module that imports its memory'),
    );
  });
});

it('a memory can be shared in Node and in an isolated page, which these tests run in', () => {
  expect(canShareMemory()).toBe(true);
});
