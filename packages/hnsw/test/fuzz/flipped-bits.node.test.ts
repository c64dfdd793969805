import { seededRandom } from '@ruvector/core';
import { HnswIndex, type HnswIndexOptions } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import { collectionOf } from '../graph.js';
import { clustered, METRICS, row, rows } from '../data.js';
import { outcomeOf, withSegment } from '../saved-bytes.js';

const DATA = clustered(270, 3, 1);

function saved(options: HnswIndexOptions, count = 270): Uint8Array {
  const index = new HnswIndex({ efConstruction: 10, M: 3, ...options });
  const some = rows(DATA).slice(0, count);
  some.forEach((vector, id) => index.insert(`${id}`, vector));
  for (let id = 0; id < 20; id++) index.delete(`${id}`);
  return index.save();
}

it('a file that ends at any byte before its last is ERR_MALFORMED', () => {
  const bytes = saved({}, 60);
  for (let length = 0; length < bytes.length; length++)
    expect([length, outcomeOf(bytes.subarray(0, length))]).toEqual([length, 'ERR_MALFORMED']);
});

it('a file with any byte changed is ERR_MALFORMED', () => {
  const bytes = saved({}, 60);
  for (let byte = 0; byte < bytes.length; byte++) {
    bytes[byte]! ^= 1 << (byte % 8);
    expect([byte, outcomeOf(bytes)]).toEqual([byte, 'ERR_MALFORMED']);
    bytes[byte]! ^= 1 << (byte % 8);
  }
}, 120_000);

describe.each(METRICS)('any 32 bits changed under true checksums, %s', (metric) => {
  it.each(['f32+sq7', 'sq7', 'f32'] as const)(
    'are ERR_MALFORMED, or an index that neither traps nor hangs, %s',
    (storage) => {
      const bytes = saved({ metric, storage });
      const random = seededRandom(Number(process.env['FC_SEED'] ?? 1));
      const lengths = sectionLengths(bytes);
      const total = lengths.reduce((sum, length) => sum + length, 0);
      for (let run = 0; run < 1_500; run++) {
        const inHead = random.next() < 0.2;
        const changed = withSegment(bytes, lengths, ({ head, sections }) => {
          const part = inHead ? head : sections;
          const length = inHead ? head.length - 4 * lengths.length : total;
          const place = Math.floor((random.next() * (length - 4)) / 4) * 4;
          const odd = [0, 1, 0xffffffff, 0x7fffffff, random.uint32(), random.uint32() % 300];
          new DataView(part.buffer).setUint32(place, odd[run % 6]!, !inHead);
        });
        expect(['ERR_MALFORMED', 'fine']).toContain(useOf(changed));
      }
    },
    120_000,
  );
});

/** Loads it, and if that works does a little of everything. */
function useOf(bytes: Uint8Array): string {
  const outcome = outcomeOf(bytes);
  if (!outcome.endsWith('vectors')) return outcome;
  const index = HnswIndex.load(bytes);
  for (let id = 0; id < 12; id++) index.upsert(`${id + 10}`, row(DATA, id));
  for (let id = 30; id < 40; id++) index.delete(`${id}`);
  if (index.search(row(DATA, 5), 5, { efSearch: 20 }).length !== 5) return 'too few hits';
  index.compact();
  return outcomeOf(index.save()).endsWith('vectors') ? 'fine' : 'cannot be loaded again';
}

function sectionLengths(bytes: Uint8Array): number[] {
  const { shard } = collectionOf(bytes).segments[0]!;
  return shard.memory.layout.kept.map(({ bytes: all, perSlot }) => {
    if (perSlot >= 1) return perSlot * shard.count;
    if (perSlot > 0) return Math.ceil(shard.count / 8);
    return all;
  });
}
