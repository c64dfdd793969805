import type { Collection } from '../src/collection.js';
import { readParts, splitFile } from '../src/file.js';
import { hnswKernel } from '../src/kernel.js';
import * as at from '../src/memory-map.js';
import type { Shard } from '../src/shard.js';

/** The graph of a saved index, read from its sections. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** Slot of the entry point. */
  readonly entry: number;
  readonly top: number;
}

interface GraphNode {
  readonly slot: number;
  readonly isDead: boolean;
  /** Slots that it links to, level by level from 0. */
  readonly links: readonly (readonly number[])[];
}

export function collectionOf(saved: Uint8Array): Collection {
  return readParts(splitFile(saved), hnswKernel(), true);
}

export function graphOf(index: { save(): Uint8Array }, segment = 0): Graph {
  return graphIn(collectionOf(index.save()).segments[segment]!.shard);
}

export function graphIn(shard: Shard): Graph {
  const { memory } = shard;
  const nodes = Array.from({ length: shard.count }, (_, slot) => ({
    slot,
    isDead: shard.isDead(slot),
    links: linksOf(shard, slot),
  }));
  return { nodes, entry: memory.get(at.ENTRY), top: memory.get(at.TOP) };
}

function linksOf({ memory }: Shard, slot: number): number[][] {
  const [M0, M] = [memory.get(at.M0), memory.get(at.M)];
  const list = (address: number): number[] => {
    const first = (address >>> 2) + 1;
    return [...memory.u32.subarray(first, first + memory.u32[address >>> 2]!)];
  };
  const links = [list(memory.get(at.LINKS) + slot * 4 * (M0 + 1))];
  const place = memory.u32[(memory.get(at.UPPER_OF) >>> 2) + slot]!;
  if (place === 0) return links;
  const block = memory.get(at.UPPER) + place - 1;
  const level = memory.u32[block >>> 2]!;
  for (let l = 1; l <= level; l++) links.push(list(block + 4 + (l - 1) * 4 * (M + 1)));
  return links;
}

/** Live nodes that no walk on level 0 comes to from the entry point. */
export function unreached({ nodes, entry }: Graph): number[] {
  const reached = new Set([entry]);
  for (const slot of reached) for (const link of nodes[slot]!.links[0]!) reached.add(link);
  return nodes.filter(({ slot, isDead }) => !isDead && !reached.has(slot)).map(({ slot }) => slot);
}
