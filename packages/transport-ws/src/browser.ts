import { BrowserSocket } from './browser-socket.js';
import type { WsBaseOptions } from './options.js';
import { SocketTransport } from './transport.js';

/** What a `WsTransport` in a browser is made with. */
export interface WsTransportOptions extends WsBaseOptions {
  /** Only in Node. */
  listen?: undefined;
  /** Only in Node: a page cannot set headers or certificates. */
  dial?: undefined;
}

/**
 * Frames over WebSocket, from a browser: the same as in Node without `listen` and `dial`. Other
 * browsers are reached through a hub that both dial.
 *
 * @throws TypeError or RangeError for options that are none, and for `listen` and `dial`.
 * @example
 * const page = new WsTransport({ peerId: 'page', peers: { hub: 'wss://swarm.example/' } });
 * page.peers(); // => []
 */
export class WsTransport extends SocketTransport {
  constructor(options: WsTransportOptions) {
    for (const name of ['listen', 'dial'] as const)
      if (options?.[name] !== undefined)
        throw new TypeError(`${name} is not possible in a browser: leave it out`);
    super(options, {
      dial: (url) => new BrowserSocket(url),
      defer: (flush) => queueMicrotask(flush),
    });
  }
}
