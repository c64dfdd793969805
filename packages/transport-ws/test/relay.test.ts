import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ManualClock } from '@ruvector/core/testing';
import { Link, type LinkOwner } from '../src/link.js';
import { readOptions } from '../src/options.js';
import { Relay } from '../src/relay.js';
import { decodeMessage, RecordKind } from '../src/wire.js';
import { relayTo } from './fixtures/batch.js';
import { deafSocket } from './fixtures/deaf-socket.js';
import { eventually, greetedClient, inbox, opened, proxied } from './fixtures/peers.js';

async function star(...ids: string[]) {
  const hub = await opened({ peerId: 'hub', listen: {} });
  const peers = { hub: hub.address!.url };
  const dialers = [];
  for (const peerId of ids) dialers.push(await opened({ peerId, peers }));
  return { hub, peers, dialers };
}

/** What a hub told a raw client about others. */
function news(client: WebSocket): string[] {
  const heard: string[] = [];
  client.on('message', (message: Buffer) => {
    for (const { kind, id, bytes } of decodeMessage(message).records)
      if (kind === RecordKind.route) heard.push(`${id} ${['gone', 'busy', 'open'][bytes[0]!]}`);
  });
  return heard;
}

describe('a hub', () => {
  it('passes frames between its dialers with the id of the sender, and hears none of them', async () => {
    const { hub, dialers } = await star('a', 'b', 'c');
    const [a, b, c] = dialers.map((d) => ({ transport: d, ...inbox(d) }));
    const atHub = inbox(hub);
    await Promise.all([a!.transport.ready('b'), c!.transport.ready('b')]);
    a!.transport.send('b', Uint8Array.of(1));
    c!.transport.send('b', Uint8Array.of(2));
    b!.transport.send('hub', Uint8Array.of(3));
    await eventually(() => expect(b!.frames).toHaveLength(2));
    expect(b!.frames.map(({ from, bytes }) => [from, bytes[0]]).toSorted()).toEqual([
      ['a', 1],
      ['c', 2],
    ]);
    await eventually(() => expect(atHub.frames.map(({ from }) => from)).toEqual(['b']));
    expect(hub.stats()).toMatchObject({ relayed: 2, received: 1, sent: 0, dropped: 0 });
    expect(a!.frames).toEqual([]);
  });

  it('stamps the sender itself: nobody can speak in the name of another', async () => {
    const { hub, dialers } = await star('b');
    const { frames } = inbox(dialers[0]!);
    const client = await greetedClient(hub.address!.url, 'mallory');
    client.send(relayTo('b', Uint8Array.of(1)));
    await eventually(() => expect(frames.map(({ from }) => from)).toEqual(['mallory']));
  });

  it('tells its dialers who comes, who is lost and who leaves', async () => {
    const { hub, dialers, peers } = await star('a');
    const client = await greetedClient(hub.address!.url, 'raw');
    const heard = news(client);
    const proxy = await proxied(hub);
    const b = await opened({ peerId: 'b', peers: { hub: proxy.url } });
    await eventually(() => expect(heard).toEqual(['b open']));
    proxy.sever();
    await eventually(() => expect(heard).toEqual(['b open', 'b busy']));
    proxy.heal();
    await eventually(() => expect(heard).toEqual(['b open', 'b busy', 'b open']));
    expect(dialers[0]!.peers().toSorted()).toEqual(['b', 'hub', 'raw']);
    await b.ready('hub'); // the hub may know of the new connection before b does
    await b.close();
    await eventually(() => expect(heard.at(-1)).toBe('b gone'));
    expect((await opened({ peerId: 'c', peers })).peers()).toContain('hub');
  });

  it('told not to relay counts what it is given, and announces nobody', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, relay: false });
    const a = await opened({ peerId: 'a', peers: { hub: hub.address!.url } });
    const client = await greetedClient(hub.address!.url, 'raw');
    client.send(relayTo('a', Uint8Array.of(1), Uint8Array.of(2)));
    await eventually(() => expect(hub.stats()).toMatchObject({ dropped: 2, relayed: 0 }));
    expect(a.peers()).toEqual(['hub']);
  });

  it('counts frames for nobody as dropped', async () => {
    const { hub } = await star();
    const client = await greetedClient(hub.address!.url, 'raw');
    client.send(relayTo('nobody', Uint8Array.of(1)));
    client.send(relayTo('hub', Uint8Array.of(1)));
    await eventually(() => expect(hub.stats().dropped).toBe(2));
  });

  it('pushes back when the receiver is slow, and loses nothing', async () => {
    const { hub, dialers, peers } = await star('a');
    const [a] = dialers;
    const proxy = await proxied(hub);
    const b = await opened({ peerId: 'b', peers: { hub: proxy.url } });
    const c = await opened({ peerId: 'c', peers });
    const [atB, atC] = [inbox(b), inbox(c)];
    await Promise.all([a!.ready('b'), a!.ready('c')]);
    proxy.freeze();
    let accepted = 0;
    let refused = false;
    // a turn between the frames, so that news of the receiver can come
    for (; !refused && accepted < 4000; accepted++) {
      refused = !a!.send('b', new Uint8Array(16_384));
      await new Promise(setImmediate);
    }
    expect(refused).toBe(true);
    expect(a!.send('c', Uint8Array.of(1))).toBe(true); // others go on
    await eventually(() => expect(atC.frames).toHaveLength(1));
    proxy.thaw();
    await a!.ready('b');
    await eventually(() => expect(atB.frames).toHaveLength(accepted - 1));
    expect(hub.stats().dropped).toBe(0);
  });

  it('holds at most linkBytesMax for one who does not read, counts the rest, and serves the others', async () => {
    const { hub, dialers } = await star('c');
    const atC = inbox(dialers[0]!);
    const slow = await greetedClient(hub.address!.url, 'slow');
    slow.pause();
    const flooder = await greetedClient(hub.address!.url, 'flooder');
    const frame = new Uint8Array(1024 * 1024);
    const [sent, max] = [50, 20_971_520];
    for (let i = 0; i < sent; i++) flooder.send(relayTo('slow', frame));
    flooder.send(relayTo('c', Uint8Array.of(7)));
    await eventually(() => expect(atC.frames.map(({ from }) => from)).toEqual(['flooder']));
    const { relayed: passed, dropped, bufferedBytes } = hub.stats();
    expect(passed + dropped).toBe(sent + 1);
    expect(dropped).toBeGreaterThan(25);
    expect(bufferedBytes).toBeLessThanOrEqual(max + 1024);
  });

  it('holds at most totalBytesMax for all of them together', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, totalBytesMax: 16 * 1024 * 1024 });
    const { url } = hub.address!;
    const flooder = await greetedClient(url, 'flooder');
    for (const peerId of ['x', 'y', 'z']) (await greetedClient(url, peerId)).pause();
    for (let i = 0; i < 10; i++)
      for (const peerId of ['x', 'y', 'z'])
        flooder.send(relayTo(peerId, new Uint8Array(1024 * 1024)));
    await eventually(() => {
      const { relayed: passed, dropped } = hub.stats();
      expect(passed + dropped).toBe(30);
    });
    expect(hub.stats().bufferedBytes).toBeLessThanOrEqual(16 * 1024 * 1024 + 1024);
  });
});

describe('a dialer', () => {
  it('refuses a hub that announces more peers than routesMax', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    for (let i = 0; i < 5; i++) await greetedClient(hub.address!.url, `peer-${i}`);
    const a = await opened({ peerId: 'a', peers: { hub: hub.address!.url }, routesMax: 4 });
    const { causes } = inbox(a); // open() may already have met the first refusal
    await eventually(() =>
      expect(causes).toContainEqual(
        expect.objectContaining({
          details: expect.objectContaining({ reason: 'more than 4 routes' }),
        }),
      ),
    );
  });

  it('uses another hub when one is gone', async () => {
    const [one, two] = [
      await opened({ peerId: 'one', listen: {} }),
      await opened({ peerId: 'two', listen: {} }),
    ];
    const peers = { one: one.address!.url, two: two.address!.url };
    const [a, b] = [await opened({ peerId: 'a', peers }), await opened({ peerId: 'b', peers })];
    const { frames } = inbox(b);
    await a.ready('b');
    a.send('b', Uint8Array.of(1));
    await a.drain();
    await one.close();
    await eventually(() => expect(a.send('b', Uint8Array.of(2))).toBe(true));
    await eventually(() => expect(frames.map(({ bytes }) => bytes[0])).toContain(2));
    expect(frames.map(({ bytes }) => bytes[0])).toContain(1);
  });
});

describe('news for one who does not read', () => {
  it('is kept up to 1 MiB above linkBytesMax, then the link is ended', () => {
    const settings = readOptions({ peerId: 'hub', clock: new ManualClock() });
    const budget = { bytes: 0 };
    const links = new Map<string, Link>();
    const relay = new Relay(settings, budget, links);
    const owner: LinkOwner = {
      settings,
      budget,
      defer: () => undefined,
      received: () => undefined,
      changed: (link) => relay.tell(link),
      lost: () => undefined,
      over: (link) => void links.delete(link.peerId),
    };
    const join = (peerId: string) => {
      const link = new Link(owner, peerId, '00000000000000ff', '00000000000000aa', false);
      links.set(peerId, link);
      const socket = deafSocket();
      link.attach(socket, 0);
      return { link, socket };
    };
    const { link: slow, socket } = join('slow');
    const { link: other } = join('other');
    const frame = new Uint8Array(1024 * 1024);
    let held = 0;
    while (relay.forward(other, 'slow', frame)) held++;
    expect(held).toBe(19);
    for (let i = 0; !slow.ended && i < 20_000; i++) {
      const { link } = join(`${'p'.repeat(100)}-${i}`);
      expect(slow.bufferedBytes).toBeLessThan(settings.linkBytesMax + 1_048_576 + 200);
      void link.end(1000, 'left');
    }
    expect(slow.ended).toBe(true);
    expect(socket.log).toContain('close 4006');
    expect(links.has('slow')).toBe(false);
  });
});
