import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  eventually,
  ending,
  greetedClient,
  hello,
  inbox,
  opened,
  proxied,
  rawClient,
} from './fixtures/peers.js';
import { decodeHello, decodeMessage, encodeHello, NO_INSTANCE } from '../src/wire.js';

const NUMBERS = Array.from({ length: 200 }, (_, i) => i);

describe('a link whose connection breaks', () => {
  it('loses, doubles and swaps nothing over 20 breaks at random bytes', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const { frames } = inbox(hub);
    const proxy = await proxied(hub);
    const a = await opened({ peerId: 'a', peers: { hub: proxy.url } });
    let budget = 50_000;
    let breaks = 0;
    let breaking = false;
    proxy.tamper = (chunk) => {
      if (breaking) return chunk.subarray(0, 0);
      budget -= chunk.length;
      if (budget > 0 || breaks === 20) return chunk;
      breaking = true;
      setImmediate(() => {
        proxy.sever();
        proxy.heal();
        breaking = false;
        budget = 20_000 + 7919 * breaks++;
      });
      return chunk.subarray(0, chunk.length + budget); // in the middle of a message
    };
    const total = 3000;
    for (let i = 0; i < total; i++) {
      const frame = new Uint8Array(1000);
      new DataView(frame.buffer).setUint32(0, i);
      while (!a.send('hub', frame)) await a.ready('hub');
      if (i % 10 === 0) await new Promise(setImmediate);
    }
    await a.drain();
    expect(breaks).toBe(20);
    const numbers = frames.map(({ bytes }) => new DataView(bytes.buffer).getUint32(0));
    expect(numbers).toEqual(Array.from({ length: total }, (_, i) => i));
    expect(a.stats()).toMatchObject({ sent: total, dropped: 0, bufferedBytes: 0 });
  });

  it('says retry and then up on both sides', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const proxy = await proxied(hub);
    const a = await opened({ peerId: 'a', peers: { hub: proxy.url } });
    await a.ready('hub');
    const [atHub, atA] = [inbox(hub), inbox(a)];
    proxy.sever();
    proxy.heal();
    await eventually(() => {
      expect(atHub.states).toEqual(['retry', 'up']);
      expect(atA.states).toEqual(['retry', 'up']);
    });
    expect(atA.causes[0]).toMatchObject({ code: 'ERR_WS_LINK', details: { closeCode: 1006 } });
  });

  it('that does not come back within resumeMs drops its frames, counts them and is down', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, resumeMs: 20 });
    const { states } = inbox(hub);
    const proxy = await proxied(hub);
    await opened({ peerId: 'a', peers: { hub: proxy.url } });
    await hub.ready('a');
    proxy.freeze();
    for (const n of NUMBERS) hub.send('a', new Uint8Array(1000).fill(n));
    expect(hub.stats()).toMatchObject({ sent: 200, dropped: 0 });
    proxy.sever();
    await hub.drain();
    expect(hub.stats()).toMatchObject({ sent: 200, dropped: 200, bufferedBytes: 0 });
    expect(states).toEqual(['up', 'retry', 'down']);
  });

  it('is not resumed by a new process with the same id: its frames are dropped and counted', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: 50 });
    const first = await greetedClient(hub.address!.url, 'raw');
    for (let i = 0; i < 10; i++) hub.send('raw', Uint8Array.of(i));
    const closed = ending(first);
    const second = await rawClient(hub.address!.url);
    const answer = once(second, 'message');
    second.send(hello('raw', '00000000000000ee'));
    const [bytes] = (await answer) as [Buffer];
    expect(decodeHello(bytes)).toMatchObject({ peerId: 'hub', resumes: NO_INSTANCE, received: 0 });
    expect(await closed).toEqual({
      code: 4003,
      reason: 'another connection said the same peer id',
    });
    expect(hub.stats()).toMatchObject({ dropped: 10, links: 1 });
    expect(hub.peers()).toEqual(['raw']);
  });

  it('is resumed over a new connection while the old one only seems alive', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const first = await rawClient(hub.address!.url);
    const answer = once(first, 'message');
    first.send(hello('raw'));
    const { instance } = decodeHello(((await answer) as [Buffer])[0]);
    first.pause();
    hub.send('raw', Uint8Array.of(42));
    const second = await rawClient(hub.address!.url);
    const messages: Buffer[] = [];
    second.on('message', (message: Buffer) => messages.push(message));
    second.send(
      encodeHello({ peerId: 'raw', instance: '00000000000000ff', resumes: instance, received: 0 }),
    );
    await eventually(() => expect(messages.length).toBeGreaterThanOrEqual(2));
    expect(decodeHello(messages[0]!).resumes).toBe('00000000000000ff');
    expect([...decodeMessage(messages[1]!).records[0]!.bytes]).toEqual([42]);
    expect(hub.stats()).toMatchObject({ dropped: 0, links: 1 });
  });
});

describe('a link that falls silent', () => {
  it('is asked, given up after two questions without an answer, and mended', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, pingIntervalMs: 20 });
    const proxy = await proxied(hub);
    const a = await opened({ peerId: 'a', peers: { hub: proxy.url }, pingIntervalMs: 20 });
    await a.ready('hub');
    const [atHub, atA] = [inbox(hub), inbox(a)];
    proxy.freeze();
    a.send('hub', Uint8Array.of(1));
    await eventually(() => {
      expect(atA.states[0]).toBe('retry');
      expect(atHub.states[0]).toBe('retry');
    });
    expect(atA.causes[0]).toMatchObject({ details: { closeCode: 4004 } });
    proxy.thaw();
    await eventually(() => expect(atHub.frames).toHaveLength(1));
    expect(a.stats().dropped).toBe(0);
  });

  it('stays as long as the other side answers, however little there is to say', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, pingIntervalMs: 10 });
    const { states } = inbox(hub);
    const client = await greetedClient(hub.address!.url, 'raw');
    let questions = 0;
    client.on('message', (message: Buffer) => {
      if (decodeMessage(message).kind !== 3) return;
      questions++;
      client.send(Uint8Array.of(2, 0, 0, 0, 0));
    });
    await eventually(() => expect(questions).toBeGreaterThanOrEqual(5));
    expect(states).toEqual(['up']);
  });
});
