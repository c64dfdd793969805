import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, isEdgeError } from '@ruvector/core';

const reads = {
  u8: (r: ByteReader) => r.u8(),
  u16: (r: ByteReader) => r.u16(),
  u32: (r: ByteReader) => r.u32(),
  u64: (r: ByteReader) => r.u64(),
  f32: (r: ByteReader) => r.f32(),
  f64: (r: ByteReader) => r.f64(),
  raw: (r: ByteReader) => r.raw(3),
  block: (r: ByteReader) => r.block(),
  text: (r: ByteReader) => r.text(),
  vector: (r: ByteReader) => r.vector(),
  count: (r: ByteReader) => r.count(8),
  header: (r: ByteReader) => r.header('RV', 1),
  checksum: (r: ByteReader) => r.checksum(),
};

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return isEdgeError(error) ? error.code : `not an EdgeError: ${String(error)}`;
  }
  return 'nothing';
};

const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes), 'test');

describe('ByteReader', () => {
  it('reads any bytes by any calls, or fails with ERR_MALFORMED and nothing else', () => {
    const calls = fc.array(fc.constantFrom(...Object.values(reads)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), calls, (bytes, all) => {
        const r = new ByteReader(bytes, 'test');
        for (const read of all)
          expect(['nothing', 'ERR_MALFORMED']).toContain(codeOf(() => read(r)));
        expect(r.remaining).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each(Object.entries(reads))('%s fails with ERR_MALFORMED when nothing is left', (_, read) => {
    expect(codeOf(() => read(reader()))).toBe('ERR_MALFORMED');
  });

  it.each(['block', 'text', 'vector', 'count'] as const)(
    '%s refuses a length of 4 GiB before it allocates',
    (kind) => {
      expect(codeOf(() => reads[kind](reader(255, 255, 255, 255, 1, 2)))).toBe('ERR_MALFORMED');
    },
  );

  it('refuses more than the caller allows, even if it is there', () => {
    const bytes = new ByteWriter().block(new Uint8Array(10)).bytes();
    expect(new ByteReader(bytes, 'test').block(10).length).toBe(10);
    expect(codeOf(() => new ByteReader(bytes, 'test').block(9))).toBe('ERR_MALFORMED');
    expect(codeOf(() => new ByteReader(bytes, 'test').text(9))).toBe('ERR_MALFORMED');
    const vector = new ByteWriter().vector(new Float32Array(4)).bytes();
    expect(codeOf(() => new ByteReader(vector, 'test').vector(3))).toBe('ERR_MALFORMED');
  });

  it('counts only items that can follow', () => {
    expect(reader(0, 0, 0, 2, 1, 2, 3, 4).count(2)).toBe(2);
    expect(codeOf(() => reader(0, 0, 0, 2, 1, 2, 3).count(2))).toBe('ERR_MALFORMED');
    expect(codeOf(() => reader(0, 0, 0, 2, 1, 2, 3, 4).count(2, 1))).toBe('ERR_MALFORMED');
  });

  it.each([-1, NaN, Infinity])('refuses a raw length of %s and stays where it was', (length) => {
    const r = reader(1, 2, 3);
    r.u8();
    expect(codeOf(() => r.raw(length))).toBe('ERR_MALFORMED');
    expect([r.remaining, r.u8()]).toEqual([2, 2]);
  });

  it('reads only its own view of a larger buffer', () => {
    const buffer = Uint8Array.of(9, 9, 1, 2, 9, 9);
    const r = new ByteReader(buffer.subarray(2, 4), 'test');
    expect([r.u16(), r.remaining]).toEqual([0x0102, 0]);
    expect(codeOf(() => r.u8())).toBe('ERR_MALFORMED');
  });

  it('header takes its magic and version and says what it found otherwise', () => {
    reader(82, 86, 1).header('RV', 1);
    expect(() => reader(82, 87, 1).header('RV', 1)).toThrow('test: wrong magic');
    expect(() => reader(82, 86, 2).header('RV', 1)).toThrow(
      'test: version 2 is unknown, 1 is read here',
    );
  });

  it('checksum is taken off the end, and refused if any bit before or in it was flipped', () => {
    const bytes = new ByteWriter().u8(7).u16(9).checksum().bytes();
    const r = new ByteReader(bytes, 'test');
    r.u8();
    r.checksum();
    expect([r.u16(), r.remaining]).toEqual([9, 0]);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => new ByteReader(flipped, 'test').checksum())).toBe('ERR_MALFORMED');
    }
  });

  it('end refuses trailing bytes, and failures say what and where', () => {
    const r = reader(1, 2, 3);
    r.u8();
    expect(() => r.end()).toThrow('test: 2 trailing bytes');
    let caught: unknown;
    try {
      r.u32();
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({
      message: 'test: ends early: 4 bytes wanted, 2 left',
      details: { what: 'test', offset: 1 },
    });
  });
});
