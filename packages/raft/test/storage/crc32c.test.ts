import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/crc32c.js';

describe('crc32c', () => {
  it('is that of RFC 3720, §B.4', () => {
    expect(crc32c(utf8('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  });

  it('goes on from what came before, wherever that ended', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => 7 * i);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
  });
});
