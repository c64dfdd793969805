/**
 * Turns vectors into bytes and back.
 *
 * The law: `decode` trusts nothing, allocates at most `maxBytes`, and throws an `EdgeError` on
 * anything `encode` did not write.
 */
export interface Codec {
  /** Which codec this is; peers name it to each other. */
  readonly name: string;
  /** The vector as bytes, the caller's own. How much is lost is for the codec to say. */
  encode(vector: Float32Array): Uint8Array;
  /** The vector, the caller's own. @param options - `maxBytes`: of the result, 4 a value. */
  decode(bytes: Uint8Array, options?: { maxBytes?: number }): Float32Array;
}
