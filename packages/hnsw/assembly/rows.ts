/** Where what belongs to a slot stands. */
import * as at from '../src/memory-map';

@inline
export function rowOf(slot: u32): usize {
  return load<u32>(at.ROWS) + slot * load<u32>(at.ROW_BYTES);
}

@inline
export function codeRowOf(slot: u32): usize {
  return load<u32>(at.CODE_ROWS) + slot * load<u32>(at.CODE_BYTES);
}

/** The squared norm of a row of codes stands in its last four bytes. */
@inline
export function normOf(codeRow: usize): usize {
  return codeRow + load<u32>(at.CODE_BYTES) - 4;
}

/** Bits, then two 32-bit floats. */
@inline
export function bitRowOf(slot: u32): usize {
  return load<u32>(at.BIT_ROWS) + slot * load<u32>(at.BIT_BYTES);
}

@inline
export function auxOf(slot: u32): usize {
  return load<u32>(at.AUX) + (slot << 2);
}
