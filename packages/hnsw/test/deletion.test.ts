import { HnswIndex, type VectorStorage } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import {
  clustered,
  exactOf,
  gaussian,
  METRICS,
  recallOf,
  row,
  rows,
  shuffled,
  uniform,
} from './data.js';
import { collectionOf, graphOf, unreached } from './graph.js';

const COUNT = 2_200;

async function filled(options: ConstructorParameters<typeof HnswIndex>[0] = {}, dimensions = 12) {
  const data = clustered(COUNT, dimensions, 1);
  const index = new HnswIndex({ dimensions, efConstruction: 100, ...options });
  await index.insertMany(undefined, data.values);
  return { data, index };
}

describe('a deleted vector', () => {
  it('is never found again: not by a search as broad as the index, nor by any filter', async () => {
    const { data, index } = await filled();
    const gone = shuffled(COUNT, 2).slice(0, 400);
    for (const id of gone) expect(index.delete(id)).toBe(true);
    const isGone = new Set<string | number>(gone);
    for (const id of gone.slice(0, 20))
      for (const options of [{}, { efSearch: COUNT }, { filter: () => true }, { filter: isGone }]) {
        const hits = index.search(row(data, id), 50, options);
        expect(hits.filter((hit) => isGone.has(hit.id))).toEqual([]);
      }
    expect([...index].filter((id) => isGone.has(id))).toEqual([]);
    expect(gone.filter((id) => index.has(id) || index.get(id) || index.delete(id))).toEqual([]);
    expect(index.size).toBe(COUNT - 400);
  });

  it('gives its slot to the next, so that an index that is churned does not grow', async () => {
    const { data, index } = await filled();
    let before = 0;
    for (let round = 0; round < 4; round++) {
      if (round === 1) before = index.stats().memoryBytes; // with a table of ids, from then on
      for (let id = 0; id < 500; id++) {
        index.delete(id);
        index.insert(id, row(data, id));
      }
    }
    expect(index.stats()).toMatchObject({ deleted: 0, size: COUNT, memoryBytes: before });
  });

  it('leaves neighbours that are as well linked as before: no list runs dry', async () => {
    const { data, index } = await filled();
    const mean = () => {
      const lists = graphOf(index)
        .nodes.filter((node) => !node.isDead)
        .map(({ links }) => links[0]!);
      return lists.reduce((sum, list) => sum + list.length, 0) / lists.length;
    };
    const before = mean();
    for (let id = 0; id < COUNT; id += 2) index.upsert(id, row(data, id));
    expect(mean()).toBeGreaterThan(0.7 * before);
  });
});

describe('the entry point', () => {
  it('is deleted again and again, and the rest is found each time', async () => {
    const { data, index } = await filled();
    for (let round = 0; round < 12; round++) {
      const { segments } = collectionOf(index.save());
      const id = segments[0]!.ids.idOf(graphOf(index).entry);
      index.delete(id);
      const other = [...index][round * 100]!;
      const [hit] = index.search(row(data, Number(other)), 1, { efSearch: 100 });
      expect(hit!.distance).toBe(0);
    }
    const { nodes, entry, top } = graphOf(index);
    expect(nodes[entry]!.isDead).toBe(false);
    expect(nodes[entry]!.links.length - 1).toBe(top);
  });
});

describe('deleting all', () => {
  it.each<VectorStorage>(['f32+sq7', 'sq7', 'f32'])(
    'and beginning anew is as new, %s',
    (storage) => {
      const index = new HnswIndex({ storage, efConstruction: 100 });
      rows(uniform(2_300, 8, 1)).forEach((vector, id) => index.insert(id, vector));
      for (let id = 0; id < 2_300; id++) index.delete(id);
      expect(index.size).toBe(0);
      expect(index.search(new Float32Array(8), 5)).toEqual([]);
      expect(HnswIndex.load(index.save()).size).toBe(0);

      // of another kind: codes of what was there would not tell these apart
      const far = uniform(2_300, 8, 2);
      far.values.forEach((value, i) => (far.values[i] = 3_000 + 500 * value));
      const fresh = new HnswIndex({ storage, efConstruction: 100 });
      for (const each of [index, fresh]) rows(far).forEach((vector, id) => each.insert(id, vector));
      const exact = exactOf(far, 'l2');
      const queries = uniform(60, 8, 3);
      queries.values.forEach((value, i) => (queries.values[i] = 3_000 + 500 * value));
      const [again, first] = [index, fresh].map((each) => recallOf(each, exact, queries));
      expect(again).toBe(first);
    },
  );

  it('keeps the dimensions', () => {
    const index = new HnswIndex();
    index.insert('a', [1, 2]);
    index.delete('a');
    expect(index.dimensions).toBe(2);
    expect(() => index.insert('b', [1, 2, 3])).toThrow(RangeError);
  });
});

describe('churn', () => {
  it.each(METRICS)(
    '30 %% deleted and inserted again cost at most .01 of the recall, %s',
    async (metric) => {
      const { data, index } = await filled({ metric });
      const [exact, queries] = [exactOf(data, metric), clustered(100, 12, 9)];
      const recalls = () =>
        [20, 60].map((efSearch) => recallOf(index, exact, queries, { efSearch }));
      const before = recalls();
      const some = shuffled(COUNT, 3).slice(0, 0.3 * COUNT);
      for (const id of some) index.delete(id);
      for (const id of some) index.insert(id, row(data, id));
      recalls().forEach((recall, i) => expect(recall).toBeGreaterThanOrEqual(before[i]! - 0.01));
    },
  );

  it('every vector replaced twice by another: recall by default stays .95', () => {
    const index = new HnswIndex({ efConstruction: 100 });
    for (const seed of [1, 2, 3])
      rows(gaussian(2_300, 12, seed)).forEach((vector, id) => index.upsert(id, vector));
    const exact = exactOf(gaussian(2_300, 12, 3), 'l2');
    expect(recallOf(index, exact, gaussian(100, 12, 9))).toBeGreaterThanOrEqual(0.95);
    expect(unreached(graphOf(index))).toEqual([]);
  });

  it('deleting and compacting while the index measures itself does no harm', () => {
    const data = uniform(4_000, 6, 1);
    const index = new HnswIndex({ efConstruction: 40 });
    rows(data).forEach((vector, id) => {
      index.insert(id, vector);
      if (id % 97 === 0 && id > 0) index.delete(id - 50);
      if (id === 2_200 || id === 3_300) {
        for (let old = 0; old < 150; old++) index.delete(id - 1_000 + old);
        index.compact();
      }
    });
    const gone = Array.from({ length: 4_000 }, (_, id) => id).filter((id) => !index.has(id));
    const exact = exactOf(data, 'l2');
    for (const id of gone) exact.delete(id);
    expect(recallOf(index, exact, uniform(60, 6, 2))).toBeGreaterThanOrEqual(0.95);
    expect(index.stats().efSearch).toBeLessThan(200);
  });
});
