import { EdgeError, type PeerId } from '@ruvector/core';

/**
 * The server could not be started; nothing of it is left.
 *
 * `details`: `host`, `port` and `reason`, which is the platform's code, for example `EADDRINUSE`.
 *
 * @example
 * const first = new WsTransport({ peerId: 'first', listen: {} });
 * await first.open();
 * const second = new WsTransport({ peerId: 'second', listen: { port: first.address!.port } });
 * const error = await second.open().catch((e: WsListenError) => e);
 * error?.details['reason']; // => 'EADDRINUSE'
 * await first.close();
 */
export class WsListenError extends EdgeError {
  override readonly name = 'WsListenError';
  override readonly code = 'ERR_WS_LISTEN';
  constructor(host: string, port: number, reason: string, options?: ErrorOptions) {
    super(`cannot listen on ${host}:${port}: ${reason}`, {
      details: { host, port, reason },
      ...options,
    });
  }
}

/**
 * `open()` reached none of its peers.
 *
 * `details`: `peer`, `url` (without query and user, which may be secret) and `reason`: the
 * platform's code such as `ECONNREFUSED`, an HTTP status, or what the other side said.
 *
 * @example
 * const hub = new WsTransport({ peerId: 'hub', listen: { authorize: () => false } });
 * await hub.open();
 * const worker = new WsTransport({ peerId: 'worker', peers: { hub: hub.address!.url } });
 * const error = await worker.open().catch((e: WsDialError) => e);
 * error?.details['reason']; // => 'HTTP 401'
 * await hub.close();
 */
export class WsDialError extends EdgeError {
  override readonly name = 'WsDialError';
  override readonly code = 'ERR_WS_DIAL';
  constructor(peer: PeerId, url: string, reason: string, options?: ErrorOptions) {
    super(`cannot reach ${peer} at ${url}: ${reason}`, {
      details: { peer, url, reason },
      ...options,
    });
  }
}

/**
 * A link that worked was lost: the cause that `onState` handlers are given.
 *
 * `details`: `peer`, `closeCode` (a WebSocket close code, 1006 for a broken connection) and
 * `reason`.
 *
 * @example
 * const hub = new WsTransport({ peerId: 'hub', listen: {} });
 * await hub.open();
 * const left = new Promise((resolve) => {
 *   hub.onState((_, cause) => cause && resolve(cause.message));
 * });
 * const worker = new WsTransport({ peerId: 'worker', peers: { hub: hub.address!.url } });
 * await worker.open();
 * await worker.close();
 * await left; // => 'link to worker lost (1001): closing'
 * await hub.close();
 */
export class WsLinkError extends EdgeError {
  override readonly name = 'WsLinkError';
  override readonly code = 'ERR_WS_LINK';
  constructor(peer: PeerId, closeCode: number, reason: string, options?: ErrorOptions) {
    super(`link to ${peer} lost (${closeCode}): ${reason || 'no reason given'}`, {
      details: { peer, closeCode, reason },
      ...options,
    });
  }
}
