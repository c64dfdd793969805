import type { PeerId } from '@ruvector/core';
import type { Link } from './link.js';
import type { Settings } from './options.js';
import type { Budget } from './outbox.js';
import { CloseCode } from './socket.js';
import { RecordKind, RouteState } from './wire.js';

/**
 * Above its limit a link still takes news about others; whoever does not read those either is cut
 * off.
 */
const NEWS_BYTES_MAX = 1_048_576;

/**
 * The hub of a star: tells every dialer which others there are and whether they have room, and
 * passes frames between them without looking inside.
 */
export class Relay {
  readonly #settings: Settings;
  readonly #budget: Budget;
  readonly #links: ReadonlyMap<PeerId, Link>;
  /** What was said last about each dialer. */
  readonly #told = new Map<PeerId, number>();

  constructor(settings: Settings, budget: Budget, links: ReadonlyMap<PeerId, Link>) {
    this.#settings = settings;
    this.#budget = budget;
    this.#links = links;
  }

  /** A new session: it hears of all the others. */
  welcome(link: Link): void {
    for (const [peerId, state] of this.#told)
      if (peerId !== link.peerId) link.push(RecordKind.route, peerId, Uint8Array.of(state));
  }

  /** Tells the others where a dialer stands, if that is news. */
  tell(link: Link): void {
    const { peerId } = link;
    const present = this.#links.get(peerId) === link;
    const room = link.up && !link.full;
    const state = !present ? RouteState.gone : room ? RouteState.open : RouteState.busy;
    if ((this.#told.get(peerId) ?? RouteState.gone) === state) return;
    if (!present && this.#links.has(peerId)) return; // another session took its place
    if (state === RouteState.gone) this.#told.delete(peerId);
    else this.#told.set(peerId, state);
    for (const other of this.#links.values()) {
      if (other === link) continue;
      if (other.bufferedBytes > this.#settings.linkBytesMax + NEWS_BYTES_MAX)
        void other.end(CloseCode.slowReader, 'does not read');
      else other.push(RecordKind.route, peerId, Uint8Array.of(state));
    }
  }

  /** @returns whether the frame was queued; if not, it is lost. */
  forward(from: Link, to: PeerId, frame: Uint8Array): boolean {
    const target = this.#links.get(to);
    if (target === undefined || !this.#mayHold(target, frame.length)) return false;
    target.push(RecordKind.relay, from.peerId, frame);
    return true;
  }

  #mayHold(link: Link, bytes: number): boolean {
    const { linkBytesMax, totalBytesMax } = this.#settings;
    return (
      link.bufferedBytes + bytes <= linkBytesMax && this.#budget.bytes + bytes <= totalBytesMax
    );
  }
}
