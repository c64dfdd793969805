import { ByteReader, ByteWriter } from '@ruvector/core';
import { readInteger, writeInteger } from '../integer-codec.js';

/**
 * What a server puts into the log: a byte with the format's version and the kind, then its fields,
 * integers in 64 bits, big-endian, and to the end the state machine's own bytes.
 */
export type LogCommand =
  | { readonly kind: 'plain'; readonly data: Uint8Array }
  | { readonly kind: 'openSession'; readonly sessionsMax: number }
  | SessionCommand;

/** A command that is executed once, however often it is in the log. */
export interface SessionCommand {
  readonly kind: 'session';
  /** The entry by which the session was opened. */
  readonly session: number;
  /** Counts the session's commands, from 1. */
  readonly sequence: number;
  /** Answers up to this one are not asked for any more. */
  readonly ackedUpTo: number;
  readonly data: Uint8Array;
}

const VERSION = 1 << 4;
const KINDS = ['plain', 'openSession', 'session'] as const satisfies LogCommand['kind'][];
/** Bytes that a command takes beside its data, at most. */
export const COMMAND_HEAD_BYTES = 25;

export function encodeCommand(command: LogCommand): Uint8Array {
  const kind = VERSION | KINDS.indexOf(command.kind);
  if (command.kind === 'plain') return withHead(1, command.data, (out) => (out[0] = kind));
  const writer = new ByteWriter(COMMAND_HEAD_BYTES).u8(kind);
  if (command.kind === 'openSession') return writer.u32(command.sessionsMax).bytes();
  for (const field of [command.session, command.sequence, command.ackedUpTo])
    writeInteger(writer, field);
  const head = writer.bytes();
  return withHead(head.length, command.data, (out) => out.set(head));
}

function withHead(bytes: number, data: Uint8Array, write: (out: Uint8Array) => void): Uint8Array {
  const out = new Uint8Array(bytes + data.length);
  write(out);
  out.set(data, bytes);
  return out;
}

/** Reads an entry's data; the command's own is a view. @throws MalformedError */
export function decodeCommand(data: Uint8Array): LogCommand {
  if (data[0] === VERSION) return { kind: 'plain', data: data.subarray(1) };
  const reader = new ByteReader(data, 'command');
  const tag = reader.u8();
  const kind = (tag & ~15) === VERSION ? KINDS[tag & 15] : undefined;
  if (kind === 'openSession') {
    const command = { kind, sessionsMax: reader.u32() } as const;
    reader.end();
    return command;
  }
  if (kind !== 'session') return reader.fail(`kind ${tag} is unknown`);
  const [session, sequence] = [readInteger(reader), readInteger(reader)];
  const ackedUpTo = readInteger(reader);
  return { kind, session, sequence, ackedUpTo, data: reader.raw(reader.remaining) };
}
