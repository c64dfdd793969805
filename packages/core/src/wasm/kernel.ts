import { memoryFlagsAt } from './memory-import.js';

/** `relaxed` uses instructions that Node has from 22 on; both give the same bits. */
export type KernelBuild = 'base' | 'relaxed';

/** Both builds of one kernel, each a WebAssembly module in base64 that imports a shared memory. */
export type KernelBuilds = { readonly [build in KernelBuild]: string };

/** What a kernel is compiled for. */
export interface KernelOptions {
  /** Whether the memory that it will get is shared. @default `canShareMemory()` */
  readonly shared?: boolean;
  /** @default relaxed where the engine knows it, else base */
  readonly build?: KernelBuild;
}

/** What a thread needs of a kernel; `postMessage` takes it to another thread as it is. */
export interface Kernel {
  readonly build: KernelBuild;
  /** Whether memories for it must be shared ones, or must not. */
  readonly shared: boolean;
  readonly module: WebAssembly.Module;
}

/**
 * Whether a memory can be shared with workers: not in a page that is not isolated from other
 * origins.
 *
 * @example
 * canShareMemory(); // => true
 */
export function canShareMemory(): boolean {
  // undefined in Node, which isolates nothing and shares everything
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false;
}

/**
 * Compiles a kernel, at once: some tens of kilobytes take a millisecond, on a page's main thread
 * too. Nothing is kept: who needs it again keeps it.
 *
 * Each build is one binary that declares its memory as shared. Atomic instructions are valid on any
 * memory, and so a memory that is not shared needs one bit of that declaration changed, no other
 * binary.
 *
 * @throws TypeError if the module imports no memory; WebAssembly.CompileError if the engine does
 *   not take it, as one without SIMD would, or one that is told to take `relaxed` and cannot.
 * @example
 * const empty = 'AGFzbQEAAAA=';
 * compileKernel({ base: empty, relaxed: empty }, { shared: true }).build; // => 'relaxed'
 */
export function compileKernel(builds: KernelBuilds, options: KernelOptions = {}): Kernel {
  const { shared = canShareMemory(), build } = options;
  if (build !== undefined) return { build, shared, module: compile(builds[build], shared) };
  const relaxed = fromBase64(builds.relaxed);
  if (!WebAssembly.validate(relaxed)) return compileKernel(builds, { shared, build: 'base' });
  return { build: 'relaxed', shared, module: compileBytes(relaxed, shared) };
}

/**
 * The functions of a kernel over a memory. Each thread makes an instance of its own, and its calls
 * cost what a call of a function costs.
 *
 * @typeParam Exports - the functions; nothing checks that these are what the module has.
 * @param memory - with a maximum, and shared if the kernel was compiled so.
 * @throws WebAssembly.LinkError for another memory.
 * @example
 * const empty = 'AGFzbQEAAAA=';
 * const kernel = compileKernel({ base: empty, relaxed: empty }, { shared: true });
 * const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
 * Object.keys(instantiateKernel(kernel, memory)); // => []
 */
export function instantiateKernel<Exports extends object>(
  kernel: Kernel,
  memory: WebAssembly.Memory,
): Exports {
  const { exports } = new WebAssembly.Instance(kernel.module, { env: { memory } });
  return exports as unknown as Exports;
}

const compile = (base64: string, shared: boolean) => compileBytes(fromBase64(base64), shared);

/** @param bytes - are changed if the memory is not shared. */
function compileBytes(bytes: Uint8Array<ArrayBuffer>, shared: boolean): WebAssembly.Module {
  if (!shared) bytes[memoryFlagsAt(bytes)]! &= ~SHARED;
  return new WebAssembly.Module(bytes);
}

/** The bit of the flags of a memory. */
const SHARED = 2;

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // Node 25, Chromium 140, Firefox 133, Safari 18.2
  const native = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (native.fromBase64) return native.fromBase64(text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
