import { utf8 } from '@ruvector/core';

const ADD_AT = [0x20, 0, 0x20, 1, 0xfe, 0x1e, 2, 0]; // i32.atomic.rmw.add of the two parameters
const ZEROS = [0x41, 0, 0xfd, 0x0f]; // i32.const 0, i8x16.splat
/** The first byte of a product of zeros, which is 0, in base SIMD: i8x16.add */
const BASE_ZERO = [...ZEROS, ...ZEROS, 0xfd, 0x6e, 0xfd, 0x16, 0];
/** and in relaxed SIMD: i8x16.relaxed_swizzle. */
const RELAXED_ZERO = [...ZEROS, ...ZEROS, 0xfd, 0x80, 2, 0xfd, 0x16, 0];

/** Imports that a module may have before its memory. */
export const IMPORTS = {
  function: ['x', 'f', 0, 0],
  table: ['x', 't', 1, 0x70, 0, 3],
  'table with a maximum': ['x', 't', 1, 0x70, 1, 3, 3],
  global: ['x', 'g', 3, 0x7f, 0],
} as const;

type Import = readonly (string | number)[];

/** 1 to 65,536 pages, shared: the flags are 3, as many other bytes here are. */
const MEMORY: Import = ['env', 'memory', 2, 3, 1, 0x80, 0x80, 4];

/** A module with the function `addAt(address, value)`, and one that uses SIMD. */
export function moduleBytes(
  relaxed: boolean,
  ...before: readonly Import[]
): Uint8Array<ArrayBuffer> {
  const first = before.filter(([, name]) => name === 'f').length;
  return module(
    section(1, [2, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 1, 0x7f]), // (i32, i32) → i32, () → i32
    section(2, [before.length + 1, ...[...before, MEMORY].flatMap((each) => each.flatMap(encode))]),
    section(3, [2, 0, 1]),
    section(7, [2, ...encode('addAt'), 0, first, ...encode('zero'), 0, first + 1]),
    section(10, [2, ...body(ADD_AT), ...body(relaxed ? RELAXED_ZERO : BASE_ZERO)]),
  );
}

/** The magic, the version, and what follows. */
export const module = (...sections: readonly (readonly number[])[]) =>
  Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

export const section = (id: number, contents: readonly number[]) => [
  id,
  contents.length,
  ...contents,
];

const body = (code: readonly number[]) => [code.length + 2, 0, ...code, 0x0b];
const encode = (part: string | number) =>
  typeof part === 'number' ? [part] : [part.length, ...utf8(part)];

export const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
