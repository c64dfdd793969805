import { ManualClock } from '@ruvector/core/testing';
import { isEdgeError } from '@ruvector/core';
import {
  BATCH_BYTES_MAX,
  BatchSigner,
  readEnvelopeHeader,
  type BatchSignerOptions,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EPOCH, SWARM } from './fixture.js';
import { newKind } from './kinds-fixture.js';

function newSigner(over: Partial<BatchSignerOptions> = {}) {
  const { sealing, alice, clock, open } = newKind('batched');
  const batches: Uint8Array[][] = [];
  const errors: unknown[] = [];
  const signer = new BatchSigner({
    ...sealing,
    ...{ swarmId: SWARM, sender: alice.memberKeyId, epoch: EPOCH, clock },
    onBatch: (envelopes) => batches.push(envelopes),
    onError: (error) => errors.push(error),
    ...over,
  });
  const add = (body = new Uint8Array(3)) =>
    signer.add({ timestamp: clock.now(), type: 1, topic: 'news', body });
  const sizes = () => batches.map(({ length }) => length);
  return { signer, add, sizes, batches, errors, clock, open, chain: sealing.chain };
}

describe('BatchSigner', () => {
  it('hands on what came within 5 ms of the first message, as one batch', () => {
    const { add, clock, sizes, batches, open, signer } = newSigner();
    add();
    clock.advance(4);
    add();
    expect([sizes(), signer.pending]).toEqual([[], 2]);
    clock.advance(1);
    expect([sizes(), signer.pending]).toEqual([[2], 0]);
    add();
    clock.advance(5);
    expect(sizes()).toEqual([2, 1]);
    expect(batches.flat().every((envelope) => open(envelope).ok)).toBe(true);
  });

  it('hands on 256 messages at once, without waiting', () => {
    const { add, sizes, clock } = newSigner();
    for (let i = 0; i < 600; i++) add();
    expect(sizes()).toEqual([256, 256]);
    clock.advance(5);
    expect(sizes()).toEqual([256, 256, 88]);
  });

  it('does not wait any longer than for 1 MiB, which bounds what it holds', () => {
    const { add, sizes } = newSigner();
    for (let i = 0; i < 5; i++) add(new Uint8Array(BATCH_BYTES_MAX / 4));
    expect(sizes()).toEqual([4]);
  });

  it('waits as long and for as many as it is told', () => {
    const { add, sizes, clock } = newSigner({ delayMs: 20, messagesMax: 2 });
    add();
    clock.advance(19);
    expect(sizes()).toEqual([]);
    add();
    expect(sizes()).toEqual([2]);
    clock.advance(60); // the timer of the first one is gone
    expect(sizes()).toEqual([2]);
  });

  it('keeps the order and counts on', () => {
    const { add, batches, signer } = newSigner({ messagesMax: 3 });
    for (let i = 0; i < 7; i++) add();
    signer.flush();
    const counters = batches.flat().map((envelope) => readEnvelopeHeader(envelope)!.counter);
    expect(counters).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('signs what waits when it is flushed or closed, and takes nothing after that', () => {
    const { add, signer, sizes, clock } = newSigner();
    signer.flush();
    add();
    signer.flush();
    add();
    signer.close();
    signer.close();
    clock.advance(5);
    expect(sizes()).toEqual([1, 1]);
    expect(() => add()).toThrow(expect.toSatisfy((e) => isEdgeError(e, 'ERR_CLOSED')));
  });

  it('changes nothing for a message that no envelope can hold', () => {
    const { signer, chain, add } = newSigner();
    const message = { timestamp: 1, type: 300, topic: 'news', body: new Uint8Array(1) };
    expect(() => signer.add(message)).toThrow(/^type must/);
    expect([signer.pending, chain.next]).toEqual([0, 0]);
    add();
    expect(chain.next).toBe(1);
  });

  it('says why a batch could not be signed, and goes on with the next', () => {
    let locked = true;
    const sign = () => {
      if (locked) throw new Error('locked');
      return new Uint8Array(64);
    };
    const { add, clock, errors, sizes } = newSigner({ sign });
    add();
    clock.advance(5);
    expect([errors.map(String), sizes()]).toEqual([['Error: locked'], []]);
    locked = false;
    add();
    clock.advance(5);
    expect([errors.length, sizes()]).toEqual([1, [1]]);
  });

  it('takes no signature of another length than its suite has', () => {
    const { add, errors, signer, sizes } = newSigner({ sign: () => new Uint8Array(65) });
    add();
    signer.flush();
    expect(String(errors[0])).toMatch(/signature must have 64 bytes/);
    expect(sizes()).toEqual([]);
  });

  it.each([
    ['messagesMax', { messagesMax: 257 }],
    ['messagesMax', { messagesMax: 0 }],
    ['delayMs', { delayMs: -1 }],
    ['clock', { clock: {} }],
    ['options', { onBatch: undefined }],
    ['options', { sign: 'x' }],
  ])('names %s when it is wrong: %j', (name, over) => {
    expect(() => newSigner(over as never)).toThrow(new RegExp(`^${name} must`));
  });

  it('runs on whatever clock it is given', () => {
    const clock = new ManualClock(0);
    const { add, sizes } = newSigner({ clock });
    add();
    clock.advance(5);
    expect(sizes()).toEqual([1]);
  });
});
