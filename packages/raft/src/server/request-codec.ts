import { ByteReader, ByteWriter } from '@ruvector/core';
import { readId, writeId, type ConfChange } from '../configuration.js';
import { readInteger, writeInteger } from '../integer-codec.js';

/** What members ask of their leader, beside Raft's own messages. */
export type Request =
  | { readonly kind: 'propose'; readonly data: Uint8Array }
  | { readonly kind: 'read' }
  | { readonly kind: 'change'; readonly changes: readonly ConfChange[] }
  | { readonly kind: 'transfer'; readonly to: string | undefined };

/** How an answer to a request ends. */
export type Answer =
  /** `index` of the entry, or the one to read at. */
  | { readonly kind: 'done'; readonly index: number; readonly result: Uint8Array }
  /** Nothing came of it, for sure: ask whoever leads. */
  | { readonly kind: 'notTaken' }
  /** An error with a code, or of the caller (without one). */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Which request it is, or is answered. */
export interface Ticket {
  /**
   * Drawn by the asking server when it starts, so that it does not take old answers for its own.
   */
  readonly incarnation: number;
  readonly number: number;
  /** In which the receiver leads, or did. */
  readonly term: number;
}

/** One frame beside Raft's messages. */
export type Frame = Ticket &
  ({ readonly request: Request } | { readonly request?: never; readonly answer: Answer });

const MAGIC = 'RVRQ';
const VERSION = 1;
const REQUESTS = ['propose', 'read', 'change', 'transfer'] as const satisfies Request['kind'][];
const ANSWERS = ['done', 'notTaken', 'failed'] as const satisfies Answer['kind'][];
const CHANGES = ['addVoter', 'addLearner', 'removeMember'] as const satisfies ConfChange['type'][];
/** A change may name so many members at once. */
export const CHANGES_MAX = 255;
/** Bytes that a request or an answer takes beside its data, at most. */
export const REQUEST_HEAD_BYTES = 64;
const ERROR_BYTES_MAX = 8 << 10;
/** Answers come behind requests. */
const FIRST_ANSWER = 16;

/** Whether a frame is one of these, by its magic. */
export const isRequestFrame = (frame: Uint8Array): boolean =>
  [...MAGIC].every((letter, i) => frame[i] === letter.charCodeAt(0));

export function encodeFrame(frame: Frame): Uint8Array {
  const { request } = frame;
  const writer = new ByteWriter(REQUEST_HEAD_BYTES + sizeOf(frame)).header(MAGIC, VERSION);
  writer.u8(
    request ? REQUESTS.indexOf(request.kind) : FIRST_ANSWER + ANSWERS.indexOf(frame.answer.kind),
  );
  writer.u32(frame.incarnation);
  writeInteger(writer, frame.number);
  writeInteger(writer, frame.term);
  if (request) writeRequest(writer, request);
  else writeAnswer(writer, frame.answer);
  return writer.bytes();
}

function sizeOf(frame: Frame): number {
  if (frame.request) return frame.request.kind === 'propose' ? frame.request.data.length : 0;
  return frame.answer.kind === 'done' ? frame.answer.result.length : 0;
}

function writeRequest(writer: ByteWriter, request: Request): void {
  if (request.kind === 'propose') writer.raw(request.data);
  else if (request.kind === 'transfer') {
    writer.u8(Number(request.to !== undefined));
    if (request.to !== undefined) writeId(writer, request.to);
  } else if (request.kind === 'change') {
    writer.u8(request.changes.length);
    for (const { type, id } of request.changes) {
      writer.u8(CHANGES.indexOf(type));
      writeId(writer, id);
    }
  }
}

function writeAnswer(writer: ByteWriter, answer: Answer): void {
  if (answer.kind === 'done') {
    writeInteger(writer, answer.index);
    writer.raw(answer.result);
  } else if (answer.kind === 'failed') writer.text(answer.code).text(answer.message);
}

/** Reads bytes that nobody vouches for; they are copied. @throws MalformedError */
export function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new ByteReader(bytes.slice(), 'raft request');
  reader.header(MAGIC, VERSION);
  const kind = reader.u8();
  const ticket = {
    incarnation: reader.u32(),
    number: readInteger(reader),
    term: readInteger(reader),
  };
  const request = REQUESTS[kind];
  const frame =
    request !== undefined
      ? { ...ticket, request: readRequest(reader, request) }
      : { ...ticket, answer: readAnswer(reader, ANSWERS[kind - FIRST_ANSWER]) };
  reader.end();
  return frame;
}

function readRequest(reader: ByteReader, kind: Request['kind']): Request {
  if (kind === 'propose') return { kind, data: reader.raw(reader.remaining) };
  if (kind === 'read') return { kind };
  if (kind === 'transfer') return { kind, to: reader.u8() === 0 ? undefined : readId(reader) };
  return {
    kind,
    changes: Array.from({ length: reader.u8() }, () => ({
      type: CHANGES[reader.u8()] ?? reader.fail('an unknown change'),
      id: readId(reader),
    })),
  };
}

function readAnswer(reader: ByteReader, kind: Answer['kind'] | undefined): Answer {
  if (kind === 'notTaken') return { kind };
  if (kind === 'done')
    return { kind, index: readInteger(reader), result: reader.raw(reader.remaining) };
  if (kind === 'failed')
    return { kind, code: reader.text(ERROR_BYTES_MAX), message: reader.text(ERROR_BYTES_MAX) };
  return reader.fail('an unknown kind');
}
