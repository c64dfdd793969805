import { compileKernel, type Kernel, type KernelOptions } from '@ruvector/core/wasm';
import { BASE, RELAXED } from './generated/kernel.js';

/** What `assembly/index.ts` exports; addresses and slots are unsigned integers. */
export interface KernelExports {
  enter(thread: number): void;
  admit(): number;
  admittedNorm(): number;
  place(slot: number, level: number): void;
  link(slot: number): void;
  remove(slot: number): void;
  beginReach(room: number): void;
  reachSome(nodes: number): number;
  search(k: number, ef: number, filtered: number, without: number): number;
  closeGaps(renamed: number): number;
  passed(): number;
  linkSome(most: number): number;
  scan(k: number, filtered: number, exactly: number, first: number, last: number): number;
  decode(slot: number, to: number): void;
  encodeAll(first: number, last: number): void;
  makeChecksumTables(tables: number): void;
  checksum(address: number, bytes: number, tables: number): number;
  verify(levelMax: number): number;
  recode(first: number, last: number, means: number, scale: number): void;
}

let compiled: Kernel | undefined;

/**
 * The kernel as this engine takes it. It is compiled when it is first asked for, and kept: all
 * indexes run the same code.
 */
export function hnswKernel(options?: KernelOptions): Kernel {
  const builds = { base: BASE, relaxed: RELAXED };
  if (options !== undefined) return compileKernel(builds, options);
  return (compiled ??= compileKernel(builds));
}
