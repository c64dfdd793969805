import type { PeerId } from '@ruvector/core';
import { greet } from './greeting.js';
import type { Settings } from './options.js';
import { CloseCode, type Socket, type SocketEnd } from './socket.js';
import type { Hello } from './wire.js';

export interface DialerOwner {
  readonly settings: Settings;
  /** A socket on its way to `url`. May throw what the platform throws. */
  dial(url: string): Socket;
  hello(dialer: Dialer): Uint8Array;
  /** The right peer answered; the socket is the owner's from now on. */
  reached(dialer: Dialer, socket: Socket, hello: Hello): void;
  missed(dialer: Dialer, end: SocketEnd): void;
}

/** Keeps one peer dialed: after a failure it tries again, each time after a longer pause. */
export class Dialer {
  readonly peerId: PeerId;
  readonly url: string;
  /** What we are to this peer, for life. */
  readonly ownInstance: string;
  readonly #owner: DialerOwner;
  #failures = 0;
  #reachedAt = 0;
  #stopped = false;
  /** Undoes the present attempt or pause. */
  #cancel: () => void = () => undefined;

  constructor(owner: DialerOwner, peerId: PeerId, url: string, ownInstance: string) {
    this.#owner = owner;
    this.peerId = peerId;
    this.url = url;
    this.ownInstance = ownInstance;
  }

  /** Dials now. */
  start(): void {
    const { clock, helloTimeoutMs } = this.#owner.settings;
    let socket: Socket;
    try {
      socket = this.#owner.dial(this.url);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#failed({ closeCode: CloseCode.broken, reason: cause.message, cause });
      return;
    }
    const greeting = {
      opened: () => socket.send(this.#owner.hello(this)),
      greeted: (hello: Hello) => this.#greeted(socket, hello),
      failed: (end: SocketEnd) => this.#failed(end),
    };
    this.#cancel = greet(socket, greeting, clock, helloTimeoutMs);
  }

  /** The link is lost: dials again after a pause. */
  lost(): void {
    const { clock, backoffMaxMs } = this.#owner.settings;
    // Only a link that lasted counts as success: one that is ended at once would be made at once.
    if (clock.monotonic() - this.#reachedAt >= backoffMaxMs) this.#failures = 0;
    this.#pause();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #greeted(socket: Socket, hello: Hello): void {
    this.#cancel = () => undefined;
    this.#reachedAt = this.#owner.settings.clock.monotonic();
    this.#owner.reached(this, socket, hello);
  }

  #failed(end: SocketEnd): void {
    this.#pause();
    this.#owner.missed(this, end);
  }

  /** Full jitter: Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015). */
  #pause(): void {
    if (this.#stopped) return;
    const { clock, random, backoffBaseMs, backoffMaxMs } = this.#owner.settings;
    const ceilingMs = Math.min(backoffMaxMs, backoffBaseMs * 2 ** this.#failures++);
    this.#cancel = clock.setTimeout(() => this.start(), random.next() * ceilingMs);
  }
}
