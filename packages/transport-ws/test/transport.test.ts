import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isEdgeError } from '@ruvector/core';
import { eventually, greetedClient, inbox, opened, proxied, transport } from './fixtures/peers.js';

describe('open', () => {
  it('of a listener gives an address with a real port on the loopback', async () => {
    const hub = transport({ peerId: 'hub', listen: {} });
    expect(hub.address).toBeUndefined();
    await hub.open();
    const { host, port, url } = hub.address!;
    expect(host).toBe('127.0.0.1');
    expect(port).toBeGreaterThan(0);
    expect(url).toBe(`ws://127.0.0.1:${port}`);
    await hub.close();
    expect(hub.address).toBeUndefined();
  });

  it('without peers and without listen resolves', async () => {
    expect((await opened({ peerId: 'alone' })).peers()).toEqual([]);
  });

  it('waits for a peer that starts later', async () => {
    const proxy = await proxied();
    const opening = transport({ peerId: 'a', peers: { hub: proxy.url } }).open();
    const hub = await opened({ peerId: 'hub', listen: {} });
    proxy.port = hub.address!.port;
    await opening;
    await eventually(() => expect(hub.peers()).toEqual(['a']));
  });

  it('rejects with ERR_WS_DIAL and the reason if nobody answers in time', async () => {
    const gone = await opened({ peerId: 'hub', listen: {} });
    const { url } = gone.address!;
    await gone.close();
    const a = transport({
      peerId: 'a',
      peers: { hub: `${url}/x?token=secret` },
      openTimeoutMs: 1000,
    });
    const error: unknown = await a.open().catch((e: unknown) => e);
    expect(isEdgeError(error, 'ERR_WS_DIAL')).toBe(true);
    expect((error as Error).message).not.toContain('secret');
    expect(error).toMatchObject({
      details: { peer: 'hub', url: `${url}/x`, reason: 'ECONNREFUSED' },
    });
  });

  it('tries again after HTTP 408 and 429, which a server under load says, until the time is over', async () => {
    for (const status of ['408 Request Timeout', '429 Too Many Requests']) {
      let attempts = 0;
      const server = createServer().on('upgrade', (_, socket) => {
        attempts++;
        socket.on('error', () => undefined); // the dialer may hang up before it has read all
        socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const a = transport({ peerId: 'a', peers: { hub: url }, openTimeoutMs: 1000 });
      const reason = `HTTP ${status.slice(0, 3)}`;
      await expect(a.open()).rejects.toMatchObject({ details: { reason } });
      expect(attempts).toBeGreaterThan(1);
    }
  });

  it('rejects at once if another peer answers', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const a = transport({ peerId: 'a', peers: { other: hub.address!.url } });
    await expect(a.open()).rejects.toMatchObject({
      code: 'ERR_WS_DIAL',
      details: { peer: 'other', reason: 'hub answered instead' },
    });
  });

  it('resolves with one of two peers, and reaches the other when it comes', async () => {
    const proxy = await proxied();
    const hub = await opened({ peerId: 'hub', listen: {} });
    const a = await opened({ peerId: 'a', peers: { hub: hub.address!.url, late: proxy.url } });
    expect(a.peers()).toEqual(['hub']);
    const late = await opened({ peerId: 'late', listen: {} });
    proxy.port = late.address!.port;
    await a.ready('late');
    expect(a.peers().toSorted()).toEqual(['hub', 'late']);
  });

  it('aborted while a peer is silent rejects with the reason and leaves no socket', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const proxy = await proxied(hub);
    proxy.freeze();
    const a = transport({ peerId: 'a', peers: { hub: proxy.url } });
    const abort = new AbortController();
    const opening = a.open({ signal: abort.signal });
    await eventually(() => expect(proxy.connections).toBe(1));
    abort.abort(new Error('changed my mind'));
    await expect(opening).rejects.toThrow('changed my mind');
    proxy.thaw();
    await eventually(() => expect(proxy.connections).toBe(0));
    expect(hub.peers()).toEqual([]);
    await a.open();
    expect(a.peers()).toEqual(['hub']);
  });

  it('is ended by close', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const proxy = await proxied(hub);
    proxy.freeze();
    const a = transport({ peerId: 'a', peers: { hub: proxy.url } });
    const opening = a.open();
    await a.close();
    await expect(opening).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });
});

describe('close', () => {
  it('lets what was sent arrive first, without drain', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const { frames } = inbox(hub);
    const a = await opened({ peerId: 'a', peers: { hub: hub.address!.url } });
    for (let i = 0; i < 1000; i++) a.send('hub', new Uint8Array(1000).fill(i));
    await a.close();
    expect(frames).toHaveLength(1000);
    expect(a.stats()).toMatchObject({ sent: 1000, dropped: 0, bufferedBytes: 0, links: 0 });
  });

  it('of a peer that does not read takes no longer than closeTimeoutMs and the handshake', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const proxy = await proxied(hub);
    const a = await opened({ peerId: 'a', peers: { hub: proxy.url }, closeTimeoutMs: 50 });
    proxy.freeze();
    expect(a.send('hub', new Uint8Array(1000))).toBe(true);
    await a.close();
    expect(a.stats()).toMatchObject({ sent: 1, dropped: 1, bufferedBytes: 0 });
  });

  it('of all three of a star at once does not wait for one another', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, closeTimeoutMs: 60_000 });
    const options = { peers: { hub: hub.address!.url }, closeTimeoutMs: 60_000 };
    const [a, b] = [
      await opened({ peerId: 'a', ...options }),
      await opened({ peerId: 'b', ...options }),
    ];
    await a.ready('b');
    for (let i = 0; i < 100; i++) a.send('b', Uint8Array.of(i));
    const times = await Promise.all([a.close(), b.close(), hub.close()]);
    expect(times).toHaveLength(3); // and the test is over long before closeTimeoutMs
  });

  it('is told to the other side as down', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const { states, causes } = inbox(hub);
    const a = await opened({ peerId: 'a', peers: { hub: hub.address!.url } });
    await a.close();
    await eventually(() => expect(states).toEqual(['up', 'down']));
    expect(causes[1]).toMatchObject({
      code: 'ERR_WS_LINK',
      details: { peer: 'a', closeCode: 1001, reason: 'closing' },
    });
    expect(hub.peers()).toEqual([]);
  });
});

describe('send', () => {
  it('refuses from the high water mark on, and ready resolves at the low one', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const { frames } = inbox(hub);
    const proxy = await proxied(hub);
    const a = await opened({ peerId: 'a', peers: { hub: proxy.url } });
    proxy.freeze();
    let accepted = 0;
    while (a.send('hub', new Uint8Array(65_536))) accepted++;
    expect(accepted).toBe(16);
    expect(a.stats().bufferedBytes).toBeGreaterThanOrEqual(1024 * 1024);
    let ready = false;
    const waiting = a.ready('hub').then(() => (ready = true));
    expect(a.send('hub', new Uint8Array(0))).toBe(false);
    expect(ready).toBe(false);
    proxy.thaw();
    await waiting;
    expect(a.stats().bufferedBytes).toBeLessThanOrEqual(256 * 1024);
    await a.drain();
    expect(frames).toHaveLength(16);
  });

  it('names what is wrong with its arguments', async () => {
    const a = await opened({ peerId: 'a', listen: {} });
    expect(() => a.send('hub', 'text' as never)).toThrow(TypeError);
    expect(() => a.send('a b', new Uint8Array(1))).toThrow(/to must be 1 to 128/);
    expect(a.send('nobody', new Uint8Array(1))).toBe(false);
    expect(a.send('a', new Uint8Array(1))).toBe(false);
  });

  it('puts the frames of a turn in few messages: 10,000 of 64 bytes in 11', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, relay: false });
    const client = await greetedClient(hub.address!.url, 'raw');
    const sizes: number[] = [];
    client.on('message', (message: Buffer) => sizes.push(message.length));
    for (let i = 0; i < 10_000; i++) hub.send('raw', new Uint8Array(64));
    const total = () => sizes.reduce((sum, size) => sum + size, 0);
    await eventually(() => expect(total()).toBeGreaterThanOrEqual(10_000 * 68));
    expect(sizes.filter((size) => size > 5)).toHaveLength(11);
  });
});

describe('two peers that dial each other', () => {
  it('exchange frames both ways in order, also while one of the two links breaks', async () => {
    const [toA, toB] = [await proxied(), await proxied()];
    const a = transport({ peerId: 'a', listen: {}, peers: { b: toB.url } });
    const b = transport({ peerId: 'b', listen: {}, peers: { a: toA.url } });
    await Promise.all([a.open(), b.open()]);
    [toA.port, toB.port] = [a.address!.port, b.address!.port];
    await eventually(() => expect([a.stats().links, b.stats().links]).toEqual([2, 2]));
    const [atA, atB] = [inbox(a), inbox(b)];
    for (let i = 0; i < 100; i++) {
      for (const [from, to] of [[a, 'b'] as const, [b, 'a'] as const])
        while (!from.send(to, Uint8Array.of(i))) await from.ready(to);
      if (i % 20 === 10) {
        toA.sever();
        toA.heal();
        await new Promise(setImmediate);
      }
    }
    await Promise.all([a.drain(), b.drain()]);
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    expect(atA.frames.map(({ bytes }) => bytes[0])).toEqual(numbers);
    expect(atB.frames.map(({ bytes }) => bytes[0])).toEqual(numbers);
    expect([a.stats().dropped, b.stats().dropped]).toEqual([0, 0]);
  });
});
