import { utf8 } from '@ruvector/core';
import {
  ENVELOPE_BYTES_MAX,
  ENVELOPE_OVERHEAD_BYTES,
  openEnvelope,
  readEnvelopeHeader,
  sealEnvelope,
  type EnvelopeFields,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newPair } from './fixture.js';

describe('sealEnvelope', () => {
  it('counts up by itself', () => {
    const { fields, sealing } = newPair();
    const counters = [1, 2, 3].map(
      () => readEnvelopeHeader(sealEnvelope(fields(), sealing))!.counter,
    );
    expect(counters).toEqual([0, 1, 2]);
    sealEnvelope(fields({ counter: 50 }), sealing);
    expect(sealing.chain.next).toBe(51);
  });

  it('never seals two envelopes with one counter', () => {
    const { fields, sealing } = newPair();
    sealEnvelope(fields({ counter: 5 }), sealing);
    expect(() => sealEnvelope(fields({ counter: 5 }), sealing)).toThrow(/^counter must/);
    expect(() => sealEnvelope(fields({ counter: 2 }), sealing)).toThrow(/^counter must/);
    expect(() => sealEnvelope(fields({ counter: 2 ** 21 }), sealing)).toThrow(/^counter must/);
  });

  it('uses up no counter if signing fails', () => {
    const { fields, sealing } = newPair();
    const failing = {
      ...sealing,
      sign: () => {
        throw new Error('locked');
      },
    };
    expect(() => sealEnvelope(fields(), failing)).toThrow('locked');
    expect(() => sealEnvelope(fields(), { ...sealing, sign: () => new Uint8Array(63) })).toThrow(
      /^signature must have 64 bytes/,
    );
    expect(sealing.chain.next).toBe(0);
  });

  it('draws another nonce each time, so that a cloned chain does not repeat one', () => {
    const { fields, sealing } = newPair();
    const [first, second] = [newPair(), newPair()].map(({ sealing: { chain } }) =>
      sealEnvelope(fields(), { ...sealing, chain }),
    );
    expect(readEnvelopeHeader(first!)).toEqual(readEnvelopeHeader(second!));
    expect(first!.subarray(132, 144)).not.toEqual(second!.subarray(132, 144));
    expect(first!.subarray(144, -96)).not.toEqual(second!.subarray(144, -96));
  });

  it('takes the largest body that fits, and no larger one', () => {
    const { fields, sealing, receiving } = newPair();
    const room = ENVELOPE_BYTES_MAX - ENVELOPE_OVERHEAD_BYTES - 4;
    const envelope = sealEnvelope(fields({ topic: 'news', body: new Uint8Array(room) }), sealing);
    expect(envelope).toHaveLength(ENVELOPE_BYTES_MAX);
    expect(openEnvelope(envelope, receiving).ok).toBe(true);
    const body = new Uint8Array(room + 1);
    expect(() => sealEnvelope(fields({ topic: 'news', body }), sealing)).toThrow(/^body must fit/);
  });

  it('takes empty bodies and topics, and topics of 65,535 bytes', () => {
    const { fields, sealing, receiving } = newPair();
    for (const [topic, body] of [
      ['', new Uint8Array(0)],
      ['x'.repeat(65_535), utf8('b')],
    ] as const) {
      const opened = openEnvelope(sealEnvelope(fields({ topic, body }), sealing), receiving);
      expect(opened).toMatchObject({ ok: true, payload: { topic, body } });
    }
    expect(() => sealEnvelope(fields({ topic: 'é'.repeat(32_768) }), sealing)).toThrow(/^topic/);
  });

  it.each<[string, Partial<Record<keyof EnvelopeFields, unknown>>]>([
    ['swarmId', { swarmId: 'a b' }],
    ['sender', { sender: new Uint8Array(31) }],
    ['destination', { destination: new Uint8Array(33) }],
    ['epoch', { epoch: 7 }],
    ['epoch', { epoch: -1n }],
    ['counter', { counter: 0.5 }],
    ['timestamp', { timestamp: NaN }],
    ['timestamp', { timestamp: -1 }],
    ['type', { type: 256 }],
    ['topic', { topic: 7 }],
    ['correlationId', { correlationId: new Uint8Array(15) }],
    ['body', { body: 'text' }],
  ])('names %s when it is wrong', (name, over) => {
    const { fields, sealing } = newPair();
    expect(() => sealEnvelope(fields(over as Partial<EnvelopeFields>), sealing)).toThrow(
      new RegExp(`^${name} must`),
    );
    expect(sealing.chain.next).toBe(0);
  });
});
