/** Where a vector is put before it is linked, and what is refused. */
import * as at from '../src/memory-map';
import { encodeSlot } from './encode';
import { levelOf, linksOf } from './links';
import { auxOf, rowOf } from './rows';
import { scratch } from './scratch';

let norm: f64 = 0;

/** The length of the vector that was admitted last. */
export function admittedNorm(): f64 {
  return norm;
}

/** The inverse of that, which only `cosine` has a use for; else 1. */
export function admittedFactor(): f32 {
  return load<u32>(at.METRIC) == at.COSINE ? <f32>(1 / norm) : 1;
}

/**
 * Looks at the vector at `INPUT`.
 *
 * @returns 0, or 1 if a value is no finite number, 2 if the vector is too long, 3 if it is too
 *   short to have a direction.
 */
export function admit(): u32 {
  const input = scratch(at.INPUT);
  const dimensions = load<u32>(at.DIMENSIONS);
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let i: usize = 0; i < dimensions << 2; i += 8) {
    const a = <f64>load<f32>(input + i);
    const b = <f64>load<f32>(input + i, 4); // zero behind the last
    even += a * a;
    odd += b * b;
  }
  norm = sqrt<f64>(even + odd);
  if (!(norm < Infinity)) return 1;
  if (norm > NORM_MAX) return 2;
  return load<u32>(at.METRIC) == at.COSINE && norm < NORM_MIN ? 3 : 0;
}

/** So that the square of the distance of two vectors is a finite f32. */
const NORM_MAX: f64 = 4611686018427387904; // 2^62
/** So that the inverse of a norm is a finite f32, and its products are. */
const NORM_MIN: f64 = 2.168404344971009e-19; // 2^-62

/**
 * Puts the admitted vector into a slot that nobody searches yet, with an empty list on each of its
 * levels.
 *
 * @param level - of a new slot; one that is used again keeps its own, and so does not count.
 */
export function place(slot: u32, level: u32): void {
  const input = scratch(at.INPUT);
  const metric = load<u32>(at.METRIC);
  let aux: f32 = 1;
  if (metric == at.COSINE) aux = admittedFactor();
  else if (metric == at.DOT) aux = addedCoordinate(norm * norm);
  if (metric != at.L2) store<f32>(auxOf(slot), aux);
  if (load<u32>(at.ROWS)) memory.copy(rowOf(slot), input, load<u32>(at.ROW_BYTES));
  store<u32>(at.CLIPPED, load<u32>(at.CLIPPED) + encodeSlot(slot, input));
  const byte = load<u32>(at.DEAD) + (slot >> 3);
  store<u8>(byte, <u8>((<u32>load<u8>(byte)) & ~(1 << (slot & 7))));
  const isNew = slot == load<u32>(at.COUNT);
  if (isNew) store<u32>(at.COUNT, slot + 1);
  if (load<u32>(at.LINKS)) makeLists(slot, isNew, level);
}

/** The coordinate that makes a vector with this squared norm as long as all others. */
@inline
function addedCoordinate(squared: f64): f32 {
  const radius = <f64>load<f32>(at.RADIUS);
  return <f32>sqrt<f64>(max<f64>(radius * radius - squared, 0));
}

function makeLists(slot: u32, isNew: bool, level: u32): void {
  const upperOf = load<u32>(at.UPPER_OF) + (slot << 2);
  if (isNew) {
    store<u32>(upperOf, 0);
    if (level > 0) {
      const used = load<u32>(at.UPPER_USED);
      store<u32>(upperOf, used + 1);
      store<u32>(load<u32>(at.UPPER) + used, level);
      store<u32>(at.UPPER_USED, used + 4 + level * ((load<u32>(at.M) + 1) << 2));
    }
  } else level = levelOf(slot);
  for (let l: u32 = 0; l <= level; l++) store<u32>(linksOf(slot, l), 0);
}
