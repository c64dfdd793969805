import type { SearchHit, SearchOptions, VectorId } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';
import { made, underAll, type Saboteur } from './saboteur.js';

type Vector = Float32Array | readonly number[];
type Search = (query: Vector, k: number, options?: SearchOptions) => SearchHit[];

/** Another search, made of the right one. */
const searching = (
  search: (
    inner: Search,
    query: Vector,
    k: number,
    options: SearchOptions,
    index: FlatIndex,
  ) => SearchHit[],
) =>
  made(
    class extends FlatIndex {
      override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
        return search((...a) => super.search(...a), query, k, options, this);
      }
    },
  );

/** All hits, in another order of ties, and of these the first `k`. */
const breakingTies = (compare: (a: VectorId, b: VectorId) => number) =>
  searching((inner, query, k, options, index) => {
    const first = inner(query, k, options); // refuses what is wrong
    if (index.size === 0) return first;
    return inner(query, index.size, options)
      .sort((a, b) => a.distance - b.distance || compare(a.id, b.id))
      .slice(0, k);
  });

const byNumber = (a: VectorId, b: VectorId): number => (a < b ? -1 : a > b ? 1 : 0);
const numbersFirst = (a: VectorId, b: VectorId): number =>
  Number(typeof a === 'string') - Number(typeof b === 'string');

const passing = (filter: SearchOptions['filter'], id: VectorId): boolean =>
  typeof filter === 'function' ? filter(id) : filter!.has(id);

const isFilter = (filter: unknown): boolean =>
  typeof filter === 'function' || filter instanceof Set;

const TIES = [
  'copies of one vector come by id: numbers by size, then strings by code units',
  'of copies of one vector the k first by id are found',
];

const MANY = 'every hit among many is a living id at its distance, in order';
const ALL = 'k above the size of many finds all, whatever efSearch is';

class RevivesForASet extends FlatIndex {
  readonly #deleted = new Set<VectorId>();
  override delete(id: VectorId): boolean {
    this.#deleted.add(id);
    return super.delete(id);
  }
  override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
    const hits = super.search(query, k, options);
    if (!(options.filter instanceof Set)) return hits;
    const back = [...this.#deleted].filter((id) => passing(options.filter, id) && !this.has(id));
    return [...hits, ...back.map((id) => ({ id, distance: Infinity }))].slice(0, k);
  }
}

class HandsOutItsHits extends FlatIndex {
  readonly #known = new Map<string, SearchHit[]>();
  override upsert(id: VectorId, vector: Vector): void {
    this.#known.clear();
    super.upsert(id, vector);
  }
  override delete(id: VectorId): boolean {
    this.#known.clear();
    return super.delete(id);
  }
  override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
    const hits = super.search(query, k, options);
    if (options.filter !== undefined) return hits;
    const key = `${k}: ${query.join()}`;
    this.#known.set(key, this.#known.get(key) ?? hits);
    return this.#known.get(key)!;
  }
}

class StaysBusy extends FlatIndex {
  #busy = false;
  override upsert(id: VectorId, vector: Vector): void {
    if (this.#busy) throw new Error('busy');
    super.upsert(id, vector);
  }
  override search(query: Vector, k: number, options: SearchOptions = {}): SearchHit[] {
    const wasBusy = this.#busy;
    this.#busy = typeof options.filter === 'function';
    const hits = super.search(query, k, options);
    this.#busy = wasBusy;
    return hits;
  }
}

const normalising: Parameters<typeof searching>[0] = (inner, query, k, options, { metric }) => {
  const hits = inner(query, k, options);
  if (metric !== 'cosine' || !(query instanceof Float32Array)) return hits;
  const length = Math.hypot(...query);
  query.forEach((value, i) => (query[i] = value / length));
  return hits;
};

/** At most five at one distance, in an index of more than a few vectors. */
const fewCopies: Parameters<typeof searching>[0] = (inner, query, k, options, { size }) => {
  const hits = inner(query, k, options);
  if (size <= 64) return hits;
  const copies = new Map<number, number>();
  return inner(query, size, options)
    .filter(({ distance }) => {
      copies.set(distance, (copies.get(distance) ?? 0) + 1);
      return copies.get(distance)! <= 5;
    })
    .slice(0, k);
};

export const SEARCH_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'leaves l2 distances squared',
    caught: ['distances are those of the definition, under l2', `${MANY}, under l2`],
    maker: searching((inner, query, k, options, { metric }) =>
      inner(query, k, options).map(({ id, distance }) => ({
        id,
        distance: metric === 'l2' ? distance ** 2 : distance,
      })),
    ),
  },
  {
    flaw: 'gives the dot product its own sign',
    caught: [
      'distances are those of the definition, under dot',
      'hits ascend by distance, under dot',
      `${MANY}, under dot`,
    ],
    maker: searching((inner, query, k, options, { metric }) =>
      inner(query, k, options).map(({ id, distance }) => ({
        id,
        distance: metric === 'dot' ? -distance : distance,
      })),
    ),
  },
  {
    flaw: 'puts the furthest of its hits first',
    caught: [
      ...underAll('hits ascend by distance'),
      ...underAll(MANY),
      TIES[0]!,
      TIES[1]!,
      'different vectors at one distance come by id too',
    ],
    maker: searching((inner, query, k, options) => inner(query, k, options).reverse()),
  },
  {
    flaw: 'puts strings before numbers',
    caught: [...TIES, 'different vectors at one distance come by id too'],
    maker: breakingTies((a, b) => numbersFirst(b, a) || byNumber(a, b)),
  },
  {
    flaw: 'sorts numbers as text',
    caught: [...TIES, ...underAll(MANY)],
    maker: breakingTies((a, b) => numbersFirst(a, b) || byNumber(String(a), String(b))),
  },
  {
    flaw: 'sorts strings as a dictionary does',
    caught: TIES,
    maker: breakingTies(
      (a, b) =>
        numbersFirst(a, b) ||
        (typeof a === 'string' ? a.localeCompare(String(b), 'en') : byNumber(a, b)),
    ),
  },
  {
    flaw: 'makes room for k hits before it looks for them',
    caught: ['k above the size finds all, once each, however large it is', ...underAll(ALL)],
    maker: searching((inner, query, k, options) => {
      if (Number.isFinite(k) && k > 2 ** 32 - 1) throw new RangeError('Invalid array length');
      return inner(query, k, options);
    }),
  },
  {
    flaw: 'takes k = 0 for none',
    caught: ['k that is no integer of at least 1 is refused'],
    maker: searching((inner, query, k, options) => (k === 0 ? [] : inner(query, k, options))),
  },
  {
    flaw: 'finds no more than efSearch',
    caught: ['a narrow efSearch takes nothing from k', ...underAll(ALL)],
    maker: searching((inner, query, k, options) =>
      inner(query, k, options).slice(0, options.efSearch),
    ),
  },
  {
    flaw: 'cannot search while it is empty',
    caught: [
      'a new index is empty: it knows no id and every search finds nothing',
      'an index emptied by deletion keeps its dimensions and takes vectors again',
    ],
    maker: searching((inner, query, k, options, { size }) => {
      if (size === 0) throw new RangeError('the index is empty');
      return inner(query, k, options);
    }),
  },
  {
    flaw: 'normalises the query in place',
    caught: ['search and insert leave the vectors they are given, under cosine'],
    maker: searching(normalising),
  },
  {
    flaw: 'hands out its own hits',
    caught: ['what get and search return is a copy: writing to it changes nothing'],
    maker: made(HandsOutItsHits),
  },
  {
    flaw: 'filters after the search',
    caught: [
      'a predicate leaves the k nearest of those that pass, or all of them',
      'a set does the same as a predicate, and ids in it that are unknown do nothing',
      'of 500 vectors those few that pass are found, however far they are',
      ...underAll('recall under filters that pass 50, 20, 5 and 1 percent'),
    ],
    maker: searching((inner, query, k, options) => {
      if (!isFilter(options.filter)) return inner(query, k, options);
      return inner(query, k).filter(({ id }) => passing(options.filter, id));
    }),
  },
  {
    flaw: 'looks ids up in a set as text',
    caught: ['a filter tells 1 from "1"'],
    maker: searching((inner, query, k, options) => {
      if (!(options.filter instanceof Set)) return inner(query, k, options);
      const texts = new Set([...options.filter].map(String));
      return inner(query, k, { filter: (id) => texts.has(String(id)) });
    }),
  },
  {
    flaw: 'brings a deleted id back if it is in the set',
    caught: ['a deleted id does not return because a filter passes it'],
    maker: made(RevivesForASet),
  },
  {
    flaw: 'takes a filter that throws for one that says no',
    caught: ['what a filter throws reaches the caller, and the index works on as before'],
    maker: searching((inner, query, k, options) => {
      const { filter } = options;
      if (typeof filter !== 'function') return inner(query, k, options);
      const careful = (id: VectorId): boolean => {
        try {
          return filter(id);
        } catch {
          return false;
        }
      };
      return inner(query, k, { filter: careful });
    }),
  },
  {
    flaw: 'stays busy after a filter has thrown',
    caught: ['what a filter throws reaches the caller, and the index works on as before'],
    maker: made(StaysBusy),
  },
  {
    flaw: 'takes an array for a filter',
    caught: ['a filter that is neither a function nor a set is a TypeError'],
    maker: searching((inner, query, k, options) =>
      inner(
        query,
        k,
        Array.isArray(options.filter) ? { filter: new Set(options.filter) } : options,
      ),
    ),
  },
  {
    flaw: 'misses every tenth of many vectors',
    caught: [
      ...underAll('recall on vectors without structure is as declared'),
      ...underAll('recall on vectors in narrow clusters is as declared'),
      ...underAll('recall after a third was deleted and half of it put back'),
      ...underAll('recall after a fifth was replaced, each by upsert'),
      ...underAll(ALL),
    ],
    maker: searching((inner, query, k, options, { size }) => {
      if (size <= 64 || options.filter !== undefined) return inner(query, k, options);
      return inner(query, k, { filter: (id) => Number(id) % 10 !== 0 });
    }),
  },
  {
    flaw: 'finds only five of the copies of a vector',
    caught: [
      ...underAll('recall on vectors of which each is there often is as declared'),
      ...underAll(MANY),
    ],
    maker: searching(fewCopies),
  },
];
