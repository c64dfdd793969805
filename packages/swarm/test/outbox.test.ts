import { ClosedError, type Transport } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { ManualClock } from '@ruvector/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';

import { Links } from '../src/links.js';
import { Outbox } from '../src/outbox.js';

const clock = new ManualClock();
let network: MemoryNetwork;
let a: Transport;
let b: Transport;
let heard: number[];
let dropped: number;
const frame = (value: number) => Uint8Array.of(value);
const arrived = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(async () => {
  network = new MemoryNetwork();
  a = network.transport('a');
  b = network.transport('b');
  heard = [];
  dropped = 0;
  b.onFrame((_from, bytes) => void heard.push(bytes[0]!));
  await a.open();
});

function outboxOf(outboxBytesMax: number): Outbox {
  const links = new Links([a]);
  const onDropped = (frames: number) => void (dropped += frames);
  return new Outbox({ to: 'b', links, clock, outboxBytesMax, onDropped });
}

describe('an outbox', () => {
  it('keeps frames in order until the peer can be reached', async () => {
    const outbox = outboxOf(100);
    const taken = [1, 2, 3].map((value) => outbox.push(frame(value)));
    expect(outbox.isEmpty).toBe(false);
    await b.open();
    expect(await Promise.all(taken)).toEqual([true, true, true]);
    expect(await outbox.push(frame(4))).toBe(true);
    await arrived();
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('refuses more bytes than its bound', async () => {
    const outbox = outboxOf(2);
    const kept = [outbox.push(frame(1)), outbox.push(frame(2))];
    await expect(outbox.push(frame(3))).rejects.toMatchObject({ code: 'ERR_LIMIT', max: 2 });
    await b.open();
    await Promise.all(kept);
    expect(await outbox.push(frame(4))).toBe(true);
  });

  it('offers only what can go at once', async () => {
    const outbox = outboxOf(100);
    expect(outbox.offer(frame(1))).toBe(false);
    await b.open();
    expect(outbox.offer(frame(2))).toBe(true);
    await arrived();
    expect(heard).toEqual([2]);
  });

  it('lets go of everybody who waits when it is cleared or all transports close', async () => {
    const outbox = outboxOf(100);
    const first = outbox.push(frame(1));
    outbox.clear();
    expect(await first).toBe(false);
    const second = outbox.push(frame(2));
    await a.close();
    expect(await second).toBe(false);
    expect(dropped).toBe(2);
  });

  it('fails a frame that can never be sent, and only that', async () => {
    const outbox = outboxOf(100 << 20);
    const frames = [frame(1), new Uint8Array(17 << 20), frame(3)];
    const outcomes = Promise.allSettled(frames.map((bytes) => outbox.push(bytes)));
    await b.open();
    expect(
      (await outcomes).map((o) => (o.status === 'fulfilled' ? o.value : o.reason.code)),
    ).toEqual([true, 'ERR_FRAME_TOO_LARGE', true]);
    await arrived();
    expect(heard).toEqual([1, 3]);
  });

  it('fails those who wait with the error it is cleared with', async () => {
    const outbox = outboxOf(100);
    const waiting = outbox.push(frame(1));
    outbox.clear(new ClosedError('the swarm'));
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('says for how long nothing has moved', async () => {
    const outbox = outboxOf(100);
    void outbox.push(frame(1));
    clock.advance(500);
    void outbox.push(frame(2));
    clock.advance(500);
    expect(outbox.stalledMs).toBe(1000);
    outbox.clear();
    expect(outbox.stalledMs).toBe(0);
  });

  it('always has room for what the way itself depends on', async () => {
    const outbox = outboxOf(1);
    void outbox.push(frame(1));
    void outbox.push(frame(2), false);
    await b.open();
    await arrived();
    expect(heard).toEqual([1, 2]);
  });
});

describe('links', () => {
  it('use the transport that reaches the peer', async () => {
    const other = new MemoryNetwork();
    const [alone, reaching] = [other.transport('a'), a];
    await Promise.all([alone.open(), b.open()]);
    const links = new Links([alone, reaching]);
    expect(links.send('b', frame(7))).toBe(true);
    await arrived();
    expect(heard).toEqual([7]);
    expect(links.send('c', frame(7))).toBe(false);
    links.proved('b', reaching);
    await alone.close();
    expect(links.send('b', frame(8))).toBe(true);
    await reaching.close();
    expect(() => links.send('b', frame(9))).toThrow(/every transport is closed/);
  });
});
