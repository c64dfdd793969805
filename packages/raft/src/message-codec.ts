import { ByteReader, ByteWriter, checkBytes, toBase64Url, type Json } from '@ruvector/core';
import {
  decodeConfiguration,
  readConfiguration,
  readId,
  writeConfiguration,
  writeId,
} from './configuration.js';
import type { Entry } from './entry.js';
import { readInteger, writeInteger } from './integer-codec.js';
import { MESSAGE_TYPES, type Message } from './message.js';

const MAGIC = 'RVRM';
const VERSION = 1;

const ENTRY_TYPES: readonly Entry['type'][] = ['normal', 'confChange'];
/** Term, index, type and length of an entry. */
const ENTRY_BYTES_MIN = 21;

/**
 * The bytes of a message: magic `RVRM`, version, type, ids with a u8 length, and then its fields,
 * integers in 64 bits, all big-endian.
 *
 * @example
 * const message = { type: 'timeoutNow', from: 'a', to: 'b', term: 2 } as const;
 * decodeMessage(encodeMessage(message)); // => message
 */
export function encodeMessage(message: Message): Uint8Array {
  const writer = new ByteWriter(128).header(MAGIC, VERSION).u8(MESSAGE_TYPES.indexOf(message.type));
  writeId(writer, message.from);
  writeId(writer, message.to);
  writeInteger(writer, message.term);
  writeBody(writer, message);
  return writer.bytes();
}

/**
 * Reads bytes that nobody vouches for. They are copied where the message keeps them.
 *
 * @throws MalformedError `ERR_MALFORMED` for what `encodeMessage` does not make.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const reader = new ByteReader(checkBytes('bytes', bytes).slice(), 'raft message');
  reader.header(MAGIC, VERSION);
  const type = MESSAGE_TYPES[reader.u8()] ?? reader.fail('an unknown type');
  const head = { from: readId(reader), to: readId(reader), term: readInteger(reader) };
  const message = { type, ...head, ...readBody(reader, type) } as Message;
  reader.end();
  return message;
}

const readBoolean = (reader: ByteReader): boolean => {
  const value = reader.u8();
  return value > 1 ? reader.fail('neither true nor false') : value === 1;
};

function writeBody(writer: ByteWriter, message: Message): void {
  const integers = (...values: number[]) => values.forEach((each) => writeInteger(writer, each));
  switch (message.type) {
    case 'requestPreVote':
    case 'requestVote':
      integers(message.lastIndex, message.lastTerm);
      writer.u8(Number(message.transfer));
      break;
    case 'requestPreVoteResponse':
    case 'requestVoteResponse':
      writer.u8(Number(message.granted));
      break;
    case 'appendEntries':
      integers(message.prevIndex, message.prevTerm, message.commit);
      writer.u32(message.entries.length);
      for (const entry of message.entries) writeEntry(writer, entry);
      break;
    case 'appendEntriesResponse':
      integers(message.index, message.hintIndex, message.hintTerm);
      writer.u8(Number(message.rejected));
      break;
    case 'heartbeat':
      integers(message.commit, message.round);
      break;
    case 'heartbeatResponse':
      integers(message.round);
      break;
    case 'installSnapshot':
      integers(message.index, message.snapshotTerm, message.sizeBytes, message.offset);
      writeConfiguration(writer, message.config).block(message.data);
      break;
    case 'installSnapshotResponse':
      integers(message.index, message.offset);
      writer.u8(Number(message.done));
      break;
    case 'timeoutNow':
  }
}

function readBody(reader: ByteReader, type: Message['type']): object {
  const integer = () => readInteger(reader);
  switch (type) {
    case 'requestPreVote':
    case 'requestVote':
      return { lastIndex: integer(), lastTerm: integer(), transfer: readBoolean(reader) };
    case 'requestPreVoteResponse':
    case 'requestVoteResponse':
      return { granted: readBoolean(reader) };
    case 'appendEntries': {
      const [prevIndex, prevTerm, commit] = [integer(), integer(), integer()];
      return { prevIndex, prevTerm, commit, entries: readEntries(reader) };
    }
    case 'appendEntriesResponse': {
      const [index, hintIndex, hintTerm] = [integer(), integer(), integer()];
      return { index, hintIndex, hintTerm, rejected: readBoolean(reader) };
    }
    case 'heartbeat':
      return { commit: integer(), round: integer() };
    case 'heartbeatResponse':
      return { round: integer() };
    case 'installSnapshot': {
      const [index, snapshotTerm, sizeBytes] = [integer(), integer(), integer()];
      const [offset, config, data] = [integer(), readConfiguration(reader), reader.block()];
      return { index, snapshotTerm, sizeBytes, offset, config, data };
    }
    case 'installSnapshotResponse':
      return { index: integer(), offset: integer(), done: readBoolean(reader) };
    case 'timeoutNow':
      return {};
  }
}

/** An entry as messages and logs have it. */
function writeEntry(writer: ByteWriter, { term, index, type, data }: Entry): void {
  writeInteger(writer, term);
  writeInteger(writer, index);
  writer.u8(ENTRY_TYPES.indexOf(type)).block(data);
}

function readEntries(reader: ByteReader): Entry[] {
  return Array.from({ length: reader.count(ENTRY_BYTES_MIN) }, () => readEntry(reader));
}

/** What `writeEntry` wrote; its data is a view. @throws MalformedError */
function readEntry(reader: ByteReader): Entry {
  const [term, index] = [readInteger(reader), readInteger(reader)];
  const type = ENTRY_TYPES[reader.u8()] ?? reader.fail('an unknown type of entry');
  const data = reader.block();
  if (type === 'confChange') decodeConfiguration(data);
  return { term, index, type, data };
}

/**
 * A message for people: plain JSON, with bytes in base64url. There is no way back.
 *
 * @example
 * const message = { type: 'timeoutNow', from: 'a', to: 'b', term: 2 } as const;
 * messageToJson(message); // => message
 */
export const messageToJson = (message: Message): Json =>
  JSON.parse(
    JSON.stringify(message, (_, value: unknown) =>
      value instanceof Uint8Array ? toBase64Url(value) : value,
    ),
  ) as Json;
