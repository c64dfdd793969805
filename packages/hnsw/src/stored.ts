import { ByteReader, MalformedError, type Storage, type StorageOperation } from '@ruvector/core';
import type { Collection } from './collection.js';
import { joinParts, readHead, splitFile, writeParts } from './file.js';

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

/** @returns the parts of an index, or undefined if there is none under this key. */
export async function fetchParts(storage: Storage, key: string): Promise<Uint8Array[] | undefined> {
  const bytes = await storage.get(key);
  if (bytes === undefined) return undefined;
  const parts = splitFile(bytes);
  const { segments } = readHead(parts[0]!);
  for (let segment = 1; segment < segments; segment++) {
    const part = await storage.get(segmentKey(key, segment));
    if (part === undefined)
      new ByteReader(bytes, 'saved index').fail(`segment ${segment} is missing`);
    parts.push(part!);
  }
  return parts;
}

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
