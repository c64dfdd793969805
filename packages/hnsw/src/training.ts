import { rowBytes, codesIn } from './layout.js';
import * as at from './memory-map.js';
import type { ShardMemory } from './shard-memory.js';

/** How values become codes: less the mean of their place, by one scale for all places. */
export interface CodeParameters {
  /** One for each code. */
  readonly means: Float32Array;
  /** Codes a unit. */
  readonly scale: number;
}

/** Values that a training looks at, about: more rows of few dimensions, fewer of many. */
const VALUES = 1 << 17;
const ROWS_MIN = 64;
const ROWS_MAX = 4096;
/** The part of the values that is not clipped: a few outliers would cost all others resolution. */
const QUANTILE = 0.9995;

/** How many rows a training looks at. */
export const trainingRows = (codes: number): number =>
  Math.min(ROWS_MAX, Math.max(ROWS_MIN, Math.floor(VALUES / codes)));

/**
 * Finds means and scale.
 *
 * @param rows - the sample, row by row, as long as a row has codes.
 */
export function trainCodes(rows: Float32Array, codes: number): CodeParameters {
  const means = meansOf(rows, codes);
  const deviations = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) deviations[i] = Math.abs(rows[i]! - means[i % codes]!);
  deviations.sort();
  const reach = deviations[Math.floor(QUANTILE * (deviations.length - 1))]!;
  const widest = reach > 0 ? reach : deviations.at(-1)!;
  return { means, scale: scaleOf(widest) };
}

/** The mean of each column. */
export function meansOf(rows: Float32Array, columns: number): Float32Array {
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows.length; i++) sums[i % columns]! += rows[i]!;
  return Float32Array.from(sums, (sum) => (sum * columns) / rows.length);
}

/** Half of the codes are below the mean. */
function scaleOf(widest: number): number {
  const scale = Math.fround(at.CODE_MAX / 2 / widest);
  return Number.isFinite(scale) && scale > 0 ? scale : 1;
}

/** From now on, codes are made by these. What was coded before is not changed. */
export function installCodes(memory: ShardMemory, { means, scale }: CodeParameters): void {
  installMeans(memory, means);
  memory.setFloat(at.SCALE, scale);
  memory.setFloat(at.STEP, 1 / scale);
}

/** From now on, codes and bits are of what is left without these. */
export function installMeans(memory: ShardMemory, means: Float32Array): void {
  const room = memory.floats(memory.get(at.MEANS), 16 * Math.ceil(means.length / 16));
  room.fill(0);
  room.set(means);
}

/**
 * Rows as a training wants them: of length 1 under `cosine`, with the added coordinate under
 * `dot`.
 *
 * @param slots - which.
 */
export function rowsForTraining(memory: ShardMemory, slots: readonly number[]): Float32Array {
  const { dimensions, metric } = memory.shape;
  const codes = codesIn(memory.shape);
  const rows = new Float32Array(slots.length * codes);
  slots.forEach((slot, i) => {
    const row = vectorAt(memory, slot);
    const aux = metric === at.L2 ? 1 : memory.f32[(memory.get(at.AUX) >>> 2) + slot]!;
    const factor = metric === at.COSINE ? aux : 1;
    for (let j = 0; j < dimensions; j++) rows[i * codes + j] = row[j]! * factor;
    if (metric === at.DOT) rows[i * codes + dimensions] = aux;
  });
  return rows;
}

/** The vector in a slot, or what its codes say of it: a view, until the next call. */
export function vectorAt(memory: ShardMemory, slot: number): Float32Array {
  const { dimensions, rows } = memory.shape;
  if (rows) {
    const address = memory.get(at.ROWS) + slot * rowBytes(memory.shape);
    return memory.floats(address, dimensions);
  }
  const address = memory.scratch(at.DECODED);
  memory.run.decode(slot, address);
  return memory.floats(address, dimensions);
}
