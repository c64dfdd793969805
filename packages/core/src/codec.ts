/**
 * Turns vectors into bytes and back.
 *
 * The law: `decode` trusts nothing, allocates at most `maxBytes`, and throws an `EdgeError` on
 * anything `encode` did not write.
 */
export interface Codec {
  readonly name: string;
  encode(vector: Float32Array): Uint8Array;
  decode(bytes: Uint8Array, options?: { maxBytes?: number }): Float32Array;
}
