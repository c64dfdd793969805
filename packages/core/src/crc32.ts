let table: Int32Array | undefined;

/**
 * CRC-32 as in IEEE 802.3 and zlib (polynomial 0x04c11db7, reflected): finds every single flipped
 * bit. Against accidents only; who changes bytes on purpose changes the checksum too.
 *
 * @returns an unsigned integer.
 * @see RFC 1952 (GZIP), §8
 */
export function crc32(bytes: Uint8Array): number {
  const steps = (table ??= Int32Array.from({ length: 256 }, (_, byte) => eightSteps(byte)));
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ steps[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

function eightSteps(byte: number): number {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
}
