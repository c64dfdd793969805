import { ByteReader, ByteWriter, concatBytes } from '@ruvector/core';
import { checkVectorId } from '@ruvector/core/memory';
import { ROOM_MIN } from './capacity.js';
import { Checksums } from './checksums.js';
import { walkedOn } from './shard-options.js';
import { layoutOf, type Section } from './layout.js';
import { LEVEL_MAX } from './levels.js';
import * as at from './memory-map.js';
import type { SavedFields } from './saved-fields.js';
import { Segment } from './segment.js';
import { type Shard } from './shard.js';
import { shapeOf, type ShardOptions } from './shard-options.js';

const MAGIC = 'RVHS';
const VERSION = 1;
const WHAT = 'saved index';

const NUMBERS_OF_SLOTS = 0;
const LISTED = 1;
const NUMBER_ID = 0;
const STRING_ID = 1;

const WRONG = ['', 'a value is not finite', 'upper links are out of place', 'a link leads nowhere'];

/**
 * A segment as bytes: the length of a head; the head, with all that is in no section, the checksums
 * of the sections and one of itself; the sections as they stand in memory, little-endian, without
 * the room that is not used; the ids.
 */
export function writeSegment(segment: Segment): Uint8Array {
  const { shard } = segment;
  shard.coding?.finish();
  shard.connect();
  const { memory } = shard;
  const checksums = new Checksums(memory);
  const sections = usedParts(shard).map(({ start, bytes }) => {
    return {
      checksum: checksums.of(start, bytes),
      bytes: memory.bytes.subarray(start, start + bytes),
    };
  });
  const head = new ByteWriter().header(MAGIC, VERSION);
  head
    .u32(shard.count)
    .u32(shard.drawn >>> 0)
    .u32(memory.get(at.UPPER_USED));
  head.u32(memory.get(at.ENTRY)).u32(memory.get(at.TOP)).u8(memory.get(at.TRAVERSAL));
  head.f32(memory.getFloat(at.RADIUS)).f32(memory.getFloat(at.SCALE));
  head.u32(memory.get(at.CLIPPED)).u8(memory.shape.rows ? 1 : 0);
  shard.coding?.save(head);
  shard.calibration?.save(head);
  for (const { checksum } of sections) head.u32(checksum);
  const headBytes = head.checksum().bytes();
  const length = new ByteWriter(4).u32(headBytes.length).bytes();
  return concatBytes(length, headBytes, ...sections.map(({ bytes }) => bytes), writeIds(segment));
}

/**
 * @param options - those of the index, whose `rows` the head may differ from.
 * @throws MalformedError for bytes that `writeSegment` does not write.
 */
export function readSegment(bytes: Uint8Array, options: ShardOptions): Segment {
  const reader = new ByteReader(bytes, WHAT);
  const head = new ByteReader(reader.block(), WHAT);
  head.header(MAGIC, VERSION);
  head.checksum();
  const count = head.u32();
  if (count === 0) head.fail('a segment without vectors');
  const fields = readFields(head, options);
  // before anything is allocated
  const { upperUsed, rows } = fields;
  const shape = { ...shapeOf(options), rows };
  const { kept } = layoutOf(shape, {
    capacity: count,
    upperBytes: upperUsed,
    threads: 1,
    breadth: 1,
  });
  const bytesMin = kept.reduce((sum, section) => sum + usedBytes(section, count, upperUsed), 0);
  if (bytesMin > reader.remaining) head.fail(`${count} vectors are more than fit`);
  const segment = new Segment({ ...options, capacity: count });
  const { shard } = segment;
  if (count > shard.capacityMax) head.fail(`${count} vectors are more than fit into a memory`);
  const room = { ...ROOM_MIN, capacity: count, upperBytes: upperUsed };
  if (!shard.memory.fits(shape, room)) head.fail(`${count} vectors are more than fit with links`);
  shard.restore(count, fields);
  shard.coding?.load(head);
  shard.calibration?.load(head);
  readSections(reader, head, shard);
  head.end();
  readIds(new ByteReader(reader.raw(reader.remaining), WHAT), segment);
  return segment;
}

function readFields(head: ByteReader, { storage }: ShardOptions): SavedFields {
  const drawn = head.u32();
  const upperUsed = head.u32();
  const [entry, top] = [head.u32(), head.u32()];
  const traversal = head.u8();
  if (traversal !== at.EXACT && traversal !== walkedOn(storage))
    head.fail('what is walked on is unknown');
  const [radius, scale] = [head.f32(), head.f32()];
  if (!Number.isFinite(radius) || radius < 0) head.fail('the radius is no length');
  if (!Number.isFinite(scale) || scale < 0) head.fail('the scale of codes is no factor');
  if (!Number.isFinite(Math.fround(1 / (scale || 1)))) head.fail('the scale of codes is too small');
  const [clipped, rows] = [head.u32(), head.u8() === 1];
  // nothing may be walked on that is not there
  if (storage === 'f32' && traversal === at.ON_CODES) head.fail('there are no codes');
  if (!rows && (storage !== 'sq7' || traversal === at.EXACT)) head.fail('there are no vectors');
  return { drawn, upperUsed, entry, top, traversal, radius, scale, clipped, rows };
}

function readSections(reader: ByteReader, head: ByteReader, shard: Shard): void {
  const { memory } = shard;
  const checksums = new Checksums(memory);
  for (const { start, bytes } of usedParts(shard)) {
    memory.bytes.set(reader.raw(bytes), start);
    if (checksums.of(start, bytes) !== head.u32()) reader.fail('a checksum does not match');
  }
  const wrong = memory.run.verify(LEVEL_MAX);
  if (wrong) reader.fail(WRONG[wrong] ?? 'the entry point is none');
  shard.recount();
}

/** Of each section what the slots in use take. */
function usedParts({ memory, count }: Shard): { start: number; bytes: number }[] {
  return memory.layout.kept.map((section) => ({
    start: section.start,
    bytes: usedBytes(section, count, memory.get(at.UPPER_USED)),
  }));
}

function usedBytes({ field, bytes, perSlot }: Section, count: number, upperUsed: number): number {
  if (field === at.UPPER) return upperUsed;
  if (perSlot === 0) return bytes;
  return perSlot < 1 ? Math.ceil(count / 8) : perSlot * count;
}

function writeIds({ shard, ids }: Segment): Uint8Array {
  const writer = new ByteWriter(16 + 9 * shard.count);
  if (ids.inOrder) return writer.u8(NUMBERS_OF_SLOTS).checksum().bytes();
  writer.u8(LISTED);
  for (let slot = 0; slot < shard.count; slot++) {
    if (shard.isDead(slot)) continue;
    const id = ids.idOf(slot);
    if (typeof id === 'number') writer.u8(NUMBER_ID).f64(id);
    else writer.u8(STRING_ID).text(id);
  }
  return writer.checksum().bytes();
}

function readIds(reader: ByteReader, { shard, ids }: Segment): void {
  reader.checksum();
  const kind = reader.u8();
  if (kind !== LISTED && kind !== NUMBERS_OF_SLOTS) reader.fail(`ids of kind ${kind} are unknown`);
  if (kind === NUMBERS_OF_SLOTS && shard.live !== shard.count) reader.fail('dead slots have ids');
  for (let slot = 0; slot < shard.count; slot++) {
    if (shard.isDead(slot)) continue;
    const id = kind === NUMBERS_OF_SLOTS ? slot : readId(reader);
    if (ids.slotOf(id) !== undefined) reader.fail('an id is there twice');
    ids.set(slot, id);
  }
  reader.end();
}

function readId(reader: ByteReader): string | number {
  const id = reader.u8() === NUMBER_ID ? reader.f64() : reader.text();
  try {
    return checkVectorId(id);
  } catch (error) {
    return reader.fail(error instanceof Error ? error.message : String(error));
  }
}
