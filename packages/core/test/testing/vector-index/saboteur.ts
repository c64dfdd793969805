import type { VectorIndex } from '@ruvector/core';
import type { VectorIndexMaker } from '@ruvector/core/testing';
import type { FlatIndexOptions } from '@ruvector/core/memory';

/** An index with one flaw, and the titles of exactly those cases that must notice it. */
export interface Saboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  readonly maker: VectorIndexMaker;
}

interface IndexClass {
  new (options?: FlatIndexOptions): VectorIndex;
  load(bytes: Uint8Array): VectorIndex;
}

/** What the suite asks for, of a class that is made and loaded as `FlatIndex` is. */
export const made = (Index: IndexClass): VectorIndexMaker => ({
  create: (options) => new Index(options),
  load: (bytes) => Index.load(bytes),
});

export const underAll = (title: string): string[] =>
  ['l2', 'cosine', 'dot'].map((metric) => `${title}, under ${metric}`);
