/** The bytes alone: a copy if a larger buffer lies behind them, which may hold what is secret. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes;
  const copy = bytes.slice();
  bytes.fill(0);
  return copy;
}
