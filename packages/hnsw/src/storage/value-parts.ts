import { MalformedError } from '@ruvector/core';
import { copyOf } from './changes.js';
import { resultOf, type Stores } from './database.js';

/** A longer value is kept in parts: Chromium takes no more than 127 MiB at a time. */
const PART_BYTES = 32 << 20;

/** Asks for what replaces the value of a key; the transaction says what came of it. */
export function writeValue({ values, parts }: Stores, key: string, bytes: Uint8Array): void {
  parts.delete(partsOf(key));
  if (bytes.length <= PART_BYTES) values.put(bytes, key);
  else {
    values.put(bytes.length, key);
    for (let i = 0; i * PART_BYTES < bytes.length; i++)
      parts.put(copyOf(bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES)), [key, i]);
  }
}

/** Asks that a key has no value. */
export function removeValue({ values, parts }: Stores, key: string): void {
  parts.delete(partsOf(key));
  values.delete(key);
}

/** The whole value of a key, `undefined` if it has none, or `ERR_MALFORMED`. */
export async function readValue(
  { values, parts }: Stores,
  key: string,
  place: string,
): Promise<Uint8Array | undefined> {
  const value = (await resultOf(values.get(key))) as unknown;
  if (value === undefined || value instanceof Uint8Array) return value;
  const what = `a value of database ${place}`;
  if (typeof value !== 'number' || !(value >= 0))
    throw new MalformedError(`${what} is no bytes`, { what, key });
  const count = await resultOf(parts.count(partsOf(key)));
  const notWhole = new MalformedError(`${what} is not whole`, { what, key });
  // before so much is allocated
  if (value > count * PART_BYTES) throw notWhole;
  const bytes = new Uint8Array(value);
  let filled = 0;
  for (let i = 0; i < count; i++) {
    const part = (await resultOf(parts.get([key, i]))) as unknown;
    if (!(part instanceof Uint8Array) || filled + part.length > value) throw notWhole;
    bytes.set(part, filled);
    filled += part.length;
  }
  if (filled < value) throw notWhole;
  return bytes;
}

/** All `[key, i]`: in IndexedDB arrays come after numbers. */
const partsOf = (key: string): IDBKeyRange => IDBKeyRange.bound([key], [key, []]);
