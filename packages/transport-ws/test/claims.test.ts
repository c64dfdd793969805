import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ManualClock } from '@ruvector/core/testing';
import { Claims } from '../src/claims.js';
import { Link, type LinkOwner } from '../src/link.js';
import { readOptions } from '../src/options.js';
import { decodeHello, decodeMessage, encodeHello, MessageKind, NO_INSTANCE } from '../src/wire.js';
import { batchOf } from './fixtures/batch.js';
import { deafSocket } from './fixtures/deaf-socket.js';
import {
  ending,
  eventually,
  greetedClient,
  hello,
  inbox,
  opened,
  proxied,
  rawClient,
  transport,
} from './fixtures/peers.js';

const OTHER = '00000000000000ee';
/** So long that nothing in a test can come of its end. */
const FOREVER_MS = 600_000;

/** A connection that says the id of another one, and has not heard the answer. */
async function claimant(url: string, peerId: string, instance = OTHER): Promise<WebSocket> {
  const socket = await rawClient(url);
  socket.send(hello(peerId, instance));
  return socket;
}

describe('Claims', () => {
  function claim() {
    const clock = new ManualClock();
    const owner: LinkOwner = {
      settings: readOptions({ peerId: 'hub', clock, pingIntervalMs: FOREVER_MS }),
      budget: { bytes: 0 },
      defer: (flush) => void clock.setTimeout(flush, 0),
      received: () => undefined,
      changed: () => undefined,
      lost: () => undefined,
      over: () => undefined,
    };
    const link = new Link(owner, 'w', OTHER, '00000000000000aa', false);
    const socket = deafSocket();
    socket.bytesRead = 500;
    link.attach(socket, 0);
    const claims = new Claims(clock, 2000);
    const verdicts: boolean[] = [];
    const withdraw = claims.wait(link, (alive) => void verdicts.push(alive));
    return { clock, link, socket, claims, verdicts, withdraw };
  }

  it('ask the link at once, and take it for dead after 2,000 ms of silence', () => {
    const { clock, link, socket, claims, verdicts } = claim();
    clock.advance(1);
    expect(socket.log).toEqual(['greeted', 'send']);
    clock.advance(1998);
    expect([verdicts, claims.has(link)]).toEqual([[], true]);
    clock.advance(1);
    expect([verdicts, claims.has(link)]).toEqual([[false], false]);
  });

  it('take one byte for a sign of life, though no message is complete', () => {
    const { clock, socket, verdicts } = claim();
    clock.advance(1400);
    socket.bytesRead++;
    clock.advance(100);
    expect(verdicts).toEqual([true]);
  });

  it('are decided once by who knows earlier, and never when withdrawn', () => {
    const known = claim();
    known.claims.settle(known.link, false);
    known.claims.settle(known.link, true);
    known.clock.advance(10_000);
    expect(known.verdicts).toEqual([false]);
    const left = claim();
    left.withdraw();
    left.claims.settle(left.link, true);
    left.clock.advance(10_000);
    expect([left.verdicts, left.claims.has(left.link)]).toEqual([[], false]);
  });
});

describe('a stranger who says the id of a member', () => {
  it('is refused while the member lives, and all frames of the member keep flowing', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const peers = { hub: hub.address!.url };
    const w = await opened({ peerId: 'w', peers });
    const a = await opened({ peerId: 'a', peers });
    await Promise.all([a.ready('w'), w.ready('a')]);
    const [atW, atA, atHub] = [inbox(w), inbox(a), inbox(hub)];
    const stranger = transport({ peerId: 'w', peers, openTimeoutMs: 1500 });
    const atStranger = inbox(stranger);
    let refused: unknown;
    const attack = stranger.open().catch((error: unknown) => (refused = error));
    let sent = 0;
    for (; refused === undefined; sent++) {
      for (const [from, to] of [[a, 'w'] as const, [w, 'a'] as const, [w, 'hub'] as const])
        while (!from.send(to, Uint8Array.of(sent))) await from.ready(to);
      await new Promise(setImmediate);
    }
    await attack;
    expect(refused).toMatchObject({
      code: 'ERR_WS_DIAL',
      details: { peer: 'hub', reason: 'the peer id is in use' },
    });
    await eventually(() => {
      for (const { frames } of [atW, atA, atHub]) expect(frames).toHaveLength(sent);
    });
    expect(atStranger.frames).toEqual([]);
    expect([atW.states, atA.states, atHub.states]).toEqual([[], [], []]);
    expect([hub, a, w].map((t) => t.stats().dropped)).toEqual([0, 0, 0]);
  });

  it('is told so with close code 4007, after which a dialer tries again and may come in', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const peers = { hub: hub.address!.url };
    const w = await opened({ peerId: 'w', peers });
    const end = await ending(await claimant(peers.hub, 'w'));
    expect(end).toEqual({ code: 4007, reason: 'the peer id is in use' });
    const proxy = await proxied(hub);
    const second = transport({
      peerId: 'w',
      peers: { hub: proxy.url },
      backoffBaseMs: 1000,
      backoffMaxMs: 1000,
    });
    const opening = second.open();
    await eventually(() => expect(proxy.connections).toBe(1));
    await eventually(() => expect(proxy.connections).toBe(0)); // refused
    await w.close();
    await opening;
    expect(hub.peers()).toEqual(['w']);
  });

  it('is refused also with all numbers that the hub and the member tell others', async () => {
    const hub = await opened({ peerId: 'hub', listen: {} });
    const peers = { hub: hub.address!.url };
    const w = await opened({ peerId: 'w', listen: {}, peers });
    const told = async (url: string, peerId: string) => {
      const socket = await rawClient(url);
      const answer = once(socket, 'message');
      socket.send(hello(peerId));
      return decodeHello(((await answer) as [Buffer])[0]).instance;
    };
    const instance = await told(w.address!.url, 'hub'); // though it says that it is the hub
    const resumes = await told(peers.hub, 'x');
    const thief = await rawClient(peers.hub);
    thief.send(encodeHello({ peerId: 'w', instance, resumes, received: 0 }));
    expect((await ending(thief)).code).toBe(4007);
    expect(new Set([instance, resumes, await told(peers.hub, 'y')]).size).toBe(3);
  });

  it('is refused at once when the member itself comes back over another connection', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: FOREVER_MS });
    let member = await rawClient(hub.address!.url);
    const greeted = once(member, 'message');
    member.send(hello('w'));
    const { instance } = decodeHello(((await greeted) as [Buffer])[0]);
    for (const resumes of [instance, '00000000000000dd']) {
      const asked = once(member, 'message');
      const ended = ending(await claimant(hub.address!.url, 'w'));
      await asked;
      const back = await rawClient(hub.address!.url);
      const answer = once(back, 'message');
      back.send(encodeHello({ peerId: 'w', instance: '00000000000000ff', resumes, received: 0 }));
      const resumed = decodeHello(((await answer) as [Buffer])[0]).resumes !== NO_INSTANCE;
      expect(resumed).toBe(resumes === instance);
      expect((await ended).code).toBe(4007);
      expect(hub.stats().links).toBe(1);
      member = back;
    }
  });

  it('loses the id again to the member that was only silent and comes back', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: 50 });
    const proxy = await proxied(hub);
    const w = await opened({ peerId: 'w', peers: { hub: proxy.url } });
    await w.ready('hub');
    const { frames } = inbox(w);
    proxy.freeze();
    const stranger = await opened({ peerId: 'w', peers: { hub: hub.address!.url } });
    const { causes } = inbox(stranger);
    proxy.thaw();
    await eventually(() =>
      expect(causes).toContainEqual(
        expect.objectContaining({ details: expect.objectContaining({ closeCode: 4003 }) }),
      ),
    );
    await eventually(() => {
      hub.send('w', Uint8Array.of(7));
      expect(frames.length).toBeGreaterThan(0);
    });
  });
});

describe('a peer that restarts', () => {
  it('comes in at once when the system closed the connection of the old process', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: FOREVER_MS });
    const { frames } = inbox(hub);
    const killed = await greetedClient(hub.address!.url, 'w');
    killed.terminate();
    const again = await opened({ peerId: 'w', peers: { hub: hub.address!.url } });
    again.send('hub', Uint8Array.of(1));
    await eventually(() => expect(frames).toHaveLength(1));
    await again.close();
    await opened({ peerId: 'w', peers: { hub: hub.address!.url } });
  });

  it('comes in as soon as that happens when it has been waiting already', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: FOREVER_MS });
    const old = await greetedClient(hub.address!.url, 'w');
    const asked = once(old, 'message');
    const again = transport({ peerId: 'w', peers: { hub: hub.address!.url } });
    const opening = again.open();
    const [question] = (await asked) as [Buffer];
    expect(decodeMessage(question).kind).toBe(MessageKind.ping);
    old.terminate();
    await opening;
    expect(hub.stats().links).toBe(1);
  });

  it('replaces a half-open link after claimTimeoutMs, and gets the frames from then on', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: 100 });
    const { states } = inbox(hub);
    const proxy = await proxied(hub);
    const old = await opened({ peerId: 'w', peers: { hub: proxy.url } });
    await hub.ready('w');
    proxy.freeze();
    hub.send('w', Uint8Array.of(1));
    expect(states).toEqual(['up']); // nobody has noticed
    const again = await opened({ peerId: 'w', peers: { hub: hub.address!.url } });
    const [atOld, atAgain] = [inbox(old), inbox(again)];
    hub.send('w', Uint8Array.of(2));
    await eventually(() => expect(atAgain.frames.map(({ bytes }) => bytes[0])).toEqual([2]));
    expect(atOld.frames).toEqual([]);
    expect(hub.stats()).toMatchObject({ sent: 2, dropped: 1, links: 1 });
  });
});

describe('many who claim one id', () => {
  it('make the hub ask once: one waits, 99 are refused at once', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: FOREVER_MS });
    const { url } = hub.address!;
    const member = await greetedClient(url, 'w');
    let questions = 0;
    member.on('message', (message: Buffer) => {
      if (decodeMessage(message).kind === MessageKind.ping) questions++;
    });
    const sockets = await Promise.all(Array.from({ length: 100 }, () => rawClient(url)));
    const codes: number[] = [];
    for (const socket of sockets) socket.on('close', (code) => codes.push(code));
    for (const socket of sockets) socket.send(hello('w', OTHER));
    await eventually(() => expect(codes).toHaveLength(99));
    expect(new Set(codes)).toEqual(new Set([4007]));
    await eventually(() => expect(questions).toBe(1));
    const { frames } = inbox(hub);
    member.send(batchOf(Uint8Array.of(5)));
    await eventually(() => expect(frames.map(({ from }) => from)).toEqual(['w']));
    expect(hub.stats()).toMatchObject({ links: 1, dropped: 0 });
  });

  it('count among connectionsMax while they wait', async () => {
    const hub = await opened({
      peerId: 'hub',
      listen: {},
      connectionsMax: 3,
      claimTimeoutMs: FOREVER_MS,
    });
    const { url } = hub.address!;
    for (const peerId of ['v', 'w']) {
      const member = await greetedClient(url, peerId);
      if (peerId === 'v') continue;
      const asked = once(member, 'message');
      await claimant(url, 'w');
      await asked;
    }
    await expect(rawClient(url)).rejects.toThrow(/503/);
  });

  it('and speak while they wait are cut off; the next one may claim', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: FOREVER_MS });
    const { url } = hub.address!;
    const member = await greetedClient(url, 'w');
    const waiting = async () => {
      const asked = once(member, 'message');
      const socket = await claimant(url, 'w');
      await asked;
      return socket;
    };
    const talker = await waiting();
    talker.send(batchOf(Uint8Array.of(1)));
    expect(await ending(talker)).toEqual({ code: 4000, reason: 'spoke before it was greeted' });
    const flooder = await waiting();
    const closed = ending(flooder);
    flooder.send(new Uint8Array(1_000_000), { fin: false });
    await closed;
    const last = await waiting();
    const answer = once(last, 'message');
    member.terminate();
    expect(decodeHello(((await answer) as [Buffer])[0]).peerId).toBe('hub');
  });

  it('do not delay close', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, claimTimeoutMs: FOREVER_MS });
    const member = await greetedClient(hub.address!.url, 'w');
    const asked = once(member, 'message');
    const closed = ending(await claimant(hub.address!.url, 'w'));
    await asked;
    await hub.close();
    expect((await closed).code).toBe(1006);
  });
});
