import type { SearchHit, SearchOptions, VectorId } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';
import { made, underAll, type Saboteur } from './saboteur.js';

type Vector = Float32Array | readonly number[];
type Hits = (hits: SearchHit[], index: FlatIndex, k: number) => SearchHit[];

/** What comes of a search without a filter, changed where the index holds more than 100. */
const amongMany = (change: Hits) =>
  made(
    class extends FlatIndex {
      override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
        const hits = super.search(query, k, options);
        return this.size > 100 && options.filter === undefined ? change(hits, this, k) : hits;
      }
    },
  );

const TRUE_HITS = underAll('every hit among many is a living id at its distance, in order');
const ALL_HITS = underAll('k above the size of many finds all, whatever efSearch is');

class RemembersTheDeleted extends FlatIndex {
  readonly #deleted = new Set<VectorId>();
  override upsert(id: VectorId, vector: Vector): void {
    super.upsert(id, vector);
    this.#deleted.delete(id);
  }
  override delete(id: VectorId): boolean {
    const known = super.delete(id);
    if (known) this.#deleted.add(id);
    return known;
  }
  override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
    const hits = super.search(query, k, options);
    const [back] = this.#deleted;
    if (this.size > 100 && back !== undefined && k === 10 && options.filter === undefined)
      hits[9] = { id: back, distance: hits[9]!.distance };
    return hits;
  }
}

/** Flaws of an index that show only where it holds more than a few vectors. */
export const LARGE_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'gives ranks for distances among many',
    caught: TRUE_HITS,
    maker: amongMany((hits) => hits.map(({ id }, distance) => ({ id, distance }))),
  },
  {
    flaw: 'orders ties against their ids among many',
    caught: TRUE_HITS,
    maker: amongMany((hits) =>
      hits.sort((a, b) => a.distance - b.distance || Number(b.id) - Number(a.id)),
    ),
  },
  {
    flaw: 'finds 64 at most',
    caught: [...TRUE_HITS, ...ALL_HITS],
    maker: amongMany((hits) => hits.slice(0, 64)),
  },
  {
    flaw: 'finds all but one',
    caught: ALL_HITS,
    maker: amongMany((hits, { size }) => (hits.length === size ? hits.slice(1) : hits)),
  },
  {
    flaw: 'fills up with ids that never were',
    caught: [...TRUE_HITS, ...ALL_HITS],
    maker: amongMany((hits, _, k) => {
      if (k > 50) hits[50] = { id: 'ghost', distance: hits[50]!.distance };
      return hits;
    }),
  },
  {
    flaw: 'brings a deleted id back as the tenth',
    caught: [
      ...TRUE_HITS,
      ...underAll('recall after a third was deleted and half of it put back'),
      'a saved index that is loaded is the same: metric, dimensions, vectors and every answer',
    ],
    maker: made(RemembersTheDeleted),
  },
  {
    flaw: 'replaces nothing among many',
    caught: underAll('recall after a fifth was replaced, each by upsert'),
    maker: made(
      class extends FlatIndex {
        override upsert(id: VectorId, vector: Vector): void {
          if (this.size < 150 || !this.has(id)) super.upsert(id, vector);
        }
      },
    ),
  },
  {
    flaw: 'forgets one of many when it is saved',
    caught: ['many vectors are saved and loaded, all of them'],
    maker: made(
      class extends FlatIndex {
        override save(): Uint8Array {
          if (this.size !== 200) return super.save();
          const copy = FlatIndex.load(super.save());
          copy.delete(150);
          return copy.save();
        }
      },
    ),
  },
];

/** Flaws of an index that show only under one metric. */
export const METRIC_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'loads the last vector wrong under dot',
    caught: [
      'a saved index that is loaded is the same: metric, dimensions, vectors and every answer',
    ],
    maker: {
      ...made(FlatIndex),
      load: (bytes) => {
        const index = FlatIndex.load(bytes);
        if (index.metric === 'dot' && index.has(299)) index.upsert(299, new Float32Array(6));
        return index;
      },
    },
  },
  {
    flaw: 'takes an array for a filter under cosine',
    caught: ['a filter that is neither a function nor a set is a TypeError'],
    maker: made(
      class extends FlatIndex {
        override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
          const ignored = this.metric === 'cosine' && Array.isArray(options.filter);
          return super.search(query, k, ignored ? {} : options);
        }
      },
    ),
  },
  {
    flaw: 'says of every id that it was deleted under dot',
    caught: [
      'a new index is empty: it knows no id and every search finds nothing',
      '1 and "1" are two ids',
      'delete says whether the id was there, and then has, get, size and search know it no more',
    ],
    maker: made(
      class extends FlatIndex {
        override delete(id: VectorId): boolean {
          return super.delete(id) || this.metric === 'dot';
        }
      },
    ),
  },
];
