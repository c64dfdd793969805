import { ByteReader, ByteWriter, fromHex, fromUtf8, isId, toHex } from '@ruvector/core';

/**
 * The protocol, version 1; all integers big-endian, one message = one binary WebSocket message.
 *
 *     hello   = "RVWS" version:u8 peerId:text instance:8 resumes:8 received:u32
 *     message = kind:u8 received:u32 record*        records only if kind is batch
 *     record  = head:u32 body                       head = record kind << 24 | bytes of body
 *     body    = frame                               data
 *             | idBytes:u8 id frame                 relay: id is the target on the way to a hub,
 *                                                   the sender on the way from it
 *             | idBytes:u8 id state:u8              route: what a hub says about a peer
 *
 * `received` counts the batches got so far in this session, modulo 2^32; it confirms them.
 */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const ID_BYTES_MAX = 128;
export const MESSAGE_HEAD_BYTES = 5;
const RECORD_HEAD_BYTES = 4;

/** The largest frame that fits in a message with any head. */
export const FRAME_BYTES_MAX =
  MESSAGE_BYTES_MAX - MESSAGE_HEAD_BYTES - RECORD_HEAD_BYTES - 1 - ID_BYTES_MAX;

/**
 * A message above `BATCH_BYTES_MAX` holds one record, so no message holds more records than this;
 * otherwise 16 MiB of empty frames would cost their receiver half a gigabyte.
 */
export const BATCH_BYTES_MAX = 65_536;
const RECORDS_MAX = BATCH_BYTES_MAX / RECORD_HEAD_BYTES;

const MAGIC = 'RVWS';
const VERSION = 1;
export const INSTANCE_BYTES = 8;

/** No message before HELLO may be longer. */
const HELLO_BYTES_MAX = 4 + 1 + 4 + ID_BYTES_MAX + 2 * INSTANCE_BYTES + 4;

/** The first message on every connection, in both directions. */
export interface Hello {
  readonly peerId: string;
  /**
   * 16 random hex digits that the sender tells this one peer: a dialer keeps them for life, a
   * listener for a session. Whoever knows them may go on in its place, so no third party is told.
   */
  readonly instance: string;
  /** The instance of the receiver with which a session is to go on, or `NO_INSTANCE`. */
  readonly resumes: string;
  /** How many batches of that session have come. */
  readonly received: number;
}

export const NO_INSTANCE = '0000000000000000';

export function encodeHello(hello: Hello): Uint8Array {
  const writer = new ByteWriter(HELLO_BYTES_MAX).header(MAGIC, VERSION).text(hello.peerId);
  return writer
    .raw(fromHex(hello.instance))
    .raw(fromHex(hello.resumes))
    .u32(hello.received)
    .bytes();
}

/** @throws MalformedError for anything but a HELLO of this version. */
export function decodeHello(bytes: Uint8Array): Hello {
  const reader = new ByteReader(bytes, 'HELLO');
  if (bytes.length > HELLO_BYTES_MAX) reader.fail(`${bytes.length} bytes are too long`);
  reader.header(MAGIC, VERSION);
  const peerId = reader.text(ID_BYTES_MAX);
  if (!isId(peerId)) reader.fail('the peer id is not an id');
  const instance = toHex(reader.raw(INSTANCE_BYTES));
  if (instance === NO_INSTANCE) reader.fail('the instance is missing');
  const resumes = toHex(reader.raw(INSTANCE_BYTES));
  const received = reader.u32();
  reader.end();
  return { peerId, instance, resumes, received };
}

export const MessageKind = { batch: 1, ack: 2, ping: 3 } as const;
type ControlKind = (typeof MessageKind)['ack' | 'ping'];
export const RecordKind = { data: 0, relay: 1, route: 2 } as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];
export const RouteState = { gone: 0, busy: 1, open: 2 } as const;

/** `id` is empty for data; `bytes` of a route is its state. */
export interface WireRecord {
  readonly kind: RecordKind;
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Message {
  readonly kind: number;
  readonly received: number;
  readonly records: readonly WireRecord[];
}

/** A message without records: a confirmation, or a wish for one. */
export function encodeControl(kind: ControlKind, received: number): Uint8Array {
  return new ByteWriter(MESSAGE_HEAD_BYTES).u8(kind).u32(received).bytes();
}

/** Writes the count of received batches into a finished batch, just before it is sent. */
export function stampBatch(batch: Uint8Array, received: number): void {
  batch[1] = received >>> 24;
  batch[2] = received >>> 16;
  batch[3] = received >>> 8;
  batch[4] = received;
}

export function recordBytes(id: string, bytes: Uint8Array): number {
  return RECORD_HEAD_BYTES + (id === '' ? 0 : 1 + id.length) + bytes.length;
}

/**
 * Writes a record; ids are ASCII, so their length is their bytes.
 *
 * @returns where the next one goes.
 */
export function writeRecord(
  target: Uint8Array,
  at: number,
  kind: RecordKind,
  id: string,
  bytes: Uint8Array,
): number {
  const length = recordBytes(id, bytes) - RECORD_HEAD_BYTES;
  target[at++] = kind;
  target[at++] = length >>> 16;
  target[at++] = length >>> 8;
  target[at++] = length;
  if (id !== '') {
    target[at++] = id.length;
    for (let i = 0; i < id.length; i++) target[at++] = id.charCodeAt(i);
  }
  target.set(bytes, at);
  return at + bytes.length;
}

/**
 * Reads a message as a whole, so that of a damaged one nothing is used. The bytes of the records
 * are views.
 *
 * @throws MalformedError
 */
export function decodeMessage(message: Uint8Array): Message {
  const reader = new ByteReader(message, 'message');
  const kind = reader.u8();
  const received = reader.u32();
  const records: WireRecord[] = [];
  if (kind === MessageKind.batch) {
    do {
      if (records.length === RECORDS_MAX) reader.fail(`more than ${RECORDS_MAX} records`);
      records.push(readRecord(reader));
    } while (reader.remaining > 0);
  } else if (kind !== MessageKind.ack && kind !== MessageKind.ping) {
    reader.fail(`kind ${kind} is unknown`);
  }
  reader.end();
  return { kind, received, records };
}

function readRecord(reader: ByteReader): WireRecord {
  const head = reader.u32();
  const kind = head >>> 24;
  const length = head & 0xffffff;
  if (kind === RecordKind.data) return { kind, id: '', bytes: reader.raw(length) };
  if (kind !== RecordKind.relay && kind !== RecordKind.route)
    reader.fail(`record kind ${kind} is unknown`);
  if (length === 0) reader.fail('a record has no id');
  const idBytes = reader.u8();
  if (idBytes >= length) reader.fail('an id is longer than its record');
  const id = fromUtf8(reader.raw(idBytes));
  if (!isId(id)) reader.fail('an id is not an id');
  const bytes = reader.raw(length - 1 - idBytes);
  if (kind === RecordKind.route && (bytes.length !== 1 || bytes[0]! > RouteState.open))
    reader.fail('a route has no known state');
  return { kind, id, bytes };
}
