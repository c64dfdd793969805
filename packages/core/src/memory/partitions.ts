import type { PeerId } from '../transport.js';

/** Groups of ids that are cut off from each other, in both directions. */
export class Partitions {
  #pairs: { readonly a: ReadonlySet<PeerId>; readonly b: ReadonlySet<PeerId> }[] = [];

  add(a: Iterable<PeerId>, b: Iterable<PeerId>): void {
    this.#pairs.push({ a: new Set(a), b: new Set(b) });
  }

  get size(): number {
    return this.#pairs.length;
  }

  part(x: PeerId, y: PeerId): boolean {
    return this.#pairs.some(({ a, b }) => (a.has(x) && b.has(y)) || (a.has(y) && b.has(x)));
  }

  clear(): void {
    this.#pairs = [];
  }
}
