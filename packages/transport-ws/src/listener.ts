import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { WsListenError } from './errors.js';
import { NodeSocket, WS_OPTIONS } from './node-socket.js';
import type { Door, Server } from './platform.js';

/** How a `WsTransport` in Node listens. */
export interface WsListenOptions {
  /** @default '127.0.0.1' */
  host?: string;
  /** 0 lets the system choose. @default 0 */
  port?: number;
  /**
   * A server to share, instead of an own one. If it listens already it is left running on
   * `close()`; if not, it is started here, and stopped.
   */
  server?: HttpServer;
  /**
   * Only upgrades of this path are taken; those of others are left to the shared server's other
   * listeners.
   */
  path?: string;
  /**
   * Key, certificate and all else that `https.createServer` takes: the own server speaks `wss:`.
   */
  tls?: ServerOptions;
  /**
   * Asked before the upgrade, with headers and URL of the request; anything but `true` is answered
   * with HTTP 401. A browser sends its page's `Origin`, which others can forge.
   */
  authorize?: (request: IncomingMessage) => boolean | Promise<boolean>;
}

/** @throws WsListenError */
export async function listenNode(options: WsListenOptions, door: Door): Promise<Server> {
  const server = options.server ?? ownServer(options, door);
  const upgrades = new Upgrades(options, door, server);
  const started = !server.listening;
  const onUpgrade = upgrades.handle.bind(upgrades);
  server.on('upgrade', onUpgrade);
  if (started) {
    try {
      await start(server, options.host ?? '127.0.0.1', options.port ?? 0);
    } catch (error) {
      server.off('upgrade', onUpgrade);
      throw error;
    }
  }
  const onError = (error: Error) => door.settings.logger.error('the server failed', { error });
  server.on('error', onError);
  return {
    address: addressOf(server, options.path ?? ''),
    async close() {
      server.off('upgrade', onUpgrade);
      upgrades.close();
      if (started) {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      }
      server.off('error', onError);
    },
  };
}

/** Strangers get the time of a HELLO for each step: TCP, TLS, request. */
function ownServer({ tls }: WsListenOptions, door: Door): HttpServer {
  const { helloTimeoutMs, connectionsMax } = door.settings;
  const times = {
    headersTimeout: helloTimeoutMs,
    requestTimeout: helloTimeoutMs,
    connectionsCheckingInterval: helloTimeoutMs,
  };
  const server = tls
    ? createTlsServer({ ...times, handshakeTimeout: helloTimeoutMs, ...tls })
    : createServer(times);
  server.on('request', (_, response) => response.writeHead(426, { Upgrade: 'websocket' }).end());
  // as many as are accepted, and as many again about which `authorize` is deciding
  server.maxConnections = 2 * connectionsMax;
  return server;
}

function start(server: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(new WsListenError(host, port, error.code ?? error.message, { cause: error }));
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function addressOf(server: HttpServer, path: string): Server['address'] {
  const { address: host, port, family } = server.address() as AddressInfo;
  const wildcard = host === '0.0.0.0' || host === '::';
  const ip6 = family === 'IPv6';
  const name = wildcard ? (ip6 ? '[::1]' : '127.0.0.1') : ip6 ? `[${host}]` : host;
  const scheme = 'setSecureContext' in server ? 'wss' : 'ws';
  return { host, port, url: `${scheme}://${name}:${port}${path}` };
}

/** Turns upgrade requests into sockets, or answers them with an HTTP status. */
class Upgrades {
  readonly #options: WsListenOptions;
  readonly #door: Door;
  readonly #server: HttpServer;
  readonly #wss = new WebSocketServer({ ...WS_OPTIONS, noServer: true, clientTracking: false });
  /** Connections about which `authorize` has not decided. */
  readonly #pending = new Set<Duplex>();
  #closed = false;

  constructor(options: WsListenOptions, door: Door, server: HttpServer) {
    this.#options = options;
    this.#door = door;
    this.#server = server;
  }

  handle(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    const { path } = this.#options;
    if (path !== undefined && request.url?.split('?')[0] !== path) {
      if (this.#server.listenerCount('upgrade') === 1) refuse(tcp, '404 Not Found');
      return;
    }
    if (!this.#hasRoom()) {
      refuse(tcp, '503 Service Unavailable');
      return;
    }
    const drop = () => tcp.destroy();
    tcp.on('error', drop);
    this.#pending.add(tcp);
    void this.#decide(request).then((status) => {
      this.#pending.delete(tcp);
      tcp.off('error', drop);
      if (this.#closed || tcp.destroyed) tcp.destroy();
      else if (status !== undefined) refuse(tcp, status);
      else if (!this.#hasRoom()) refuse(tcp, '503 Service Unavailable');
      else this.#accept(request, tcp, head);
    });
  }

  close(): void {
    this.#closed = true;
    for (const tcp of this.#pending) tcp.destroy();
  }

  /** @returns the status to refuse with, or undefined if the connection may come in. */
  async #decide(request: IncomingMessage): Promise<string | undefined> {
    const { authorize } = this.#options;
    if (authorize === undefined) return undefined;
    const { clock, helloTimeoutMs, logger } = this.#door.settings;
    let cancel!: () => void;
    const late = new Promise<string>((resolve) => {
      cancel = clock.setTimeout(() => resolve('503 Service Unavailable'), helloTimeoutMs);
    });
    const decided = (async () =>
      (await authorize(request)) === true ? undefined : '401 Unauthorized')().catch((error) => {
      logger.error('authorize threw', { error });
      return '500 Internal Server Error';
    });
    return Promise.race([decided, late]).finally(cancel);
  }

  #hasRoom(): boolean {
    return this.#pending.size < this.#door.settings.connectionsMax && this.#door.admits();
  }

  #accept(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    this.#wss.handleUpgrade(request, tcp, head, (ws) => {
      const socket = new NodeSocket(ws);
      socket.guard(tcp as TcpSocket);
      this.#door.accept(socket);
    });
  }
}

function refuse(tcp: Duplex, status: string): void {
  tcp.on('error', () => tcp.destroy());
  tcp.once('finish', () => tcp.destroy());
  tcp.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
