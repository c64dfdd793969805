import { ByteReader, ByteWriter, checkBytes, concatBytes } from '@ruvector/core';
import { Collection, DIMENSIONS_MAX, METRICS, type CollectionOptions } from './collection.js';
import { readSegment, writeSegment } from './segment-file.js';
import { SHARD_BYTES_MAX } from './shard-memory.js';
import { STORAGES } from './shard-options.js';

const MAGIC = 'RVHN';
const VERSION = 1;
const WHAT = 'saved index';
const HEAD_BYTES = 64;
const MARK_BYTES = 8;

/** The parts of a saved index: the first says what it is, the others are its segments. */
export function writeParts(collection: Collection): Uint8Array[] {
  const { metric, storage, M, efConstruction, seed, bytesMax, graph } = collection.options;
  const used = collection.segments.filter(({ shard }) => shard.count > 0);
  const segments = used.map(writeSegment);
  const head = new ByteWriter(HEAD_BYTES).header(MAGIC, VERSION);
  head
    .u8(graph ? 1 : 0)
    .u8(METRICS.indexOf(metric))
    .u8(STORAGES.indexOf(storage));
  head
    .u32(collection.dimensions ?? 0)
    .u8(M)
    .u32(efConstruction)
    .u32(seed)
    .f64(bytesMax);
  head.f64(collection.options.targetRecall).u32(segments.length);
  for (const segment of segments) head.raw(markOf(segment));
  return [head.checksum().bytes(), ...segments];
}

/** All parts in one piece, each with its length before it. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const lengths = parts.map((part) => new ByteWriter(8).f64(part.length).bytes());
  return concatBytes(...parts.flatMap((part, i) => [lengths[i]!, part]));
}

/** What belongs to another saving has another mark: the checksums of its head and of its ids. */
export function markOf(segment: Uint8Array): Uint8Array {
  if (segment.length < 8) return segment;
  const headEnd = 4 + new DataView(segment.buffer, segment.byteOffset).getUint32(0);
  return concatBytes(segment.subarray(headEnd - 4, headEnd), segment.subarray(-4));
}

/** What a saved index was made with. */
export interface SavedOptions extends Omit<CollectionOptions, 'kernel' | 'capacity'> {
  readonly dimensions: number | undefined;
  readonly segments: number;
  /** One for each segment. */
  readonly marks: readonly Uint8Array[];
}

/** @throws MalformedError `ERR_MALFORMED` for what is not the first of `writeParts`. */
export function readHead(bytes: Uint8Array): SavedOptions {
  const reader = new ByteReader(bytes, WHAT);
  reader.header(MAGIC, VERSION);
  reader.checksum();
  const graph = reader.u8() === 1;
  const metric = METRICS[reader.u8()] ?? reader.fail('the metric is unknown');
  const storage = STORAGES[reader.u8()] ?? reader.fail('the storage is unknown');
  const dimensions = reader.u32();
  if (dimensions > DIMENSIONS_MAX) reader.fail(`${dimensions} dimensions are too many`);
  const [M, efConstruction, seed] = [reader.u8(), reader.u32(), reader.u32()];
  if (M < 2 || M > 128) reader.fail(`an M of ${M} is out of range`);
  if (efConstruction < 1 || efConstruction > 4_096) reader.fail('efConstruction is out of range');
  const [bytesMax, targetRecall] = [reader.f64(), reader.f64()];
  if (!(bytesMax >= 1 && bytesMax <= SHARD_BYTES_MAX)) reader.fail('shardBytes are out of range');
  if (!(targetRecall >= 0 && targetRecall < 1)) reader.fail('targetRecall is out of range');
  const segments = reader.u32();
  if (segments > 0 && dimensions === 0) reader.fail('vectors without dimensions');
  const all = reader.raw(MARK_BYTES * segments);
  const marks = Array.from({ length: segments }, (_, i) =>
    all.subarray(MARK_BYTES * i, MARK_BYTES * (i + 1)),
  );
  reader.end();
  const common = { graph, metric, storage, M, efConstruction, seed, bytesMax, targetRecall };
  return { ...common, dimensions: dimensions || undefined, segments, marks };
}

/** The parts of what `joinParts` joined: views. */
export function splitFile(bytes: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(checkBytes('bytes', bytes), WHAT);
  const parts: Uint8Array[] = [];
  while (reader.remaining > 0) {
    const length = reader.f64();
    if (!Number.isInteger(length)) reader.fail('a length is no whole number');
    parts.push(reader.raw(length));
  }
  if (parts.length === 0) reader.fail('it is empty');
  return parts;
}

/**
 * @param parts - as many as the head says, with it.
 * @throws MalformedError `ERR_MALFORMED` for others than `writeParts` gives.
 */
export function readParts(
  parts: readonly Uint8Array[],
  kernel: CollectionOptions['kernel'],
  graph: boolean,
): Collection {
  const [head, ...rest] = parts;
  const { dimensions, segments, marks: _, ...options } = readHead(head!);
  const reader = new ByteReader(head!, WHAT);
  if (options.graph !== graph) reader.fail(`it is no ${graph ? 'HnswIndex' : 'FlatIndex'}`);
  if (rest.length !== segments) reader.fail(`${segments} segments expected, got ${rest.length}`);
  const collection = new Collection({ ...options, kernel, capacity: 0 }, dimensions);
  const shardOptions = collection.shardOptions(dimensions ?? 1);
  for (const part of rest) collection.segments.push(readSegment(part, shardOptions));
  if (collection.segments.length > 1) refuseTwins(collection, reader);
  return collection;
}

/** No id may be in two segments. */
function refuseTwins({ segments }: Collection, reader: ByteReader): void {
  segments.forEach(({ shard, ids }, i) => {
    for (let slot = 0; slot < shard.count; slot++)
      if (
        !shard.isDead(slot) &&
        segments.slice(0, i).some((s) => s.ids.slotOf(ids.idOf(slot)) !== undefined)
      )
        reader.fail('an id is there twice');
  });
}
