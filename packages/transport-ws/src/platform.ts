import type { Settings } from './options.js';
import type { Socket } from './socket.js';

/** Where a transport listens. */
export interface WsAddress {
  readonly host: string;
  /** The one that is listened on, also where the system chose it. */
  readonly port: number;
  /** For the `peers` of others on this machine; for a wildcard host it names the loopback. */
  readonly url: string;
}

/** A server at work. */
export interface Server {
  readonly address: WsAddress;
  /** Takes no new connection, drops those not yet accepted, releases what it made. */
  close(): Promise<void>;
}

/** What a server asks its transport. */
export interface Door {
  readonly settings: Settings;
  /** Whether one more connection may come in. */
  admits(): boolean;
  accept(socket: Socket): void;
}

/** What differs between Node and a browser. */
export interface Platform {
  /** A socket on its way to `url`. May throw what the platform throws. */
  dial(url: string): Socket;
  /** Runs `flush` once the frames of this turn are gathered. */
  defer(flush: () => void): void;
  /** Absent if nobody is to listen. */
  readonly listen?: ((door: Door) => Promise<Server>) | undefined;
}
