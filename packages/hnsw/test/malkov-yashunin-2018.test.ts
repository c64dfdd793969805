import { HnswIndex } from '@ruvector/hnsw';
import { beforeAll, describe, expect, it } from 'vitest';
import { hnswKernel } from '../src/kernel.js';
import { levelOf } from '../src/levels.js';
import * as at from '../src/memory-map.js';
import { Shard } from '../src/shard.js';
import { clustered, exactOf, gaussian, recallOf, row, rows, uniform, type Matrix } from './data.js';
import { graphIn, graphOf, type Graph } from './graph.js';

// Yu. A. Malkov, D. A. Yashunin, "Efficient and robust approximate nearest neighbor search using
// Hierarchical Navigable Small World graphs", IEEE TPAMI 2018 (arXiv 1603.09320v4).

const M = 8;
const DATA = uniform(3_000, 8, 1);

/** In 32-bit floats throughout, so that distances that are measured here are those it saw. */
async function indexOf(data: Matrix, efConstruction = 64): Promise<HnswIndex> {
  const { dimensions, values } = data;
  const index = new HnswIndex({ dimensions, M, efConstruction, storage: 'f32' });
  await index.insertMany(undefined, values);
  return index;
}

const squared = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

describe('levels (§4.1, algorithm 1 line 4)', () => {
  it.each([2, 5, 16, 100])('a node is on level l or above with a chance of M^-l, M = %d', (m) => {
    const draws = 200_000;
    const levels = Array.from({ length: draws }, (_, i) => levelOf(1, i, m));
    for (let level = 1; draws / m ** level >= 500; level++) {
      const expected = draws / m ** level;
      const found = levels.filter((each) => each >= level).length;
      // four standard deviations of a binomial distribution
      expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  it('another seed draws other levels', () => {
    const of = (seed: number) => Array.from({ length: 5_000 }, (_, i) => levelOf(seed, i, 4));
    expect(of(1)).not.toEqual(of(2));
    expect(of(1)).toEqual(of(1));
  });

  it('one level does not tell the next: both are high as often as chance has it', () => {
    const levels = Array.from({ length: 200_000 }, (_, i) => levelOf(3, i, 4));
    const both = levels.filter((level, i) => level > 0 && levels[i + 1]! > 0).length;
    expect(Math.abs(both - 12_500)).toBeLessThan(4 * Math.sqrt(12_500));
  });
});

describe('the graph (§3, §4)', () => {
  let graph: Graph;

  beforeAll(async () => {
    graph = graphOf(await indexOf(DATA));
  });

  it('has every node on level 0 and about one in M on each level more', () => {
    const on = (level: number) => graph.nodes.filter(({ links }) => links.length > level).length;
    expect(on(0)).toBe(DATA.count);
    expect(on(1)).toBeGreaterThan(DATA.count / M / 1.3);
    expect(on(1)).toBeLessThan((1.3 * DATA.count) / M);
  });

  it('has at most M links of a node on upper levels and 2·M on level 0 (§4.1, Mmax0)', () => {
    const most = (lists: (readonly number[])[]) => Math.max(...lists.map((list) => list.length));
    expect(most(graph.nodes.map(({ links }) => links[0]!))).toBe(2 * M);
    expect(most(graph.nodes.flatMap(({ links }) => links.slice(1)))).toBeLessThanOrEqual(M);
  });

  it('links a node on a level to nodes on that level, never to itself and to none twice', () => {
    const wrong = graph.nodes.filter(({ slot, links }) =>
      links.some(
        (list, level) =>
          new Set([slot, ...list]).size !== list.length + 1 ||
          list.some((other) => graph.nodes[other]!.links.length <= level),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('is entered at a node of the highest level (algorithm 1 lines 18 and 19)', () => {
    const highest = Math.max(...graph.nodes.map(({ links }) => links.length - 1));
    expect(graph.top).toBe(highest);
    expect(graph.nodes[graph.entry]!.links.length - 1).toBe(highest);
  });

  it('answers most links with a link back (algorithm 1 lines 11 to 13)', () => {
    const links = graph.nodes.flatMap(({ slot, links: [list] }) => list!.map((to) => [slot, to]));
    const answered = links.filter(([from, to]) => graph.nodes[to!]!.links[0]!.includes(from!));
    expect(answered.length).toBeGreaterThan(0.6 * links.length);
  });
});

describe('an insert (algorithm 1)', () => {
  function shardOf(data: Matrix): Shard {
    const shard = new Shard({
      kernel: hnswKernel(),
      dimensions: data.dimensions,
      metric: at.L2,
      M,
      efConstruction: 100,
      storage: 'f32',
      graph: true,
      capacity: 0,
      seed: 1,
      targetRecall: 0.95,
      bytesMax: 2 ** 32,
    });
    for (const vector of rows(data)) {
      shard.admit(vector);
      shard.add();
    }
    return shard;
  }

  it('links to at most M neighbours, chosen among the efConstruction nearest (algorithm 4)', () => {
    const shard = shardOf(uniform(600, 4, 2));
    const [data, fresh] = [rows(uniform(600, 4, 2)), rows(uniform(20, 4, 3))];
    for (const vector of fresh) {
      shard.admit(vector);
      const slot = shard.add();
      data.push(vector);
      const links = graphIn(shard).nodes[slot]!.links[0]!;
      const ranked = [...data.keys()].filter((other) => other !== slot);
      ranked.sort((a, b) => squared(data[a]!, vector) - squared(data[b]!, vector));
      expect(links.length).toBeGreaterThan(0);
      expect(links.length).toBeLessThanOrEqual(M);
      expect(links[0]).toBe(ranked[0]);
      for (const link of links) expect(ranked.indexOf(link)).toBeLessThan(100);
    }
  });

  it('takes none that is nearer to one it took than to the new node (algorithm 4 line 11)', () => {
    const shard = shardOf(uniform(600, 4, 2));
    const data = rows(uniform(600, 4, 2));
    for (const vector of rows(uniform(20, 4, 3))) {
      shard.admit(vector);
      const slot = shard.add();
      data.push(vector);
      const links = graphIn(shard).nodes[slot]!.links[0]!;
      links.forEach((link, i) => {
        for (const before of links.slice(0, i))
          expect(squared(data[link]!, data[before]!)).toBeGreaterThanOrEqual(
            squared(data[link]!, vector) * (1 - 1e-6),
          );
      });
    }
  });

  it('links two clusters, which the nearest alone would not (§4, figure 2)', async () => {
    const half = 400;
    const two = gaussian(2 * half, 4, 5);
    two.values.forEach((value, i) => (two.values[i] = value + (i < 4 * half ? 0 : 60)));
    const { nodes } = graphOf(await indexOf(two));
    const across = nodes.filter(({ slot, links: [list] }) =>
      list!.some((other) => slot < half !== other < half),
    );
    expect(across.length).toBeGreaterThan(0);
  });
});

describe('a search (algorithms 2 and 5)', () => {
  it('finds more with a larger efSearch, and all with one as large as the index', async () => {
    const data = clustered(3_000, 16, 1);
    const index = await indexOf(data, 32);
    const [exact, queries] = [exactOf(data, 'l2'), clustered(60, 16, 2)];
    const recalls = [10, 20, 80, data.count].map((efSearch) =>
      recallOf(index, exact, queries, { efSearch }),
    );
    expect(recalls).toEqual(recalls.toSorted((a, b) => a - b));
    expect(recalls[0]).toBeLessThan(0.97);
    expect(recalls.at(-1)).toBe(1);
  });

  it('finds a better graph to walk where efConstruction was larger', async () => {
    const [data, queries] = [clustered(3_000, 16, 1), clustered(60, 16, 2)];
    const exact = exactOf(data, 'l2');
    const recallWith = async (efConstruction: number) =>
      recallOf(await indexOf(data, efConstruction), exact, queries, { efSearch: 20 });
    expect(await recallWith(100)).toBeGreaterThan(await recallWith(8));
  });

  it('looks at a part of the index that shrinks as this grows (§4.2.1)', async () => {
    // hops are read off the graph: greedy steps from the entry point, level by level, as the
    // algorithm takes them, and then the expansions of a walk with ef = 10 on level 0
    const work = async (count: number): Promise<number> => {
      const data = uniform(count, 4, 6);
      const graph = graphOf(await indexOf(data));
      const asked = rows(uniform(40, 4, 7));
      return asked.reduce((sum, query) => sum + distancesOf(graph, data, query), 0) / asked.length;
    };
    const [small, large] = [await work(1_000), await work(8_000)];
    expect(large).toBeLessThan(1.7 * small); // eight times as many vectors
    expect(large).toBeLessThan(8_000 / 20);
  });
});

/** How many distances the paper's search computes on this graph. */
function distancesOf({ nodes, entry, top }: Graph, data: Matrix, query: Float32Array): number {
  const seen = new Set<number>();
  let computed = 0;
  const distance = (slot: number): number => {
    computed++;
    return squared(row(data, slot), query);
  };
  let best = { slot: entry, distance: distance(entry), expanded: false };
  for (let level = top; level > 0; level--)
    for (let before = -1; before !== best.slot;) {
      before = best.slot;
      for (const slot of nodes[before]!.links[level]!) {
        const found = { slot, distance: distance(slot), expanded: false };
        if (found.distance < best.distance) best = found;
      }
    }
  const pool = [best];
  seen.add(best.slot);
  for (let next = pool.find((each) => !each.expanded); next; next = pool.find((e) => !e.expanded)) {
    next.expanded = true;
    for (const slot of nodes[next.slot]!.links[0]!) {
      if (seen.has(slot)) continue;
      seen.add(slot);
      pool.push({ slot, distance: distance(slot), expanded: false });
    }
    pool.sort((a, b) => a.distance - b.distance).splice(10);
  }
  return computed;
}
