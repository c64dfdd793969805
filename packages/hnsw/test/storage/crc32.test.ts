import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, utf8 } from '@ruvector/core';
import { crc32 } from '../../src/storage/crc32.js';

describe('crc32', () => {
  it('has the check value of the CRC catalogue', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('says what core says, which takes one byte a step', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const checked = new ByteWriter().raw(bytes).checksum().bytes();
        expect(new ByteReader(checked.subarray(-4), 'checksum').u32()).toBe(crc32(bytes));
      }),
    );
  });
});
