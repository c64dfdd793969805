import { ByteReader, ByteWriter, MalformedError } from '@ruvector/core';
import type { Pieces } from './folder.js';

/** What one commit says of one key. */
export interface Entry {
  readonly key: string;
  /** Of the value that was put; none if the key was deleted. */
  readonly value?: { readonly length: number; readonly crc: number };
}

/** The same, and where in its file the value begins. */
export interface PlacedEntry extends Entry {
  readonly offset: number;
}

/**
 * A commit is one file: magic, version, length of the table; the table, which says of each key that
 * it goes or how long its value is and what its checksum; the checksum of all that; the values. All
 * that was put and deleted in one batch is in one file, and so a batch is there or not there.
 */
const MAGIC = 'RVSC';
const VERSION = 1;
/** Magic, version and length of the table: what is read to know how much to read. */
const HEAD_BYTES = 9;
const [DELETED, PUT] = [0, 1];

/** Number of a commit → name of its file. Names tell nothing of keys, so any string is a key. */
export const nameOf = (number: number): string => `${String(number).padStart(12, '0')}.commit`;

/** The number of the commit in a file of this name, `undefined` if it is no such file. */
export function numberOf(name: string): number | undefined {
  const number = Number(/^(\d{12,15})\.commit$/.exec(name)?.[1] ?? NaN);
  return nameOf(number) === name ? number : undefined;
}

/** All of a commit's file but the values, which follow in the order of the entries. */
export function encodeTable(entries: readonly Entry[]): Uint8Array {
  const table = new ByteWriter().u32(entries.length);
  for (const { key, value } of entries) {
    table.u8(value === undefined ? DELETED : PUT);
    writeKey(table, key);
    if (value !== undefined) table.u64(BigInt(value.length)).u32(value.crc);
  }
  const head = new ByteWriter(HEAD_BYTES + table.length + 4).header(MAGIC, VERSION);
  return head
    .u32(table.length + 4)
    .raw(table.bytes())
    .checksum()
    .bytes();
}

/** How many bytes head and table have, from the first bytes of a file. */
export function tableEnd(head: Uint8Array, what: string): number {
  const reader = new ByteReader(head, what);
  reader.header(MAGIC, VERSION);
  return HEAD_BYTES + reader.u32();
}

/** What `encodeTable` wrote. `bytes` end where the values begin. */
export function decodeTable(bytes: Uint8Array, what: string): PlacedEntry[] {
  const reader = new ByteReader(bytes, what);
  reader.checksum();
  reader.raw(HEAD_BYTES);
  const entries: PlacedEntry[] = [];
  let offset = bytes.length;
  for (let left = reader.count(5); left > 0; left--) {
    const kind = reader.u8();
    const key = readKey(reader);
    if (kind > PUT) throw new MalformedError(`${what}: ${kind} is no kind of entry`, { what });
    if (kind === DELETED) entries.push({ key, offset });
    else {
      const length = Number(reader.u64());
      entries.push({ key, offset, value: { length, crc: reader.u32() } });
      offset += length;
    }
  }
  reader.end();
  return entries;
}

/** As code units and not as UTF-8, which has no word for half a surrogate pair. */
function writeKey(out: ByteWriter, key: string): void {
  out.u32(key.length);
  for (let i = 0; i < key.length; i++) out.u16(key.charCodeAt(i));
}

function readKey(reader: ByteReader): string {
  const length = reader.count(2);
  let key = '';
  for (let i = 0; i < length; i++) key += String.fromCharCode(reader.u16());
  return key;
}

/** Small pieces are gathered up to this many bytes; larger ones pass as they are, uncopied. */
const GATHERED_BYTES = 1 << 20;

/** The same bytes in fewer pieces, since each is a call to the system. */
export async function* gathered(pieces: Pieces): Pieces {
  const buffer = new Uint8Array(GATHERED_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled + piece.length > buffer.length && filled > 0) {
      yield buffer.slice(0, filled);
      filled = 0;
    }
    if (piece.length > buffer.length) yield piece;
    else {
      buffer.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield buffer.slice(0, filled);
}
