import type { Clock, PeerId } from '@ruvector/core';
import type { Dialer } from './dialer.js';
import { WsDialError } from './errors.js';
import { CloseCode, type SocketEnd } from './socket.js';

/**
 * When `open()` is done: as soon as every peer was tried once and something works, be it one of
 * them or the own server. If nothing does, dialing goes on until the time is over or all peers
 * have refused for good.
 */
export class Opening {
  readonly done: Promise<void>;
  #settle!: (error?: unknown) => void;
  readonly #untried: Set<PeerId>;
  readonly #refused = new Set<PeerId>();
  readonly #dialers: number;
  #works: boolean;
  #lastError: WsDialError | undefined;

  constructor(dialers: readonly Dialer[], listening: boolean, clock: Clock, timeoutMs: number) {
    this.#untried = new Set(dialers.map((dialer) => dialer.peerId));
    this.#dialers = dialers.length;
    this.#works = listening || dialers.length === 0;
    this.done = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        cancel();
        if (error === undefined) resolve();
        else reject(error as Error);
      };
    });
    this.done.catch(() => undefined);
    const cancel = clock.setTimeout(() => this.#giveUp(dialers, timeoutMs), timeoutMs);
    this.#check();
  }

  reached(dialer: Dialer): void {
    this.#works = true;
    this.#untried.delete(dialer.peerId);
    this.#refused.delete(dialer.peerId);
    this.#check();
  }

  missed(dialer: Dialer, end: SocketEnd): void {
    this.#untried.delete(dialer.peerId);
    if (isRefusal(end)) this.#refused.add(dialer.peerId);
    this.#lastError = dialError(dialer, end);
    if (!this.#works && this.#refused.size === this.#dialers) this.#settle(this.#lastError);
    this.#check();
  }

  abort(reason: unknown): void {
    this.#settle(reason);
  }

  #check(): void {
    if (this.#works && this.#untried.size === 0) this.#settle();
  }

  #giveUp(dialers: readonly Dialer[], timeoutMs: number): void {
    if (this.#works) this.#settle();
    else {
      const first = dialers[0]!;
      const reason = `no answer within ${timeoutMs} ms`;
      this.#settle(this.#lastError ?? new WsDialError(first.peerId, bare(first.url), reason));
    }
  }
}

/** Request Timeout and Too Many Requests: what a server under load says. */
const BUSY: ReadonlySet<number> = /* @__PURE__ */ new Set([408, 429]);

/** Trying again would only get the same answer. */
function isRefusal({ status, closeCode }: SocketEnd): boolean {
  if (status !== undefined) return status >= 400 && status < 500 && !BUSY.has(status);
  return closeCode === CloseCode.badHello || closeCode === CloseCode.wrongPeer;
}

function dialError({ peerId, url }: Dialer, end: SocketEnd): WsDialError {
  const { status, closeCode, cause } = end;
  const code = (cause as { code?: unknown } | undefined)?.code;
  const known = typeof code === 'string' && !code.startsWith('ERR_MALFORMED') ? code : end.reason;
  const reason = status !== undefined ? `HTTP ${status}` : known || `closed with ${closeCode}`;
  return new WsDialError(peerId, bare(url), reason, cause && { cause });
}

/** Query and user may be secrets. */
function bare(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
