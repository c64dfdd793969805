import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, concatBytes, fromHex, isEdgeError, utf8 } from '@ruvector/core';
import * as wire from '../src/wire.js';
import { encodeBatch } from './fixtures/batch.js';

const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/);
const instance = fc.stringMatching(/^[0-9a-f]{15}[1-9a-f]$/);
const count = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = fc.uint8Array({ maxLength: 300 });
const record = fc.oneof(
  fc.record({ kind: fc.constant(wire.RecordKind.data), id: fc.constant(''), bytes }),
  fc.record({ kind: fc.constant(wire.RecordKind.relay), id, bytes }),
  fc.record({
    kind: fc.constant(wire.RecordKind.route),
    id,
    bytes: fc.integer({ min: 0, max: 2 }).map((state) => Uint8Array.of(state)),
  }),
);

const HELLO = {
  peerId: 'worker-1',
  instance: '0011223344556677',
  resumes: 'ffeeddccbbaa9988',
  received: 258,
};

/** The message of the `ERR_MALFORMED` that `act` throws; nothing else will do. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('HELLO', () => {
  it('has exactly the documented bytes', () => {
    const expected = concatBytes(
      utf8('RVWS'),
      Uint8Array.of(1, 0, 0, 0, 8),
      utf8('worker-1'),
      fromHex('0011223344556677ffeeddccbbaa9988'),
      Uint8Array.of(0, 0, 1, 2),
    );
    expect(wire.encodeHello(HELLO)).toEqual(expected);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(id, instance, instance, count, (peerId, own, resumes, received) => {
        const hello = { peerId, instance: own, resumes, received };
        expect(wire.decodeHello(wire.encodeHello(hello))).toEqual(hello);
      }),
    );
  });

  it('of another version, with another magic, or with a trailing byte is refused with the reason', () => {
    const good = wire.encodeHello(HELLO);
    expect(refusal(() => wire.decodeHello(good.with(4, 2)))).toMatch(
      /version 2 is unknown, 1 is read here/,
    );
    expect(refusal(() => wire.decodeHello(good.with(0, 83)))).toMatch(/wrong magic/);
    expect(refusal(() => wire.decodeHello(concatBytes(good, Uint8Array.of(0))))).toMatch(
      /1 trailing bytes/,
    );
  });

  it('cut anywhere is refused', () => {
    const good = wire.encodeHello(HELLO);
    for (let length = 0; length < good.length; length++)
      expect(refusal(() => wire.decodeHello(good.subarray(0, length)))).toMatch(/HELLO/);
  });

  it('with an id that is none, without an instance, or too long is refused', () => {
    const odd = (peerId: string) => wire.encodeHello({ ...HELLO, peerId });
    expect(refusal(() => wire.decodeHello(odd('a b')))).toMatch(/not an id/);
    expect(refusal(() => wire.decodeHello(odd('')))).toMatch(/not an id/);
    expect(refusal(() => wire.decodeHello(odd('x'.repeat(129))))).toMatch(/too long/);
    const nobody = wire.encodeHello({ ...HELLO, instance: wire.NO_INSTANCE });
    expect(refusal(() => wire.decodeHello(nobody))).toMatch(/instance is missing/);
    expect(refusal(() => wire.decodeHello(new Uint8Array(1000)))).toMatch(/too long/);
  });
});

describe('a message', () => {
  it('of two frames, one relayed, has exactly the documented bytes', () => {
    const message = encodeBatch(
      [
        { kind: wire.RecordKind.data, id: '', bytes: Uint8Array.of(7, 8) },
        { kind: wire.RecordKind.relay, id: 'ab', bytes: Uint8Array.of(9) },
      ],
      0x01020304,
    );
    const expected = [1, 1, 2, 3, 4, 0, 0, 0, 2, 7, 8, 1, 0, 0, 4, 2, 97, 98, 9];
    expect([...message]).toEqual(expected);
  });

  it('is read back as it was written, whatever its records', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), count, (records, received) => {
        const read = wire.decodeMessage(encodeBatch(records, received));
        expect(read).toEqual({ kind: wire.MessageKind.batch, received, records });
      }),
    );
  });

  it('that confirms or asks carries a count and nothing else', () => {
    for (const kind of [wire.MessageKind.ack, wire.MessageKind.ping]) {
      const message = wire.encodeControl(kind, 77);
      expect(wire.decodeMessage(message)).toEqual({ kind, received: 77, records: [] });
      expect(refusal(() => wire.decodeMessage(concatBytes(message, Uint8Array.of(0))))).toMatch(
        /trailing/,
      );
    }
  });

  it('cut anywhere but between records is refused', () => {
    const one = { kind: wire.RecordKind.data, id: '', bytes: Uint8Array.of(1, 2, 3) };
    const message = encodeBatch([one, one]);
    expect(wire.decodeMessage(message.subarray(0, 12)).records).toEqual([one]);
    for (const length of [...Array(12).keys(), ...[13, 14, 15, 16, 17, 18]])
      expect(refusal(() => wire.decodeMessage(message.subarray(0, length)))).toMatch(/ends early/);
  });

  it('of random bytes, or with a flipped bit, is read or refused, never anything else', () => {
    const survives = (message: Uint8Array) => {
      expect(refusal(() => wire.decodeMessage(message))).toMatch(/message|text|nothing/);
      expect(refusal(() => wire.decodeHello(message))).toMatch(/HELLO|text|nothing/);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives));
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), fc.nat(), (records, n) => {
        const message = encodeBatch(records);
        const bit = n % (8 * message.length);
        survives(message.with(bit >> 3, message[bit >> 3]! ^ (1 << (bit & 7))));
      }),
    );
  });

  it('with an unknown kind, an unknown record, a bad id or a bad state is refused', () => {
    const raw = (kind: number, ...body: number[]) =>
      new ByteWriter()
        .u8(1)
        .u32(0)
        .u8(kind)
        .u8(0)
        .u16(body.length)
        .raw(Uint8Array.from(body))
        .bytes();
    expect(refusal(() => wire.decodeMessage(new ByteWriter().u8(9).u32(0).bytes()))).toMatch(
      /kind 9/,
    );
    expect(refusal(() => wire.decodeMessage(utf8('RVWS and more')))).toMatch(/kind 82/);
    expect(refusal(() => wire.decodeMessage(raw(3, 1)))).toMatch(/record kind 3/);
    expect(refusal(() => wire.decodeMessage(raw(1)))).toMatch(/no id/);
    expect(refusal(() => wire.decodeMessage(raw(1, 5, 97)))).toMatch(/longer than its record/);
    expect(refusal(() => wire.decodeMessage(raw(1, 1, 32)))).toMatch(/not an id/);
    expect(refusal(() => wire.decodeMessage(raw(1, 1, 255)))).toMatch(/UTF-8/);
    expect(refusal(() => wire.decodeMessage(raw(2, 1, 97)))).toMatch(/no known state/);
    expect(refusal(() => wire.decodeMessage(raw(2, 1, 97, 3)))).toMatch(/no known state/);
  });

  it('of 16 MiB of empty frames is refused before they fill memory', () => {
    const message = new Uint8Array(wire.MESSAGE_BYTES_MAX).fill(0, 5);
    message[0] = wire.MessageKind.batch;
    expect(refusal(() => wire.decodeMessage(message.subarray(0, 5 + 4 * 20_000)))).toMatch(
      /more than 16384/,
    );
  });

  it('has room for the largest frame with the longest id', () => {
    const frame = new Uint8Array(wire.FRAME_BYTES_MAX);
    const size = wire.MESSAGE_HEAD_BYTES + wire.recordBytes('x'.repeat(128), frame);
    expect(size).toBe(wire.MESSAGE_BYTES_MAX);
  });
});
