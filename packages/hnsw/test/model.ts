import type { Metric, VectorId } from '@ruvector/core';
import { FlatIndex as ExactIndex } from '@ruvector/core/memory';
import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import fc from 'fast-check';

/** What can be done with an index, step by step. */
export type Step =
  | { readonly do: 'insert' | 'upsert'; readonly id: VectorId; readonly vector: number[] }
  | { readonly do: 'delete'; readonly id: VectorId }
  | { readonly do: 'insertMany'; readonly vectors: number[][] }
  | { readonly do: 'search'; readonly vector: number[]; readonly k: number; readonly odd: boolean }
  | { readonly do: 'reload' | 'compact' };

const DIMENSIONS = 3;

const id = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 9 }).map(String));
const value = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
);
// never zero: under cosine that has no direction, and is tested elsewhere
const vector = fc
  .array(value, { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .map(([first, ...rest]) => [Math.abs(first!) < 1e-3 ? 1 : first!, ...rest]);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('insert', 'upsert'), id, vector }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete'), id }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('insertMany'),
      vectors: fc.array(vector, { minLength: 1, maxLength: 300 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('search'),
      vector,
      k: fc.integer({ min: 1, max: 40 }),
      odd: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reload', 'compact') }) },
) as fc.Arbitrary<Step>;

export const steps = (maxLength: number): fc.Arbitrary<Step[]> => fc.array(step, { maxLength });

const isOdd = (each: VectorId): boolean => Number(each) % 2 === 1;

/** An index and what it should be, side by side. */
export class Pair {
  #index: HnswIndex;
  readonly #model: ExactIndex;
  readonly #storage: VectorStorage;

  constructor(metric: Metric, storage: VectorStorage) {
    this.#storage = storage;
    this.#index = new HnswIndex({ metric, storage, dimensions: DIMENSIONS, efConstruction: 30 });
    this.#model = new ExactIndex({ metric, dimensions: DIMENSIONS });
  }

  /** @throws Error that says where the index is not as its model. */
  async take(each: Step): Promise<void> {
    const [index, model] = [this.#index, this.#model];
    if (each.do === 'delete') agree(index.delete(each.id) === model.delete(each.id), 'delete');
    else if (each.do === 'insert' && model.has(each.id)) agree(isRefused(index, each.id), 'insert');
    else if (each.do === 'upsert' || each.do === 'insert') {
      index[each.do](each.id, each.vector);
      model[each.do](each.id, each.vector);
    } else if (each.do === 'insertMany') await this.#insertMany(each.vectors);
    else if (each.do === 'search') this.#search(each);
    else if (each.do === 'compact') index.compact();
    else this.#index = HnswIndex.load(index.save());
    agree(this.#index.size === model.size, `size after ${each.do}`);
  }

  async #insertMany(vectors: number[][]): Promise<void> {
    await this.#index.insertMany(undefined, Float32Array.from(vectors.flat()));
    let next = 0;
    for (const each of vectors) {
      while (this.#model.has(next)) next++;
      this.#model.insert(next, each);
    }
  }

  /** Below 2,000 vectors all is exact, but where there are codes and nothing else. */
  #search({ vector: query, k, odd }: Extract<Step, { do: 'search' }>): void {
    const options = odd ? { filter: isOdd } : {};
    const found = this.#index.search(query, k, options);
    const exact = this.#model.search(query, k, options);
    agree(found.length === exact.length, 'number of hits');
    agree(new Set(found.map((hit) => hit.id)).size === found.length, 'an id is found twice');
    agree(
      found.every((hit) => this.#model.has(hit.id)),
      'a ghost',
    );
    agree(!odd || found.every((hit) => isOdd(hit.id)), 'what does not pass the filter');
    if (this.#storage === 'sq7') return;
    const size = Math.hypot(...query);
    found.forEach((hit, i) => {
      const norms = Math.hypot(...this.#model.get(hit.id)!) + size;
      const scale = { l2: norms, cosine: 1, dot: norms ** 2 }[this.#index.metric];
      agree(Math.abs(hit.distance - exact[i]!.distance) <= 1e-5 * scale, `distance of ${hit.id}`);
    });
  }

  /** In the end all is where it should be. @throws as `take`. */
  check(): void {
    const ids = new Set(this.#index);
    agree(ids.size === this.#model.size, 'ids');
    for (const each of ids) {
      const [got, wanted] = [this.#index.get(each)!, this.#model.get(each)];
      agree(wanted !== undefined && got.length === wanted.length, `a vector for ${each}`);
      const isSame = this.#storage === 'sq7' || got.every((one, i) => one === wanted![i]);
      agree(isSame, `the vector of ${each}`);
    }
  }
}

function agree(does: boolean, what: string): void {
  if (!does) throw new Error(`index and model differ: ${what}`);
}

function isRefused(index: HnswIndex, known: VectorId): boolean {
  try {
    index.insert(known, new Float32Array(DIMENSIONS).fill(1));
  } catch (error) {
    return error instanceof RangeError;
  }
  return false;
}

/** Does all steps and looks at the end. @returns how many steps that were. */
export async function replay(pair: Pair, all: readonly Step[]): Promise<number> {
  for (const each of all) await pair.take(each);
  pair.check();
  return all.length;
}
