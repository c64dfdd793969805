import type { SearchHit } from '@ruvector/core';
import { CALIBRATED_K } from './calibration.js';
import type { Mask } from './filter.js';
import { compareHits, IdMap } from './id-map.js';
import * as at from './memory-map.js';
import { Shard, type ShardOptions } from './shard.js';

/** Below, comparing with all is as fast as the graph, and exact. */
const COMPARED_MAX = 2_000;
/** A larger `k` is not kept sorted while it is found: all are compared and then sorted. */
const KEPT_SORTED_MAX = 2_048;
/** Slots whose distances are asked for at once. */
const STRETCH = 256;
/** Used until it is known what the wanted recall takes. */
const EF_SEARCH = 128;
/** How many candidates more each neighbour takes that is wanted beyond those calibrated for. */
const EF_PER_NEIGHBOUR = 2;

/** How a segment is searched. */
export interface SegmentSearch {
  readonly k: number;
  readonly ef: number | undefined;
  readonly mask: Mask | undefined;
}

/** A shard and the ids of what is in it. */
export class Segment {
  readonly shard: Shard;
  readonly ids = new IdMap();

  constructor(options: ShardOptions) {
    this.shard = new Shard(options);
  }

  /**
   * The nearest of those that pass: as many as there are, up to `k`.
   *
   * @param query - that the shard has just admitted.
   */
  search(query: ArrayLike<number>, { k, ef, mask }: SegmentSearch): SearchHit[] {
    const { shard } = this;
    const passing = mask?.count ?? shard.live;
    const wanted = Math.min(k, passing);
    if (wanted === 0) return [];
    if (wanted > KEPT_SORTED_MAX) return this.#compareAndSort(query, wanted, mask);
    if (!shard.options.graph || passing <= COMPARED_MAX) return this.#compare(query, wanted, mask);
    const breadth = this.#breadth(wanted, ef ?? this.ef(wanted), passing);
    this.#prepare(query, breadth, mask);
    const found = shard.search(wanted, breadth, mask !== undefined);
    return found < wanted ? this.#compare(query, wanted, mask) : this.#hits(found);
  }

  /** The breadth of a search that does not say it. */
  ef(k: number): number {
    const known = this.shard.calibration?.ef ?? EF_SEARCH;
    return known + EF_PER_NEIGHBOUR * Math.max(0, k - CALIBRATED_K);
  }

  /** Those that are not found fill the pool too: it has to be that much larger. */
  #breadth(wanted: number, ef: number, passing: number): number {
    const { count } = this.shard;
    return Math.min(count, Math.ceil((Math.max(ef, wanted) * count) / passing));
  }

  /** Makes room for a search, and puts the mask where the kernel looks. */
  #prepare(query: ArrayLike<number>, breadth: number, mask: Mask | undefined): void {
    if (this.shard.widenTo(breadth)) this.shard.admit(query);
    if (mask) this.shard.memory.bytes.set(mask.bits, this.shard.memory.scratch(at.PASSING));
  }

  /**
   * Compares with all that pass. Of those at one distance the first by id are wanted, and found are
   * the first by slot: if the last one found is at the distance of the next, more are asked for.
   */
  #compare(query: ArrayLike<number>, wanted: number, mask: Mask | undefined): SearchHit[] {
    const { shard } = this;
    for (let k = wanted + 1; ; k *= 2) {
      this.#prepare(query, k, mask);
      const found = shard.scan(k, mask !== undefined, shard.memory.shape.rows);
      const isTie =
        found === k && shard.distanceFound(wanted - 1) === shard.distanceFound(found - 1);
      if (!isTie || this.ids.inOrder) return this.#hits(found).slice(0, wanted);
    }
  }

  #compareAndSort(query: ArrayLike<number>, wanted: number, mask: Mask | undefined): SearchHit[] {
    const { shard } = this;
    const hits: SearchHit[] = [];
    this.#prepare(query, STRETCH, mask);
    for (let first = 0; first < shard.count; first += STRETCH) {
      const last = Math.min(first + STRETCH, shard.count);
      const found = shard.scan(STRETCH, mask !== undefined, shard.memory.shape.rows, first, last);
      for (let rank = 0; rank < found; rank++) hits.push(this.#hit(rank));
    }
    return hits.sort(compareHits).slice(0, wanted);
  }

  /** In the order of the contract: the kernel knows slots, not ids. */
  #hits(found: number): SearchHit[] {
    const hits: SearchHit[] = [];
    for (let rank = 0; rank < found; rank++) {
      const hit = this.#hit(rank);
      let place = rank;
      if (!this.ids.inOrder)
        for (; place > 0 && compareHits(hits[place - 1]!, hit) > 0; place--)
          hits[place] = hits[place - 1]!;
      hits[place] = hit;
    }
    return hits;
  }

  #hit(rank: number): SearchHit {
    return {
      id: this.ids.idOf(this.shard.slotFound(rank)),
      distance: this.shard.distanceFound(rank),
    };
  }
}
