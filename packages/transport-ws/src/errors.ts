import { EdgeError, type PeerId } from '@ruvector/core';

/**
 * The server could not be started; nothing of it is left.
 *
 * `details`: `host`, `port` and `reason`, which is the platform's code, for example `EADDRINUSE`.
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
 * `details`: `peer`, `closeCode` (a WebSocket close code, 1006 for a broken connection) and `reason`.
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
