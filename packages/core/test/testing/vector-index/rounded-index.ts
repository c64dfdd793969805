import type { VectorId } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';

/** A quantised index for tests: of each value it keeps 7 bits and the sign. */
export class RoundedIndex extends FlatIndex {
  override upsert(id: VectorId, vector: Float32Array | readonly number[]): void {
    const values = new FlatIndex({ metric: this.metric });
    values.insert(0, vector); // refuses what is no vector
    super.upsert(id, rounded(values.get(0)!));
  }
}

function rounded(vector: Float32Array): Float32Array {
  const step = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
  return step === 0 ? vector : vector.map((value) => Math.round(value / step) * step);
}
