import {
  ByteReader,
  equalBytes,
  MalformedError,
  type Storage,
  type StorageOperation,
} from '@ruvector/core';
import type { Collection } from './collection.js';
import { joinParts, markOf, readHead, splitFile, writeParts } from './file.js';

/** Times that an index is read which others are saving meanwhile. */
const READINGS = 8;

/** Segments of an index beyond the first have keys of their own: one value might be too long. */
const segmentKey = (key: string, segment: number): string => `${key}.segment-${segment}`;

/** Writes an index, all of it or nothing, in place of what is there under this key. */
export async function store(collection: Collection, storage: Storage, key: string): Promise<void> {
  const [head, first, ...rest] = writeParts(collection);
  const before = await segmentsOf(storage, key);
  const operations: StorageOperation[] = [
    { put: [key, joinParts(first ? [head!, first] : [head!])] },
    ...rest.map((part, i): StorageOperation => ({ put: [segmentKey(key, i + 1), part] })),
  ];
  for (let segment = rest.length + 1; segment < before; segment++)
    operations.push({ delete: segmentKey(key, segment) });
  await storage.batch(operations);
}

/**
 * Reads the parts of an index. Who saves meanwhile may replace some of them between two readings:
 * then all are read again.
 *
 * @returns undefined if there is none under this key.
 * @throws MalformedError `ERR_MALFORMED` if the parts do not belong together.
 */
export async function fetchParts(storage: Storage, key: string): Promise<Uint8Array[] | undefined> {
  for (let reading = 1; ; reading++) {
    const bytes = await storage.get(key);
    if (bytes === undefined) return undefined;
    const parts: (Uint8Array | undefined)[] = splitFile(bytes);
    const { segments, marks } = readHead(parts[0]!);
    for (let segment = 1; segment < segments; segment++)
      parts.push(await storage.get(segmentKey(key, segment)));
    const odd = marks.findIndex((mark, i) => !belongs(parts[i + 1], mark));
    if (odd < 0) return parts as Uint8Array[];
    if (reading < READINGS) continue;
    const what = parts[odd + 1] ? 'is of another saving' : 'is missing';
    new ByteReader(bytes, 'saved index').fail(`segment ${odd} ${what}`);
  }
}

const belongs = (part: Uint8Array | undefined, mark: Uint8Array): boolean =>
  part !== undefined && equalBytes(markOf(part), mark);

/** How many segments there are under a key: none if what is there is no index. */
async function segmentsOf(storage: Storage, key: string): Promise<number> {
  const bytes = await storage.get(key);
  if (bytes === undefined) return 0;
  try {
    return readHead(splitFile(bytes)[0]!).segments;
  } catch (error) {
    if (error instanceof MalformedError) return 0;
    throw error;
  }
}
