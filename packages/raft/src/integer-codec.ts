import type { ByteReader, ByteWriter } from '@ruvector/core';

/** Writes an integer up to 2^53 − 1, in 8 bytes, big-endian. */
export function writeInteger(writer: ByteWriter, value: number): void {
  writer.u32(Math.floor(value / 2 ** 32)).u32(value >>> 0);
}

/** What `writeInteger` wrote. @throws MalformedError */
export function readInteger(reader: ByteReader): number {
  const value = reader.u32() * 2 ** 32 + reader.u32();
  return Number.isSafeInteger(value) ? value : reader.fail('an integer beyond 2^53 - 1');
}
