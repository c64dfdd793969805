import { createHash } from 'node:crypto';
import { concatBytes, toHex, utf8 } from '@ruvector/core';
import {
  ENVELOPE_BYTES_MAX,
  ENVELOPE_OVERHEAD_BYTES,
  readEnvelopeHeader,
  sealEnvelope,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EPOCH, newPair, SWARM } from './fixture.js';

const { alice, bob, fields, sealing, clock } = newPair();
const envelope = sealEnvelope(
  fields({ destination: bob.memberKeyId, counter: 3, topic: 'é', body: utf8('abc') }),
  sealing,
);

describe('an envelope', () => {
  it('begins with the 132 bytes of the specification', () => {
    const tag = createHash('sha256').update(utf8('ruvector-edge/2/swarm\0')).update(SWARM).digest();
    const numbers = new DataView(new ArrayBuffer(28));
    numbers.setBigUint64(0, EPOCH);
    numbers.setBigUint64(8, 3n);
    numbers.setBigUint64(16, BigInt(clock.now()));
    numbers.setUint32(24, 1 + 2 + 2 + 16 + 3 + 16);
    const header = concatBytes(
      utf8('RVE2'),
      Uint8Array.of(1, 1, 2, 0),
      tag,
      alice.memberKeyId,
      bob.memberKeyId,
      new Uint8Array(numbers.buffer),
    );
    expect(header).toHaveLength(132);
    expect(toHex(envelope.subarray(0, 132))).toBe(toHex(header));
  });

  it('is as long as topic and body and 275 bytes', () => {
    expect(envelope).toHaveLength(ENVELOPE_OVERHEAD_BYTES + 2 + 3);
  });

  it('shows neither topic nor body', () => {
    const text = Buffer.from(sealEnvelope(fields({ topic: 'salaries' }), sealing)).toString(
      'latin1',
    );
    expect(text).not.toContain('salaries');
  });
});

describe('readEnvelopeHeader', () => {
  it('reads what anyone may read, into copies', () => {
    const header = readEnvelopeHeader(envelope)!;
    expect(header).toEqual({
      suite: 1,
      kind: 'group',
      swarmTag: envelope.slice(8, 40),
      sender: alice.memberKeyId,
      destination: bob.memberKeyId,
      epoch: EPOCH,
      counter: 3,
      timestamp: clock.now(),
    });
    expect(header.sender.buffer).not.toBe(envelope.buffer);
  });

  it('reads from any offset of a larger buffer', () => {
    const shifted = new Uint8Array(envelope.length + 9).subarray(5, 5 + envelope.length);
    shifted.set(envelope);
    expect(readEnvelopeHeader(shifted)).toEqual(readEnvelopeHeader(envelope));
  });

  it('knows nothing of any other length', () => {
    for (let length = 0; length < envelope.length; length++)
      expect(readEnvelopeHeader(envelope.subarray(0, length))).toBeUndefined();
    expect(readEnvelopeHeader(concatBytes(envelope, Uint8Array.of(0)))).toBeUndefined();
    expect(readEnvelopeHeader(new Uint8Array(ENVELOPE_BYTES_MAX + 1))).toBeUndefined();
  });

  it.each([
    ['magic', 0, 0x53],
    ['version', 4, 2],
    ['suite', 5, 2],
    ['kind', 6, 1],
    ['flags', 7, 1],
    ['counter of 2^53 or more', 113, 0x20],
    ['timestamp of 2^53 or more', 120, 1],
    ['length', 131, 99],
  ])('knows nothing of another %s', (_, at, value) => {
    const other = envelope.slice();
    other[at] = value;
    expect(readEnvelopeHeader(other)).toBeUndefined();
  });

  it('throws a TypeError for what is not bytes', () => {
    expect(() => readEnvelopeHeader('x' as never)).toThrow(TypeError);
  });
});
