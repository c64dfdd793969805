import type { Transport } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { beforeEach, describe, expect, it } from 'vitest';

import { Links } from '../src/links.js';
import { Outbox } from '../src/outbox.js';

let network: MemoryNetwork;
let a: Transport;
let b: Transport;
let heard: number[];
const frame = (value: number) => Uint8Array.of(value);
const arrived = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(async () => {
  network = new MemoryNetwork();
  a = network.transport('a');
  b = network.transport('b');
  heard = [];
  b.onFrame((_from, bytes) => void heard.push(bytes[0]!));
  await a.open();
});

describe('an outbox', () => {
  it('keeps frames in order until the peer can be reached', async () => {
    const outbox = new Outbox('b', new Links([a], 10), 100);
    const taken = [1, 2, 3].map((value) => outbox.push(frame(value)));
    expect(outbox.isEmpty).toBe(false);
    await b.open();
    expect(await Promise.all(taken)).toEqual([true, true, true]);
    expect(await outbox.push(frame(4))).toBe(true);
    await arrived();
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('refuses more bytes than its bound', async () => {
    const outbox = new Outbox('b', new Links([a], 10), 2);
    const kept = [outbox.push(frame(1)), outbox.push(frame(2))];
    await expect(outbox.push(frame(3))).rejects.toMatchObject({ code: 'ERR_LIMIT', max: 2 });
    await b.open();
    await Promise.all(kept);
    expect(await outbox.push(frame(4))).toBe(true);
  });

  it('offers only what can go at once', async () => {
    const outbox = new Outbox('b', new Links([a], 10), 100);
    expect(outbox.offer(frame(1))).toBe(false);
    await b.open();
    expect(outbox.offer(frame(2))).toBe(true);
    await arrived();
    expect(heard).toEqual([2]);
  });

  it('lets go of everybody who waits when it is cleared or all transports close', async () => {
    const outbox = new Outbox('b', new Links([a], 10), 100);
    const first = outbox.push(frame(1));
    expect(outbox.clear()).toBe(1);
    expect(await first).toBe(false);
    const second = outbox.push(frame(2));
    await a.close();
    expect(await second).toBe(false);
  });
});

describe('links', () => {
  it('use the transport that reaches the peer', async () => {
    const other = new MemoryNetwork();
    const [alone, reaching] = [other.transport('a'), a];
    await Promise.all([alone.open(), b.open()]);
    const links = new Links([alone, reaching], 10);
    expect(links.send('b', frame(7))).toBe(true);
    await arrived();
    expect(heard).toEqual([7]);
    expect(links.send('c', frame(7))).toBe(false);
  });
});
