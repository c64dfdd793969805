/**
 * Turns text into a vector.
 *
 * The law: the same text gives the same vector; `kind` says what this really is, so that a fallback
 * never passes for a model; vectors have `dimensions` finite values and belong to the caller.
 */
export interface Embedder {
  /** What makes the vectors, and its version: vectors of two kinds are not comparable. */
  readonly kind: string;
  /** Numbers in a vector. */
  readonly dimensions: number;
  /** The vector of a text, at once or later; it belongs to the caller. */
  embed(text: string): Float32Array | Promise<Float32Array>;
}
