import type { HandshakeKeys } from './handshake.js';

/** How long the session before may still open what was under way, milliseconds. */
const GRACE_MS = 10_000;
/** Sessions before the current one that may still open something. */
const RETIRED_MAX = 2;

interface Retired {
  readonly keys: HandshakeKeys;
  /** By the monotonic clock; unknown until the peer has shown that it uses the current one. */
  untilMs: number | undefined;
}

/**
 * The sessions with one peer during a changeover: the current one, which seals; the next one, made
 * as responder, which waits for a first frame; those before, which only open what was under way.
 */
export class SessionSet {
  #current: HandshakeKeys | undefined;
  #next: HandshakeKeys | undefined;
  #retired: Retired[] = [];
  /** Its keys have opened a frame. */
  #isConfirmed = false;

  get current(): HandshakeKeys | undefined {
    return this.#current;
  }

  get next(): HandshakeKeys | undefined {
    return this.#next;
  }

  /** The newest of all session ids here, or −1. */
  get newestId(): number {
    return Math.max(this.#current?.sessionId ?? -1, this.#next?.sessionId ?? -1);
  }

  find(sessionId: number): HandshakeKeys | undefined {
    const all = [this.#current, this.#next, ...this.#retired.map(({ keys }) => keys)];
    return all.find((keys) => keys?.sessionId === sessionId);
  }

  /** A handshake that we answered: replaces an earlier one of which nothing was heard. */
  wait(keys: HandshakeKeys): void {
    destroy(this.#next);
    this.#next = keys;
  }

  /** A handshake that we began is through. One that we answered may be in use already: it stays. */
  begin(keys: HandshakeKeys): void {
    this.#retire(this.#current);
    this.#retire(this.#next);
    this.#next = undefined;
    this.#current = keys;
    this.#isConfirmed = false;
  }

  /** A frame of these keys has opened. */
  heard(keys: HandshakeKeys, nowMs: number): void {
    if (keys === this.#next) {
      this.#retire(this.#current);
      this.#current = keys;
      this.#next = undefined;
    } else if (keys !== this.#current || this.#isConfirmed) return;
    this.#isConfirmed = true;
    for (const retired of this.#retired) retired.untilMs ??= nowMs + GRACE_MS;
  }

  /** Erases what is over. */
  prune(nowMs: number): void {
    if (this.#current?.receive.isOver) this.#current = destroy(this.#current);
    if (this.#next?.receive.isOver) this.#next = destroy(this.#next);
    this.#retired = this.#retired.filter(({ keys, untilMs = Infinity }) => {
      const lives = nowMs < untilMs && !keys.receive.isOver;
      if (!lives) destroy(keys);
      return lives;
    });
  }

  /** Erases all. */
  clear(): void {
    for (const { keys } of this.#retired) destroy(keys);
    this.#retired = [];
    this.#current = destroy(this.#current);
    this.#next = destroy(this.#next);
  }

  #retire(keys: HandshakeKeys | undefined): void {
    if (keys === undefined) return;
    keys.send.destroy();
    keys.exporter.destroy();
    this.#retired.unshift({ keys, untilMs: undefined });
    for (const { keys: oldest } of this.#retired.splice(RETIRED_MAX)) destroy(oldest);
  }
}

function destroy(keys: HandshakeKeys | undefined): undefined {
  keys?.send.destroy();
  keys?.receive.destroy();
  keys?.exporter.destroy();
}
