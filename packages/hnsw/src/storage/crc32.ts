/** Tables for eight bytes at a time, made when they are first needed. */
let tables: Int32Array | undefined;

/**
 * CRC-32 as in zlib, eight bytes a step: four times as fast as one byte a step, and a value may
 * have hundreds of MB.
 *
 * @returns an unsigned integer.
 * @see M. Kounavis, F. Berry, "A Systematic Approach to Building High Performance, Software-based,
 * CRC Generators" (2005): slicing by eight
 */
export function crc32(bytes: Uint8Array): number {
  const t = (tables ??= eightTables());
  const whole = bytes.length & ~7;
  let crc = -1;
  let at = 0;
  for (; at < whole; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t[0x700 + (crc & 255)]! ^
      t[0x600 + ((crc >>> 8) & 255)]! ^
      t[0x500 + ((crc >>> 16) & 255)]! ^
      t[0x400 + (crc >>> 24)]! ^
      t[0x300 + bytes[at + 4]!]! ^
      t[0x200 + bytes[at + 5]!]! ^
      t[0x100 + bytes[at + 6]!]! ^
      t[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}

/** Table n says what a byte does to the sum with n more bytes behind it. */
function eightTables(): Int32Array {
  const t = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    t[byte] = crc;
  }
  for (let i = 256; i < t.length; i++) t[i] = (t[i - 256]! >>> 8) ^ t[t[i - 256]! & 255]!;
  return t;
}
