/** CRC-32 as of gzip, eight bytes at a time. */

/**
 * Makes the eight tables that `checksum` needs, 8,192 bytes.
 *
 * @see Kounavis, Berry, "A Systematic Approach to Building High Performance Software-Based CRC
 *   Generators" (2005)
 */
export function makeChecksumTables(tables: usize): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    store<u32>(tables + (i << 2), crc);
  }
  for (let i: usize = 0; i < 7 << 8; i++) {
    const before = load<u32>(tables + (i << 2));
    const first = load<u32>(tables + ((before & 0xff) << 2));
    store<u32>(tables + ((i + 256) << 2), (before >>> 8) ^ first);
  }
}

/** Of the bytes from an address on. */
export function checksum(address: usize, bytes: u32, tables: usize): u32 {
  let crc: u32 = 0xffffffff;
  const end = address + bytes;
  for (; address + 8 <= end; address += 8) {
    const a = load<u32>(address) ^ crc;
    const b = load<u32>(address, 4);
    crc =
      entry(tables, 7, a) ^
      entry(tables, 6, a >>> 8) ^
      entry(tables, 5, a >>> 16) ^
      entry(tables, 4, a >>> 24) ^
      entry(tables, 3, b) ^
      entry(tables, 2, b >>> 8) ^
      entry(tables, 1, b >>> 16) ^
      entry(tables, 0, b >>> 24);
  }
  for (; address < end; address++) crc = (crc >>> 8) ^ entry(tables, 0, crc ^ load<u8>(address));
  return ~crc;
}

@inline
function entry(tables: usize, table: usize, byte: u32): u32 {
  return load<u32>(tables + (table << 10) + ((byte & 0xff) << 2));
}
