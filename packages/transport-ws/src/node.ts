import type { ConnectionOptions } from 'node:tls';
import { checkInteger, checkObject, checkString } from '@ruvector/core';
import { listenNode, type WsListenOptions } from './listener.js';
import { dialNode } from './node-socket.js';
import type { WsBaseOptions } from './options.js';
import { SocketTransport } from './transport.js';

/** How a `WsTransport` in Node dials. */
export interface WsDialOptions {
  /** Sent with the upgrade request, for the other side's `authorize`. */
  headers?: Readonly<Record<string, string>>;
  /** Certificates and all else that `tls.connect` takes, for `wss:` peers. */
  tls?: ConnectionOptions;
}

/** What a `WsTransport` in Node is made with. */
export interface WsTransportOptions extends WsBaseOptions {
  /** Be a server; `{}` for a free port on the loopback. */
  listen?: WsListenOptions;
  /** How `peers` are dialed. @default without headers, with the system's certificates */
  dial?: WsDialOptions;
}

/**
 * Frames over WebSocket: a client for each of `peers`, and with `listen` a server, which also
 * passes frames between those who dial it.
 *
 * Small frames of one turn share a message. What `send` accepted arrives once and in order, also
 * if a connection breaks and is made again within `resumeMs`; what was not confirmed until then is
 * counted as dropped. Order holds on one way to a peer: when another way replaces it (a direct link
 * after a hub, a second hub), frames under way may arrive later than new ones.
 *
 * A peer id is what the other side says it is. If a second connection says the id of a link that
 * stands, the link keeps it if it shows a sign of life within `claimTimeoutMs`, and the newcomer is
 * closed with code 4007 to try again later; the instance that had the id before gets it at once.
 *
 * @throws TypeError or RangeError for options that are none.
 * @example
 * const hub = new WsTransport({ peerId: 'hub', listen: {} });
 * await hub.open();
 * const worker = new WsTransport({ peerId: 'worker', peers: { hub: hub.address!.url } });
 * await worker.open();
 * const heard = new Promise((resolve) => hub.onFrame((from, frame) => resolve([from, frame[0]])));
 * worker.send('hub', Uint8Array.of(7)); // => true
 * await heard; // => ['worker', 7]
 * await Promise.all([worker.close(), hub.close()]);
 */
export class WsTransport extends SocketTransport {
  constructor(options: WsTransportOptions) {
    const { listen, dial } = options ?? {};
    if (listen !== undefined) checkListen(listen);
    if (dial !== undefined) checkDial(dial);
    super(options, {
      dial: (url) => dialNode(url, dial?.headers ?? {}, dial?.tls ?? {}),
      defer: (flush) => void setImmediate(flush),
      listen: listen && ((door) => listenNode(listen, door)),
    });
  }
}

const LISTEN: readonly (keyof WsListenOptions)[] = [
  'host',
  'port',
  'server',
  'path',
  'tls',
  'authorize',
];

function checkListen(listen: WsListenOptions): void {
  checkObject('listen', listen, { keys: LISTEN });
  const { host, port, path, authorize, server, tls } = listen;
  if (host !== undefined) checkString('listen.host', host, { min: 1, max: 255 });
  if (port !== undefined) checkInteger('listen.port', port, { min: 0, max: 65_535 });
  if (path !== undefined && !checkString('listen.path', path).startsWith('/'))
    throw new RangeError(`listen.path must begin with "/", got ${JSON.stringify(path)}`);
  if (authorize !== undefined && typeof authorize !== 'function')
    throw new TypeError(`listen.authorize must be a function, got ${typeof authorize}`);
  if (server !== undefined && tls !== undefined)
    throw new TypeError('listen.tls is for an own server: give listen.server its certificate');
  if (server !== undefined) checkObject('listen.server', server, { methods: ['on', 'listen'] });
  if (tls !== undefined) checkObject('listen.tls', tls);
}

function checkDial(dial: WsDialOptions): void {
  const { headers, tls } = checkObject('dial', dial, { keys: ['headers', 'tls'] });
  if (headers !== undefined) checkObject('dial.headers', headers);
  if (tls !== undefined) checkObject('dial.tls', tls);
}
