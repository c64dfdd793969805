import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import type { WsTransport } from '../src/index.js';
import { batchOf } from './fixtures/batch.js';
import {
  ending,
  eventually,
  greetedClient,
  hello,
  inbox,
  opened,
  proxied,
  rawClient,
} from './fixtures/peers.js';

/** Whatever somebody did to it, others are still served. */
async function stillServes(hub: WsTransport): Promise<boolean> {
  const { frames } = inbox(hub);
  const peer = await opened({ peerId: 'honest', peers: { hub: hub.address!.url } });
  peer.send('hub', Uint8Array.of(1));
  await eventually(() => expect(frames.map(({ from }) => from)).toContain('honest'));
  return true;
}

describe('before HELLO', () => {
  const cases: [what: string, message: Uint8Array | string, reason: RegExp][] = [
    ['garbage', Uint8Array.of(1, 2, 3), /wrong magic/],
    ['another version', hello('x').with(4, 9), /version 9 is unknown/],
    ['half a HELLO', hello('x').subarray(0, 12), /ends early|more than fits/],
    ['text', 'hello?', /wrong magic/],
    ['an empty message', new Uint8Array(), /wrong magic/],
    ['a batch', batchOf(Uint8Array.of(1)), /wrong magic/],
  ];
  for (const [what, message, reason] of cases)
    it(`${what} is answered with close code 4001 and the reason`, async () => {
      const hub = await opened({ peerId: 'hub', listen: {} });
      const client = await rawClient(hub.address!.url);
      const closed = ending(client);
      client.send(message);
      const end = await closed;
      expect(end.code).toBe(4001);
      expect(end.reason).toMatch(reason);
      expect(hub.peers()).toEqual([]);
      expect(await stillServes(hub)).toBe(true);
    });

  it('the id of the listener itself is answered with close code 4005', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const client = await rawClient(hub.address!.url);
    client.send(hello('hub'));
    expect((await ending(client)).code).toBe(4005);
  });

  it('silence is answered with close code 4002 after helloTimeoutMs', async () => {
    const clock = new ManualClock();
    const hub = await opened({ peerId: 'hub', listen: {}, clock });
    const client = await rawClient(hub.address!.url);
    const closed = ending(client);
    clock.advance(5000);
    expect(await closed).toEqual({ code: 4002, reason: 'no HELLO within 5000 ms' });
    expect(await stillServes(hub)).toBe(true);
  });

  it('more than 4 KiB end the connection long before the message is complete', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const client = await rawClient(hub.address!.url);
    const closed = ending(client);
    client.send(new Uint8Array(1_000_000), { fin: false });
    await closed;
    expect(await stillServes(hub)).toBe(true);
  });

  it('a TCP connection that asks for nothing is closed', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, helloTimeoutMs: 500 });
    const tcp = connect(hub.address!.port, '127.0.0.1');
    tcp.on('error', () => undefined);
    tcp.resume();
    await once(tcp, 'close');
    expect(await stillServes(hub)).toBe(true);
  });
});

describe('after HELLO', () => {
  const cases: [what: string, message: Uint8Array | string, reason: RegExp][] = [
    ['a second HELLO', hello('x'), /kind 82/],
    ['text', 'hello?', /ends early/],
    ['a truncated batch', batchOf(new Uint8Array(10)).subarray(0, 12), /ends early/],
    ['a length beyond the message', batchOf(new Uint8Array(10)).with(8, 11), /ends early/],
    ['an unknown record', batchOf(new Uint8Array(10)).with(5, 77), /record kind 77/],
    ['a confirmation of what was never sent', batchOf(new Uint8Array()).with(4, 1), /1 batches/],
    [
      'a route from one who is no hub',
      Uint8Array.of(1, 0, 0, 0, 0, 2, 0, 0, 3, 1, 97, 2),
      /routes/,
    ],
  ];
  for (const [what, message, reason] of cases)
    it(`${what} is answered with close code 4000 and the reason, and nothing of it is used`, async () => {
      const hub = await opened({ peerId: 'hub', listen: {} });
      const { frames } = inbox(hub);
      const client = await greetedClient(hub.address!.url, 'raw');
      const closed = ending(client);
      client.send(message);
      const end = await closed;
      expect(end.code).toBe(4000);
      expect(end.reason).toMatch(reason);
      expect(frames).toEqual([]);
      expect(hub.peers()).toEqual([]);
      expect(await stillServes(hub)).toBe(true);
    });

  it('a message above 16 MiB is answered with close code 1009', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const client = await greetedClient(hub.address!.url, 'raw');
    const closed = ending(client);
    client.send(new Uint8Array(16 * 1024 * 1024 + 1));
    expect((await closed).code).toBe(1009);
    expect(await stillServes(hub)).toBe(true);
  });

  it('a peer that dies in the middle of a frame leaves nothing behind', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, resumeMs: 10 });
    const { frames } = inbox(hub);
    const client = await greetedClient(hub.address!.url, 'raw');
    client.send(batchOf(new Uint8Array(1000)).subarray(0, 500), { fin: false }, () =>
      client.terminate(),
    );
    await eventually(() => expect(hub.stats().links).toBe(0));
    expect(frames).toEqual([]);
    expect(await stillServes(hub)).toBe(true);
  });

  it('a flood of questions from one who never reads is cut off, not answered without end', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, pingIntervalMs: 50, resumeMs: 1 });
    const client = await greetedClient(hub.address!.url, 'raw');
    client.pause();
    hub.send('raw', new Uint8Array(1000));
    const question = Uint8Array.of(3, 0, 0, 0, 0);
    for (let i = 0; i < 50_000; i++) client.send(question);
    expect(await stillServes(hub)).toBe(true);
    client.terminate();
    await hub.drain();
    expect(hub.stats()).toMatchObject({ bufferedBytes: 0, dropped: 1 });
  });

  it('flipped bytes on the way close the connection or arrive whole; the link mends itself', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    inbox(hub);
    const proxy = await proxied(hub);
    const a = await opened({ peerId: 'a', peers: { hub: proxy.url }, pingIntervalMs: 50 });
    const random = seededRandom(11);
    let flips = 0;
    proxy.tamper = (chunk) => {
      if (flips >= 30) return chunk;
      flips++;
      const at = Math.floor(random.next() * Math.min(chunk.length, 64));
      chunk[at] = chunk[at]! ^ (1 << Math.floor(random.next() * 8));
      return chunk;
    };
    await eventually(async () => {
      if (a.send('hub', new Uint8Array(100))) await new Promise(setImmediate);
      expect(flips).toBe(30);
    });
    const clean = inbox(hub);
    await eventually(() => {
      a.send('hub', Uint8Array.of(77));
      expect(clean.frames.some(({ bytes }) => bytes.length === 1 && bytes[0] === 77)).toBe(true);
    });
    expect(await stillServes(hub)).toBe(true);
  });
});
