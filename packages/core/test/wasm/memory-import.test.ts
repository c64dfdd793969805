import { describe, expect, it } from 'vitest';
import { memoryFlagsAt } from '../../src/wasm/memory-import.js';
import { IMPORTS, module, moduleBytes, section } from './module-bytes.js';

const names = Object.keys(IMPORTS) as (keyof typeof IMPORTS)[];

/** Of which kinds of memory an engine makes an instance. */
const kindsTaken = (bytes: Uint8Array) => {
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const memory = (shared: boolean) =>
    new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared });
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 3, maximum: 3 });
  const x = { f: () => 0, t: table, g: 0 };
  const takes = (shared: boolean) => {
    try {
      new WebAssembly.Instance(module, { x, env: { memory: memory(shared) } });
      return true;
    } catch {
      return false;
    }
  };
  return { shared: takes(true), plain: takes(false) };
};

function patched(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[memoryFlagsAt(changed)]! &= ~2;
  return changed;
}

describe('the flags of an imported memory', () => {
  it.each(names)('are found behind an imported %s', (name) => {
    const bytes = moduleBytes(false, IMPORTS[name]);
    expect(kindsTaken(bytes)).toEqual({ shared: true, plain: false });
    expect(kindsTaken(patched(bytes))).toEqual({ shared: false, plain: true });
  });

  it('are found behind all of these, and behind a section that looks like another', () => {
    const bytes = moduleBytes(false, ...names.map((name) => IMPORTS[name]));
    const decoy = section(0, [1, 0x78, 2, 3, 1, 3, 3, 1]); // a custom one named x
    const all = Uint8Array.from([...bytes.subarray(0, 8), ...decoy, ...bytes.subarray(8)]);
    expect(kindsTaken(all)).toEqual({ shared: true, plain: false });
    expect(kindsTaken(patched(all))).toEqual({ shared: false, plain: true });
  });

  it.each([
    ['no section', module()],
    ['no import section', module(section(1, [0]))],
    ['no import', module(section(2, [0]))],
    ['no memory among its imports', module(section(2, [1, 1, 0x78, 1, 0x67, 3, 0x7f, 0]))],
    ['more imports than bytes', module(section(2, [0xff, 0xff, 0xff, 0xff, 0xf]))],
  ])('are not found in a module with %s', (_, bytes) => {
    expect(() => memoryFlagsAt(bytes)).toThrow(TypeError);
  });
});
