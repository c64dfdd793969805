import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { isEdgeError } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import {
  eventually,
  inbox,
  opened,
  rawClient,
  transport,
  greetedClient,
} from './fixtures/peers.js';
import { LOOPBACK_CERT, LOOPBACK_KEY } from './fixtures/loopback-tls.js';

/** The HTTP status with which an upgrade is refused. */
function refusal(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode);
      socket.terminate();
    });
  });
}

describe('listen', () => {
  it('on a port in use rejects with ERR_WS_LISTEN, host, port and EADDRINUSE', async () => {
    const { port } = (await opened({ peerId: 'first', listen: {} })).address!;
    const second = transport({ peerId: 'second', listen: { port } });
    const error: unknown = await second.open().catch((e: unknown) => e);
    expect(isEdgeError(error, 'ERR_WS_LISTEN')).toBe(true);
    expect(error).toMatchObject({ details: { host: '127.0.0.1', port, reason: 'EADDRINUSE' } });
    expect(second.address).toBeUndefined();
  });

  it('can be opened after the port has become free', async () => {
    const first = await opened({ peerId: 'first', listen: {} });
    const { port } = first.address!;
    const second = transport({ peerId: 'second', listen: { port } });
    await expect(second.open()).rejects.toMatchObject({ code: 'ERR_WS_LISTEN' });
    await first.close();
    await second.open();
    expect(second.address!.port).toBe(port);
  });

  it('on an IPv6 or wildcard host gives a URL that can be dialed', async () => {
    for (const host of ['::1', '0.0.0.0', '::']) {
      const hub = await opened({ peerId: 'hub', listen: { host } });
      expect(hub.address!.host).toBe(host);
      const a = await opened({ peerId: 'a', peers: { hub: hub.address!.url } });
      expect(a.peers()).toEqual(['hub']);
    }
  });

  it('answers a plain HTTP request with 426', async () => {
    const { port } = (await opened({ peerId: 'hub', listen: {} })).address!;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(426);
  });

  it('on a shared server that listens leaves it listening', async () => {
    const server = createServer((_, response) => response.end('page'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const hub = await opened({ peerId: 'hub', listen: { server, path: '/swarm' } });
    const { url, port } = hub.address!;
    expect(url).toBe(`ws://127.0.0.1:${port}/swarm`);
    await opened({ peerId: 'a', peers: { hub: url } });
    expect(hub.peers()).toEqual(['a']);
    await hub.close();
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page');
    server.closeAllConnections();
  });

  it('on a shared server that does not listen starts it, and stops it', async () => {
    const server = createServer();
    const hub = await opened({ peerId: 'hub', listen: { server } });
    expect(server.listening).toBe(true);
    await opened({ peerId: 'a', peers: { hub: hub.address!.url } });
    await hub.close();
    expect(server.listening).toBe(false);
  });

  it('with a path leaves other upgrades to others, or answers 404 if there are none', async () => {
    const server = createServer();
    const hub = await opened({ peerId: 'hub', listen: { server, path: '/swarm' } });
    const origin = `ws://127.0.0.1:${hub.address!.port}`;
    const a = transport({ peerId: 'a', peers: { hub: `${origin}/else` } });
    await expect(a.open()).rejects.toMatchObject({ details: { reason: 'HTTP 404' } });
    server.on('upgrade', (request, socket) => {
      if (request.url === '/else') socket.end('HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n');
    });
    const b = transport({ peerId: 'b', peers: { hub: `${origin}/else` } });
    await expect(b.open()).rejects.toMatchObject({ details: { reason: 'HTTP 410' } });
    await opened({ peerId: 'c', peers: { hub: `${origin}/swarm?x=1` } });
  });

  it('with TLS is dialed with wss, by those who trust its certificate', async () => {
    const tls = { cert: LOOPBACK_CERT, key: LOOPBACK_KEY };
    const hub = await opened({ peerId: 'hub', listen: { tls } });
    const { url } = hub.address!;
    expect(url).toMatch(/^wss:/);
    const trusting = { peers: { hub: url }, dial: { tls: { ca: LOOPBACK_CERT } } };
    const a = await opened({ peerId: 'a', ...trusting });
    const { frames } = inbox(hub);
    a.send('hub', Uint8Array.of(1));
    await eventually(() => expect(frames).toHaveLength(1));
    const b = transport({ peerId: 'b', peers: { hub: url }, openTimeoutMs: 1000 });
    await expect(b.open()).rejects.toMatchObject({
      details: { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
  });
});

describe('authorize', () => {
  it('decides with the request, now or later; refused is HTTP 401 and fails open at once', async () => {
    for (const later of [false, true]) {
      const authorize = (request: IncomingMessage) => {
        const decision = request.headers.authorization === 'Bearer good';
        return later ? Promise.resolve(decision) : decision;
      };
      const hub = await opened({ peerId: 'hub', listen: { authorize } });
      const peers = { hub: hub.address!.url };
      const good = { headers: { authorization: 'Bearer good' } };
      await opened({ peerId: 'a', peers, dial: good });
      const b = transport({ peerId: 'b', peers });
      await expect(b.open()).rejects.toMatchObject({
        code: 'ERR_WS_DIAL',
        details: { reason: 'HTTP 401' },
      });
      expect(hub.peers()).toEqual(['a']);
    }
  });

  it('that throws, or says neither true nor false, lets nobody in', async () => {
    const deciders: [authorize: () => boolean | Promise<boolean>, status: number][] = [
      [() => 'yes' as unknown as boolean, 401],
      [() => Promise.reject(new Error('rejected on purpose')), 500],
      [
        () => {
          throw new Error('thrown on purpose');
        },
        500,
      ],
    ];
    for (const [authorize, status] of deciders) {
      const hub = await opened({ peerId: 'hub', listen: { authorize } });
      expect(await refusal(hub.address!.url)).toBe(status);
      expect(hub.peers()).toEqual([]);
    }
  });

  it('that never decides is waited for no longer than helloTimeoutMs, and close does not wait', async () => {
    const clock = new ManualClock();
    let asked = () => undefined as void;
    const authorize = () => {
      asked();
      return new Promise<boolean>(() => undefined);
    };
    const hub = await opened({ peerId: 'hub', listen: { authorize }, clock });
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const status = refusal(hub.address!.url);
    await wasAsked;
    clock.advance(5000);
    expect(await status).toBe(503);
    const slow = await opened({ peerId: 'slow', listen: { authorize } });
    const tcp = connect(slow.address!.port, '127.0.0.1');
    tcp.on('error', () => undefined);
    tcp.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const ended = new Promise((resolve) => tcp.resume().once('close', resolve));
    await new Promise(setImmediate);
    await slow.close();
    await ended;
  });
});

describe('connectionsMax', () => {
  it('answers one more with HTTP 503, and has room again when somebody leaves', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, connectionsMax: 2 });
    const peers = { hub: hub.address!.url };
    const a = await opened({ peerId: 'a', peers });
    await rawClient(peers.hub); // a stranger counts too
    expect(await refusal(peers.hub)).toBe(503);
    await a.close();
    await eventually(() => expect(hub.peers()).toEqual([]));
    await opened({ peerId: 'c', peers });
    expect(hub.peers()).toEqual(['c']);
  });

  it('gives the place of a lost link to somebody new', async () => {
    const hub = await opened({ peerId: 'hub', listen: {}, connectionsMax: 1 });
    const lost = await greetedClient(hub.address!.url, 'lost');
    hub.send('lost', Uint8Array.of(1));
    lost.terminate();
    await eventually(() => expect(hub.peers()).toEqual([]));
    await opened({ peerId: 'a', peers: { hub: hub.address!.url } });
    expect(hub.peers()).toEqual(['a']);
    expect(hub.stats()).toMatchObject({ dropped: 1, links: 1 });
  });
});
