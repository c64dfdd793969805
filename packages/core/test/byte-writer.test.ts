import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '@ruvector/core';

type Kind = 'u8' | 'u16' | 'u32' | 'u64' | 'f32' | 'f64' | 'raw' | 'block' | 'text' | 'vector';

const value = fc.oneof(
  fc.tuple(fc.constant('u8' as Kind), fc.nat(0xff)),
  fc.tuple(fc.constant('u16' as Kind), fc.nat(0xffff)),
  fc.tuple(fc.constant('u32' as Kind), fc.nat(0xffffffff)),
  fc.tuple(fc.constant('u64' as Kind), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  fc.tuple(fc.constant('f32' as Kind), fc.float()),
  fc.tuple(fc.constant('f64' as Kind), fc.double()),
  fc.tuple(fc.constant('raw' as Kind), fc.uint8Array()),
  fc.tuple(fc.constant('block' as Kind), fc.uint8Array()),
  fc.tuple(fc.constant('text' as Kind), fc.string({ unit: 'grapheme' })),
  fc.tuple(fc.constant('vector' as Kind), fc.float32Array()),
);

describe('ByteWriter', () => {
  it('writes what ByteReader reads back, whatever the order and the first capacity', () => {
    fc.assert(
      fc.property(fc.array(value), fc.nat(20), (values, capacity) => {
        const writer = new ByteWriter(capacity);
        for (const [kind, v] of values) writer[kind](v as never);
        const reader = new ByteReader(writer.bytes(), 'test');
        expect(writer.length).toBe(reader.remaining);
        for (const [kind, v] of values) {
          const read = kind === 'raw' ? reader.raw((v as Uint8Array).length) : reader[kind]();
          expect(read).toEqual(v);
        }
        reader.end();
      }),
    );
  });

  it('is big-endian', () => {
    const writer = new ByteWriter().u16(0x0102).u32(0x03040506).u64(0x0708090a0b0c0d0en).f32(1);
    expect([...writer.bytes()]).toEqual([
      ...Array.from({ length: 14 }, (_, i) => i + 1),
      63,
      128,
      0,
      0,
    ]);
  });

  it('writes the header that ByteReader checks: magic, then version', () => {
    const bytes = new ByteWriter().header('RVXX', 3).bytes();
    expect([...bytes]).toEqual([82, 86, 88, 88, 3]);
    const reader = new ByteReader(bytes, 'test');
    reader.header('RVXX', 3);
    reader.end();
  });

  it('gives out copies: writing on changes none of them', () => {
    const writer = new ByteWriter().u8(1);
    const first = writer.bytes();
    first[0] = 9;
    expect([...writer.u8(2).bytes()]).toEqual([1, 2]);
  });
});
