import type { PeerId } from '../transport.js';
import { Partitions } from './partitions.js';

export interface Member {
  readonly peerId: PeerId;
  /** Somebody new would change nothing for it. */
  readonly settled: boolean;
  /** Somebody came, left, or a link was cut or mended. */
  linksChanged(): void;
}

/** Who is there, and who reaches whom. */
export class Switchboard<M extends Member> {
  readonly #members = new Map<PeerId, M>();
  readonly #severed = new Map<PeerId, Set<PeerId>>();
  readonly #partitions = new Partitions();

  /** @throws RangeError if the id is taken. */
  join(member: M): void {
    if (this.#members.has(member.peerId))
      throw new RangeError(`peerId "${member.peerId}" is already open in this network`);
    this.#members.set(member.peerId, member);
    // With ten thousand members almost all are settled, and telling each of each costs seconds.
    for (const other of this.#members.values()) if (!other.settled) other.linksChanged();
  }

  leave(member: M): void {
    if (this.#members.get(member.peerId) !== member) return;
    this.#members.delete(member.peerId);
    // Two without cuts still reach each other, and frames lost on the way to `member` wake who
    // waits.
    const others = this.#members.size;
    if (others < 2 || this.#severed.size > 0 || this.#partitions.size > 0) this.#tellAll();
  }

  member(peerId: PeerId): M | undefined {
    return this.#members.get(peerId);
  }

  /** Cuts the way between two ids, present or not, in both directions. */
  sever(a: PeerId, b: PeerId): void {
    this.#cutsOf(a).add(b);
    this.#cutsOf(b).add(a);
    this.#tellAll();
  }

  heal(a: PeerId, b: PeerId): void {
    this.#mend(a, b);
    this.#mend(b, a);
    this.#tellAll();
  }

  /** Cuts every way between two groups. */
  partition(a: Iterable<PeerId>, b: Iterable<PeerId>): void {
    this.#partitions.add(a, b);
    this.#tellAll();
  }

  /** Mends all that was cut. */
  healAll(): void {
    this.#severed.clear();
    this.#partitions.clear();
    this.#tellAll();
  }

  /** The member `to`, if `from` is present and reaches it. Nobody reaches itself. */
  reach(from: M, to: PeerId): M | undefined {
    const member = this.#members.get(to);
    if (member === undefined || member === from) return undefined;
    if (this.#members.get(from.peerId) !== from) return undefined;
    return this.isCut(from.peerId, to) ? undefined : member;
  }

  isCut(a: PeerId, b: PeerId): boolean {
    return this.#severed.get(a)?.has(b) === true || this.#partitions.part(a, b);
  }

  *reachable(from: M): Iterable<M> {
    for (const to of this.#members.keys()) {
      const member = this.reach(from, to);
      if (member !== undefined) yield member;
    }
  }

  #mend(a: PeerId, b: PeerId): void {
    const cuts = this.#severed.get(a);
    cuts?.delete(b);
    if (cuts?.size === 0) this.#severed.delete(a);
  }

  #cutsOf(peerId: PeerId): Set<PeerId> {
    let cuts = this.#severed.get(peerId);
    if (cuts === undefined) this.#severed.set(peerId, (cuts = new Set()));
    return cuts;
  }

  #tellAll(): void {
    for (const member of [...this.#members.values()]) member.linksChanged();
  }
}
