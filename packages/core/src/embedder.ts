/**
 * Turns text into a vector.
 *
 * The law: the same text gives the same vector; `kind` says what this really is, so that a fallback
 * never passes for a model; vectors have `dimensions` finite values and belong to the caller.
 */
export interface Embedder {
  readonly kind: string;
  readonly dimensions: number;
  embed(text: string): Float32Array | Promise<Float32Array>;
}
