import { Heap } from '../heap.js';
import type { SearchHit, VectorId } from '../vector-index.js';
import { compareIds } from './vector-id.js';

const compareHits = (a: SearchHit, b: SearchHit): number =>
  a.distance - b.distance || compareIds(a.id, b.id);

/** The `k` nearest of all that is offered: a heap with the furthest of them on top. */
export class Nearest {
  readonly #heap = new Heap<SearchHit>((a, b) => compareHits(a, b) > 0);
  readonly #k: number;

  constructor(k: number) {
    this.#k = k;
  }

  offer(id: VectorId, distance: number): void {
    if (this.#heap.size < this.#k) {
      this.#heap.push({ id, distance });
      return;
    }
    const furthest = this.#heap.top!;
    if (distance > furthest.distance) return;
    const hit = { id, distance };
    if (compareHits(hit, furthest) < 0) this.#heap.replaceTop(hit);
  }

  /** Nearest first, ties by id. */
  sorted(): SearchHit[] {
    return [...this.#heap.items].sort(compareHits);
  }
}
