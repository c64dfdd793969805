import type { SearchHit, VectorId } from '@ruvector/core';
import { CALIBRATED_K } from './calibration.js';
import type { Mask } from './filter.js';
import { compareHits, IdMap } from './id-map.js';
import * as at from './memory-map.js';
import { Shard } from './shard.js';
import { type ShardOptions } from './shard-options.js';

/** Below, comparing with all is as fast as the graph, and exact. */
const COMPARED_MAX = 2_000;
/** A larger `k` is not kept sorted while it is found: all are compared and then sorted. */
const KEPT_SORTED_MAX = 2_048;
/** Slots whose distances are asked for at once. */
const STRETCH = 256;
/** What a candidate of a search costs, in rows that are compared one after the other. */
const WALKED = 30;
/** The same where a filter is asked: more of the graph is out of the cache, and not all pass. */
const WALKED_FILTERED = 80;
/** What passes a filter is further away, where a search sees less well: it looks at more. */
const FILTERED = 1.5;
/** Of the candidates that are wanted, so many have to pass. */
const ENOUGH = 0.9;
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

/** What a search comes to: so many are wanted, found in the graph or by comparing with all. */
export interface SearchPlan {
  readonly way: 'nothing' | 'graph' | 'compare' | 'sort';
  readonly wanted: number;
  /** Candidates that are to be found which are not deleted and pass: `ef` as it is asked for. */
  readonly narrow: number;
  /** Candidates of the graph: those that are deleted or do not pass take room too. */
  readonly breadth: number;
}

/** A shard and the ids of what is in it. */
export class Segment {
  readonly shard: Shard;
  ids = new IdMap();

  constructor(options: ShardOptions) {
    this.shard = new Shard(options);
  }

  /** Gives up the slots of what was deleted. */
  compact(): void {
    const before = this.ids;
    const renamed = this.shard.compact();
    this.ids = new IdMap();
    renamed.forEach((slot, old) => {
      if (slot !== at.NOBODY) this.ids.set(slot, before.idOf(old));
    });
    this.shard.connect();
  }

  /** Answers a query that was not admitted before. */
  answer(query: ArrayLike<number>, search: SegmentSearch): SearchHit[] {
    this.shard.admit(query);
    return this.search(search);
  }

  /**
   * The nearest of those that pass to the vector that the shard has just admitted: as many as there
   * are, up to `k`.
   */
  search(search: SegmentSearch): SearchHit[] {
    const plan = this.plan(search);
    const { way, wanted } = plan;
    const { mask } = search;
    if (way === 'nothing') return [];
    if (way === 'sort') return this.#compareAndSort(wanted, mask);
    if (way === 'compare') return this.#compare(wanted, mask);
    const found = this.#walk(plan, mask);
    return found < wanted ? this.#compare(wanted, mask) : this.#hits(found);
  }

  /** How a search is done that costs least. */
  plan({ k, ef, mask }: SegmentSearch): SearchPlan {
    const passing = mask?.count ?? this.shard.live;
    const wanted = Math.min(k, passing);
    const margin = mask && ef === undefined ? FILTERED : 1;
    const narrow = Math.max(wanted, Math.ceil(margin * (ef ?? this.ef(wanted))));
    const breadth = this.#breadth(narrow, passing / this.shard.count);
    const cheapest = this.#way(wanted, breadth, passing, mask !== undefined);
    const way = cheapest === 'graph' && !this.shard.widenTo(breadth) ? 'compare' : cheapest;
    return { way, wanted, narrow, breadth };
  }

  /** Whether so many candidates of a search passed the filter that the best are among them. */
  isEnough({ narrow, breadth }: SearchPlan, passed: number, mask: Mask | undefined): boolean {
    return mask === undefined || breadth >= this.shard.count || passed >= ENOUGH * narrow;
  }

  /** The breadth of a search that does not say it. */
  ef(k: number): number {
    const known = this.shard.calibration?.ef ?? EF_SEARCH;
    return known + EF_PER_NEIGHBOUR * Math.max(0, k - CALIBRATED_K);
  }

  /** The hits in an order that the contract does not know: that of slots, where distances tie. */
  hitsOf(slots: Uint32Array, distances: Float64Array, first: number, count: number): SearchHit[] {
    const hits: SearchHit[] = [];
    for (let i = first; i < first + count; i++)
      this.#insertHit(hits, this.ids.idOf(slots[i]!), distances[i]!);
    return hits;
  }

  #way(wanted: number, breadth: number, passing: number, isFiltered: boolean): SearchPlan['way'] {
    if (wanted === 0) return 'nothing';
    if (wanted > KEPT_SORTED_MAX) return 'sort';
    if (!this.shard.options.graph || passing <= COMPARED_MAX) return 'compare';
    const walked = isFiltered ? WALKED_FILTERED : WALKED;
    return passing <= breadth * walked ? 'compare' : 'graph';
  }

  /** @param share - of the candidates that may be found. */
  #breadth(narrow: number, share: number): number {
    return Math.min(this.shard.count, Math.ceil(narrow / Math.max(share, 1e-9)));
  }

  /**
   * Searches the graph. What passes a filter may be rarer around the query than elsewhere: then the
   * search is done once more with as many candidates as that takes, or given up if comparing with
   * all costs less.
   */
  #walk(plan: SearchPlan, mask: Mask | undefined): number {
    const { shard } = this;
    const { wanted, narrow } = plan;
    for (let { breadth } = plan; ;) {
      if (mask) this.maskThread(mask, 0);
      const found = shard.search(wanted, breadth, mask !== undefined);
      const passed = shard.memory.run.passed();
      if (mask === undefined || this.isEnough({ ...plan, breadth }, passed, mask)) return found;
      breadth = Math.max(2 * breadth, this.#breadth(narrow, passed / breadth));
      if (mask.count <= breadth * WALKED_FILTERED || !shard.widenTo(breadth)) return 0;
    }
  }

  /** What came after the mask was made does not pass. */
  maskThread({ bits }: Mask, thread: number): void {
    const { memory, count } = this.shard;
    const start = memory.scratch(at.PASSING, thread);
    memory.bytes.set(bits, start);
    memory.bytes.fill(0, start + bits.length, start + 8 * Math.ceil(count / 64));
  }

  /**
   * Compares with all that pass. Of those at one distance the first by id are wanted, and found are
   * the first by slot: if the last one found is at the distance of the next, more are asked for.
   */
  #compare(wanted: number, mask: Mask | undefined): SearchHit[] {
    const { shard } = this;
    const isFew = (mask?.count ?? shard.live) <= COMPARED_MAX || !shard.options.graph;
    // of many, codes tell which to look at; bits would have to name more than a few
    const exactly = shard.memory.shape.rows && (isFew || shard.traversal !== 'codes');
    for (let k = wanted + 1; ; k *= 2) {
      if (!shard.widenTo(k)) return this.#compareAndSort(wanted, mask);
      if (mask) this.maskThread(mask, 0);
      const found = shard.scan(k, mask !== undefined, exactly);
      const isTie =
        found === k && shard.distanceFound(wanted - 1) === shard.distanceFound(found - 1);
      if (!isTie || this.ids.inOrder) return this.#hits(found).slice(0, wanted);
    }
  }

  /** The same in stretches, for which there is always room. */
  #compareAndSort(wanted: number, mask: Mask | undefined): SearchHit[] {
    const { shard } = this;
    const hits: SearchHit[] = [];
    if (mask) this.maskThread(mask, 0);
    for (let first = 0; first < shard.count; first += STRETCH) {
      const last = Math.min(first + STRETCH, shard.count);
      const found = shard.scan(STRETCH, mask !== undefined, shard.memory.shape.rows, first, last);
      for (let rank = 0; rank < found; rank++)
        hits.push({ id: this.#idFound(rank), distance: shard.distanceFound(rank) });
    }
    return hits.sort(compareHits).slice(0, wanted);
  }

  #hits(found: number): SearchHit[] {
    const hits: SearchHit[] = [];
    for (let rank = 0; rank < found; rank++)
      this.#insertHit(hits, this.#idFound(rank), this.shard.distanceFound(rank));
    return hits;
  }

  /** Hits come by distance; those at one distance are put in the order of their ids. */
  #insertHit(hits: SearchHit[], id: VectorId, distance: number): void {
    const hit = { id, distance };
    let place = hits.length;
    if (!this.ids.inOrder)
      for (; place > 0 && compareHits(hits[place - 1]!, hit) > 0; place--)
        hits[place] = hits[place - 1]!;
    hits[place] = hit;
  }

  #idFound(rank: number): VectorId {
    return this.ids.idOf(this.shard.slotFound(rank));
  }
}
