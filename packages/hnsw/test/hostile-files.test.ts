import { FlatIndex as ExactIndex } from '@ruvector/core/memory';
import { FlatIndex, HnswIndex, type HnswIndexOptions } from '@ruvector/hnsw';
import { describe, expect, it } from 'vitest';
import * as at from '../src/memory-map.js';
import { clustered, row, rows } from './data.js';
import { collectionOf } from './graph.js';
import { outcomeOf, withIndexHead, withSegment, type SegmentParts } from './saved-bytes.js';

const DATA = clustered(300, 5, 1);

function filled(options: HnswIndexOptions = {}, count = 300): HnswIndex {
  const index = new HnswIndex({ efConstruction: 20, M: 4, ...options });
  rows(DATA)
    .slice(0, count)
    .forEach((vector, id) => index.insert(id % 2 ? id : `id-${id}`, vector));
  for (let id = 1; id < count; id += 40) index.delete(id);
  return index;
}

const SAVED = filled().save();

/** Where each section of the first segment begins among all, and how long it is. */
function sectionsOf(saved: Uint8Array) {
  const { shard } = collectionOf(saved).segments[0]!;
  const { memory, count } = shard;
  let start = 0;
  const sections = new Map<number, { start: number; bytes: number }>();
  for (const { field, bytes, perSlot } of memory.layout.kept) {
    let used = perSlot < 1 ? Math.ceil(count / 8) : perSlot * count;
    if (perSlot === 0) used = bytes;
    if (field === at.UPPER) used = memory.get(at.UPPER_USED);
    sections.set(field, { start, bytes: used });
    start += used;
  }
  return sections;
}

function changed(change: (parts: SegmentParts) => void, saved = SAVED): Uint8Array {
  const lengths = [...sectionsOf(saved).values()].map(({ bytes }) => bytes);
  return withSegment(saved, lengths, change);
}

const viewOf = (saved: Uint8Array, { sections }: SegmentParts, field: number): DataView => {
  const { start, bytes } = sectionsOf(saved).get(field)!;
  return new DataView(sections.buffer, start, bytes);
};

describe('a file that is no saved index is ERR_MALFORMED', () => {
  it('when it ends anywhere before its end', () => {
    const step = Math.max(1, Math.floor(SAVED.length / 300));
    for (let length = 0; length < SAVED.length; length += length < 200 ? 1 : step)
      expect([length, outcomeOf(SAVED.slice(0, length))]).toEqual([length, 'ERR_MALFORMED']);
  });

  it('when something comes behind its end', () => {
    for (const more of [1, 8, 100])
      expect(outcomeOf(new Uint8Array([...SAVED, ...new Uint8Array(more)]))).toBe('ERR_MALFORMED');
  });

  it('when any bit of it is another', () => {
    const step = Math.max(1, Math.floor(SAVED.length / 400));
    for (let byte = 0; byte < SAVED.length; byte += byte < 150 ? 1 : step) {
      const copy = SAVED.slice();
      copy[byte]! ^= 1 << (byte % 8);
      expect([byte, outcomeOf(copy)]).toEqual([byte, 'ERR_MALFORMED']);
    }
  });

  it('when it is empty, zeros, ones, text, or of another kind of index', () => {
    const [flat, exact] = [new FlatIndex(), new ExactIndex()];
    for (const index of [flat, exact]) index.insert('a', [1, 2]);
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(100),
      new Uint8Array(100).fill(255),
      new TextEncoder().encode('{"dimensions": 5}'),
      flat.save(),
      exact.save(),
    ])
      expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
    expect(() => FlatIndex.load(SAVED)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }));
  });

  it('and what is no Uint8Array is a TypeError', () => {
    for (const bytes of [undefined, null, 'RVHN', [1, 2], SAVED.buffer])
      expect(() => HnswIndex.load(bytes as never)).toThrow(TypeError);
  });
});

describe('true checksums over what cannot be are ERR_MALFORMED', () => {
  it('when nothing is changed, the tests below change what they say', () => {
    expect(outcomeOf(withIndexHead(SAVED, () => {}))).toBe(`${filled().size} vectors`);
    expect(changed(() => {})).toEqual(SAVED);
  });

  it.each<[string, number, number]>([
    ['another version', 4, 2],
    ['a metric that is none', 6, 3],
    ['a storage that is none', 7, 9],
    ['a FlatIndex', 5, 0],
    ['other dimensions', 11, 9],
    ['no dimensions', 11, 0],
    ['an M of 0', 12, 0],
    ['another M', 12, 5],
    ['no codes', 7, 2],
  ])('in the head of the index: %s', (_, byte, value) => {
    expect(outcomeOf(withIndexHead(SAVED, (head) => head.setUint8(byte, value)))).toBe(
      'ERR_MALFORMED',
    );
  });

  it.each<[string, number, (head: DataView, at: number) => void]>([
    ['65,535 dimensions', 8, (head, byte) => head.setUint32(byte, 65_535)],
    ['four billion dimensions', 8, (head, byte) => head.setUint32(byte, 0xffffffff)],
    ['efConstruction of 0', 13, (head, byte) => head.setUint32(byte, 0)],
    ['efConstruction of four billion', 13, (head, byte) => head.setUint32(byte, 0xffffffff)],
    ['shardBytes of NaN', 21, (head, byte) => head.setFloat64(byte, NaN)],
    ['shardBytes of 0', 21, (head, byte) => head.setFloat64(byte, 0)],
    ['shardBytes of 1e300', 21, (head, byte) => head.setFloat64(byte, 1e300)],
    ['targetRecall of NaN', 29, (head, byte) => head.setFloat64(byte, NaN)],
    ['targetRecall of 2', 29, (head, byte) => head.setFloat64(byte, 2)],
    ['no segments', 37, (head, byte) => head.setUint32(byte, 0)],
    ['two segments', 37, (head, byte) => head.setUint32(byte, 2)],
    ['four billion segments', 37, (head, byte) => head.setUint32(byte, 0xffffffff)],
  ])('in the head of the index: %s', (_, byte, change) => {
    expect(outcomeOf(withIndexHead(SAVED, (head) => change(head, byte)))).toBe('ERR_MALFORMED');
  });

  it.each<[string, number, number]>([
    ['no vectors', 5, 0],
    ['fewer vectors', 5, 299],
    ['more vectors', 5, 301],
    ['a million vectors', 5, 1e6],
    ['four billion vectors', 5, 0xffffffff],
    ['fewer upper links', 13, 4],
    ['four gigabytes of upper links', 13, 0xfffffffc],
    ['upper links that are no multiple of 4', 13, 2],
    ['an entry point out of range', 17, 300],
    ['an entry point far out of range', 17, 0xfffffffe],
    ['no entry point', 17, 0xffffffff],
    ['a top that is not the level of the entry point', 21, 16],
    ['a top of four billion', 21, 0xffffffff],
  ])('in the head of a segment: %s', (_, byte, value) => {
    const bytes = changed(({ head }) => new DataView(head.buffer).setUint32(byte, value));
    expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  it.each<[string, (head: DataView) => void]>([
    ['what is walked on is unknown', (head) => head.setUint8(25, 7)],
    ['the radius is NaN', (head) => head.setFloat32(26, NaN)],
    ['the scale is infinite', (head) => head.setFloat32(30, Infinity)],
    ['the scale is less than none', (head) => head.setFloat32(30, -1)],
    ['the scale has no inverse', (head) => head.setFloat32(30, 1e-44)],
    ['there are no vectors', (head) => head.setUint8(38, 0)],
    ['a breadth that is not tried', (head) => head.setUint32(55, 31)],
    ['a breadth of four billion', (head) => head.setUint32(55, 0xffffffff)],
  ])('in the head of a segment: %s', (_, change) => {
    const bytes = changed(({ head }) => change(new DataView(head.buffer)));
    expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  const links: Record<string, (view: DataView) => void> = {
    'a list that is too long': (view) => view.setUint32(0, 9, true),
    'a list of four billion': (view) => view.setUint32(0, 0xffffffff, true),
    'a link out of range': (view) => view.setUint32(4, 300, true),
    'a link far out of range': (view) => view.setUint32(4, 0xffffffff, true),
    'a link of the last node out of range': (view) =>
      view.setUint32(view.byteLength - 9 * 4 + 4, 0x7fffffff, true),
  };

  it.each(Object.entries(links))('among links: %s', (_, change) => {
    const bytes = changed((parts) => {
      const view = viewOf(SAVED, parts, at.LINKS);
      view.setUint32(view.byteLength - 9 * 4, 1, true); // the last list has a link at least
      change(view);
    });
    expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  const upper: Record<string, (of: DataView, blocks: DataView) => void> = {
    'a place out of range': (of) => of.setUint32(0, 0x7ffffff1, true),
    'a place that is no multiple of 4': (of) => of.setUint32(0, 2, true),
    'two nodes with one place': (of) => {
      const place = [...Array(300).keys()].map((i) => of.getUint32(4 * i, true)).find((p) => p > 0);
      const free = [...Array(300).keys()].findLast((i) => of.getUint32(4 * i, true) === 0)!;
      of.setUint32(4 * free, place!, true);
    },
    'a node that lost its place': (of) => {
      const some = [...Array(300).keys()].find((i) => of.getUint32(4 * i, true) > 0)!;
      of.setUint32(4 * some, 0, true);
    },
    'a level of 0': (_, blocks) => blocks.setUint32(0, 0, true),
    'a level of 17': (_, blocks) => blocks.setUint32(0, 17, true),
    'a level of four billion': (_, blocks) => blocks.setUint32(0, 0xffffffff, true),
    'a link to a node that is not on the level': (of, blocks) => {
      const low = [...Array(300).keys()].find((i) => of.getUint32(4 * i, true) === 0)!;
      blocks.setUint32(4, 1, true);
      blocks.setUint32(8, low, true);
    },
  };

  it.each(Object.entries(upper))('among upper links: %s', (_, change) => {
    const bytes = changed((parts) =>
      change(viewOf(SAVED, parts, at.UPPER_OF), viewOf(SAVED, parts, at.UPPER)),
    );
    expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  it.each([NaN, Infinity, -Infinity])('a value of %d, first and last', (bad) => {
    for (const field of [at.ROWS, at.MEANS])
      for (const from of [() => 0, (view: DataView) => view.byteLength - 16]) {
        const bytes = changed((parts) => {
          const view = viewOf(SAVED, parts, field);
          view.setFloat32(field === at.MEANS ? 0 : from(view), bad, true);
        });
        expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
      }
  });

  it('an inverse norm of zero, by which codes would be divided', () => {
    const saved = filled({ metric: 'cosine', storage: 'sq7' }).save();
    const bytes = changed((parts) => viewOf(saved, parts, at.AUX).setFloat32(8, 0, true), saved);
    expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  it('an entry point that is dead, and all that are', () => {
    const entry = collectionOf(SAVED).segments[0]!.shard.memory.get(at.ENTRY);
    const dead = changed((parts) => {
      const view = viewOf(SAVED, parts, at.DEAD);
      view.setUint8(entry >>> 3, view.getUint8(entry >>> 3) | (1 << (entry & 7)));
    });
    const all = changed((parts) => {
      const view = viewOf(SAVED, parts, at.DEAD);
      for (let i = 0; i < view.byteLength; i++) view.setUint8(i, 255);
    });
    for (const bytes of [dead, all]) expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  it('ids that are no ids, are there twice, too few, too many, or of an unknown kind', () => {
    const saved = filled({}, 30).save();
    const changes: ((ids: DataView) => void)[] = [
      (ids) => ids.setUint8(0, 7),
      (ids) => ids.setUint8(0, 0), // numbers of slots, though some are dead
      (ids) => ids.setUint32(2, 0xffffffff), // the length of the first, a string
      (ids) => ids.setUint8(6, 0xff), // no UTF-8
    ];
    for (const change of changes) {
      const bytes = changed(({ ids }) => change(new DataView(ids.buffer)), saved);
      expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
    }
    const twice = new HnswIndex();
    for (const id of [10, 11, 12]) twice.insert(id, [id]);
    for (const bad of [10, 0.5, NaN, 2 ** 60]) {
      const bytes = changed(
        ({ ids }) => new DataView(ids.buffer).setFloat64(11, bad),
        twice.save(),
      );
      expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
    }
  });
});

describe('a hostile file that asks for much is refused before it gets it', () => {
  it('a short one that claims many vectors of many dimensions', () => {
    const index = new HnswIndex({ dimensions: 60_000 });
    index.insert('a', new Float32Array(60_000));
    const saved = index.save();
    for (const count of [100, 10_000, 1e6, 2 ** 24, 0xffffffff]) {
      const bytes = changed(({ head }) => new DataView(head.buffer).setUint32(5, count), saved);
      expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
    }
  });
});

it('links of all nodes to themselves do no harm, and what is lost is linked', () => {
  const bytes = changed((parts) => {
    const view = viewOf(SAVED, parts, at.LINKS);
    for (let slot = 0; slot < 300; slot++) {
      view.setUint32(slot * 36, 8, true);
      for (let i = 1; i <= 8; i++) view.setUint32(slot * 36 + 4 * i, slot, true); // to itself
    }
  });
  const index = HnswIndex.load(bytes);
  for (let id = 0; id < 300; id++) index.upsert(`new-${id}`, row(DATA, id));
  for (let id = 1; id < 300; id += 2) index.delete(id);
  index.compact();
  expect(HnswIndex.load(index.save()).size).toBe(index.size);
  expect(index.search(row(DATA, 7), 3).some(({ id }) => id === 'new-7')).toBe(true);
});
