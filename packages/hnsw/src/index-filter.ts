import type { Collection } from './collection.js';
import type { IdFilter, Mask } from './filter.js';

/**
 * A filter that is kept ready: the ids that pass are looked up once, and again only when the index
 * has changed. For filters that many searches share; a single search may have its filter as it is.
 *
 * @example
 * const index = new HnswIndex({ dimensions: 1 });
 * index.insert('a1', [1]);
 * index.insert('b1', [2]);
 * const onlyA = index.createFilter((id) => String(id).startsWith('a'));
 * index.search([2], 1, { filter: onlyA }); // => [{ id: 'a1', distance: 1 }]
 */
export class IndexFilter {
  readonly #collection: Collection;
  readonly #filter: IdFilter;
  #masks: Mask[] | undefined;
  #version = -1;

  /** @internal Made by `createFilter` of an index. */
  constructor(collection: Collection, filter: IdFilter) {
    this.#collection = collection;
    this.#filter = filter;
  }

  /** How many vectors pass. */
  get size(): number {
    return this.masksFor(this.#collection).reduce((sum, { count }) => sum + count, 0);
  }

  /** @internal Which slots pass. */
  masksFor(collection: Collection): readonly Mask[] {
    if (collection !== this.#collection)
      throw new TypeError('filter must be made by the index that it is used with');
    if (this.#masks === undefined || this.#version !== collection.version) {
      this.#masks = collection.masks(this.#filter);
      this.#version = collection.version;
    }
    return this.#masks;
  }
}
