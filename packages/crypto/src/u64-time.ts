/** A time in milliseconds as a big-endian u64. */
export function timeBytes(ms: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(ms));
  return bytes;
}

/** The time in 8 bytes, or nothing if it is above 2^53 − 1. */
export function readTime(bytes: Uint8Array): number | undefined {
  const ms = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  return ms <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(ms) : undefined;
}
