/**
 * The bytes of a `Buffer` as a plain array: the same memory, or a copy if it lies in a shared pool.
 */
export function plainBytes(buffer: Buffer): Uint8Array {
  return buffer.byteLength === buffer.buffer.byteLength
    ? new Uint8Array(buffer.buffer)
    : new Uint8Array(buffer);
}
