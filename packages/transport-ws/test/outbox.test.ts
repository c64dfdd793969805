import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEdgeError } from '@ruvector/core';
import { Outbox } from '../src/outbox.js';
import { BATCH_BYTES_MAX, decodeMessage, RecordKind } from '../src/wire.js';

const frame = (n: number, length = 4) => new Uint8Array(length).fill(n);
const framesOf = (batch: Uint8Array) => decodeMessage(batch).records.map(({ bytes }) => bytes[0]!);

function fill(outbox: Outbox, ...numbers: number[]): void {
  for (const n of numbers) outbox.add(RecordKind.data, '', frame(n));
}

describe('Outbox', () => {
  it('puts the frames of one turn in one batch, in order', () => {
    const outbox = new Outbox({ bytes: 0 });
    fill(outbox, 1, 2, 3);
    expect(framesOf(outbox.next()!)).toEqual([1, 2, 3]);
    expect(outbox.next()).toBeUndefined();
  });

  it('copies: the caller may reuse its buffer', () => {
    const outbox = new Outbox({ bytes: 0 });
    const mine = frame(5);
    outbox.add(RecordKind.data, '', mine);
    mine.fill(6);
    expect(framesOf(outbox.next()!)).toEqual([5]);
  });

  it('begins a new batch above 64 KiB, and gives a larger frame one of its own', () => {
    const outbox = new Outbox({ bytes: 0 });
    for (const length of [40_000, 40_000, 200_000, 10])
      outbox.add(RecordKind.data, '', frame(1, length));
    const sizes = [];
    for (let batch = outbox.next(); batch !== undefined; batch = outbox.next())
      sizes.push(batch.length);
    expect(sizes).toEqual([40_009, 40_009, 200_009, 19]);
    expect(sizes.filter((size) => size > BATCH_BYTES_MAX)).toHaveLength(1);
  });

  it('keeps frames of all sizes apart and whole, in memory that batches share', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 40 });
    const skewed = sizes.map((all) => all.map((size, i) => (i % 3 === 0 ? size : size % 200)));
    fc.assert(
      fc.property(skewed, fc.nat(5), (lengths, everyNth) => {
        const outbox = new Outbox({ bytes: 0 });
        const got: Uint8Array[] = [];
        const take = () => {
          for (let batch = outbox.next(); batch !== undefined; batch = outbox.next())
            got.push(...decodeMessage(batch).records.map(({ bytes }) => bytes));
        };
        for (const [i, length] of lengths.entries()) {
          outbox.add(RecordKind.data, '', frame(i, length));
          if (i % (everyNth + 1) === everyNth) take();
        }
        take();
        expect(got.map((bytes) => bytes.length)).toEqual(lengths);
        expect(got.every((bytes, i) => bytes.every((byte) => byte === i))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('hands what was not confirmed to the next socket once more', () => {
    const outbox = new Outbox({ bytes: 0 });
    for (const n of [1, 2, 3]) {
      fill(outbox, n);
      outbox.next();
    }
    outbox.confirm(1);
    outbox.rewind();
    expect([framesOf(outbox.next()!), framesOf(outbox.next()!)]).toEqual([[2], [3]]);
    expect(outbox.waiting).toBe(false);
  });

  it('refuses a confirmation of more than was handed over', () => {
    const outbox = new Outbox({ bytes: 0 });
    fill(outbox, 1);
    const claim = (count: number) => () => outbox.confirm(count);
    expect(claim(1)).toThrow(/1 batches confirmed, 0 sent/);
    outbox.next();
    outbox.confirm(1);
    for (const count of [0, 2, 2 ** 32 - 1]) {
      let caught: unknown;
      try {
        outbox.confirm(count);
      } catch (error) {
        caught = error;
      }
      expect(isEdgeError(caught, 'ERR_MALFORMED')).toBe(true);
    }
  });

  it('delivers every frame once and in order over sockets that break at random', () => {
    const step = fc.oneof(
      fc.constant('add' as const),
      fc.constant('send' as const),
      fc.constant('ack' as const),
      fc.constant('break' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = { bytes: 0 };
        const outbox = new Outbox(budget);
        const got: number[] = [];
        let [added, received] = [0, 0];
        const onTheWay: Uint8Array[] = [];
        const deliver = () => {
          const batch = onTheWay.shift();
          if (batch === undefined) return;
          got.push(...framesOf(batch));
          received++;
        };
        for (const what of steps) {
          if (what === 'add') fill(outbox, added++ % 256);
          if (what === 'send') onTheWay.push(...[outbox.next()].filter((b) => b !== undefined));
          if (what === 'ack') {
            deliver();
            outbox.confirm(received);
          }
          if (what === 'break') {
            onTheWay.length = 0; // lost in flight
            outbox.confirm(received);
            outbox.rewind();
          }
          expect(outbox.frames).toBeGreaterThanOrEqual(added - got.length);
          expect(outbox.bytes).toBe(budget.bytes);
        }
        outbox.rewind();
        onTheWay.length = 0;
        for (let batch = outbox.next(); batch !== undefined; batch = outbox.next())
          onTheWay.push(batch);
        while (onTheWay.length > 0) deliver();
        outbox.confirm(received);
        expect(got).toEqual(Array.from({ length: added }, (_, i) => i % 256));
        expect([outbox.bytes, outbox.frames, budget.bytes]).toEqual([0, 0, 0]);
      }),
    );
  });

  it('counts what it gives up, and gives its bytes back to the budget', () => {
    const budget = { bytes: 1000 };
    const outbox = new Outbox(budget);
    fill(outbox, 1, 2);
    outbox.next();
    fill(outbox, 3);
    outbox.add(RecordKind.route, 'peer', Uint8Array.of(1));
    expect(outbox.discard()).toBe(3);
    expect([outbox.bytes, outbox.frames, budget.bytes]).toEqual([0, 0, 1000]);
    expect(outbox.next()).toBeUndefined();
  });
});
