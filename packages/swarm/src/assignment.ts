import {
  ByteReader,
  ByteWriter,
  concatBytes,
  isId,
  MalformedError,
  toBase64Url,
  toHex,
  utf8,
  type Json,
} from '@ruvector/core';
import { sha256 } from '@ruvector/crypto';

import { encodeJson, parseJson } from './message.js';

/** One try at a task: what the executor is bound to by its receipt. */
export interface Assignment {
  readonly v: 1;
  readonly swarm_id: string;
  /** 32 hexadecimal digits. */
  readonly task_id: string;
  readonly attempt: number;
  readonly assigner: string;
  readonly executor: string;
  readonly description: string;
  readonly type: string | null;
  readonly capability: string | null;
  /** Base64url of SHA-256. */
  readonly input_hash: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly priority: number;
  readonly timeout_ms: number;
  readonly output_bytes_max: number;
}

/** A value as a task carries it: bytes stay bytes, JSON stays JSON. */
export type Value = Uint8Array | Json;

const DESCRIPTION_CHARS_MAX = 4096;
const TASK_ID = /^[0-9a-f]{32}$/;
const HASH = /^[A-Za-z0-9_-]{43}$/;
const ASSIGNMENT_TAG = 'ruvector-edge/2/assignment\0';
const KIND = { bytes: 0, json: 1 } as const;

export function hashText(bytes: Uint8Array): string {
  return toBase64Url(sha256(bytes));
}

export function assignmentHash(assignment: Assignment): string {
  return hashText(concatBytes(utf8(ASSIGNMENT_TAG), encodeJson(assignment)));
}

/** A kind byte, then the bytes or the canonical JSON: one spelling, so that it can be hashed. */
export function encodeValue(value: Value, bytesMax: number): Uint8Array {
  if (value instanceof Uint8Array) return concatBytes(Uint8Array.of(KIND.bytes), value);
  return concatBytes(Uint8Array.of(KIND.json), encodeJson(value, bytesMax));
}

export function decodeValue(bytes: Uint8Array): Value {
  const reader: ByteReader = new ByteReader(bytes, 'value');
  const kind = reader.u8();
  const rest = reader.raw(reader.remaining);
  if (kind === KIND.bytes) return rest.slice();
  if (kind === KIND.json) return parseJson(rest) as Json;
  return reader.fail(`unknown kind ${kind}`);
}

export function encodeAssignment(assignment: Assignment, input: Uint8Array): Uint8Array {
  return new ByteWriter(input.length + 1024).block(encodeJson(assignment)).block(input).bytes();
}

/** Checks the form, not whether this member is meant. */
export function decodeAssignment(body: Uint8Array): { assignment: Assignment; input: Uint8Array } {
  const reader: ByteReader = new ByteReader(body, 'assignment');
  const json = parseJson(reader.block());
  const input = reader.block().slice();
  reader.end();
  if (!isAssignment(json)) return reader.fail('a field is missing, unknown or out of range');
  return { assignment: json, input };
}

/**
 * Checks that an assignment is what came: this task, from this assigner, to this executor.
 *
 * @throws MalformedError that names the field.
 */
export function checkAddressed(
  assignment: Assignment,
  expected: {
    readonly swarmId: string;
    readonly taskId: Uint8Array;
    readonly assigner: string;
    readonly executor: string;
    readonly input: Uint8Array;
  },
): void {
  const wrong = (field: string) => new MalformedError(`assignment: ${field} does not fit`);
  if (assignment.task_id !== toHex(expected.taskId)) throw wrong('task_id');
  if (assignment.assigner !== expected.assigner) throw wrong('assigner');
  if (assignment.executor !== expected.executor) throw wrong('executor');
  if (assignment.swarm_id !== expected.swarmId) throw wrong('swarm_id');
  if (assignment.input_hash !== hashText(expected.input)) throw wrong('input_hash');
}

const isCount = (value: unknown, max: number) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
const isText = (value: unknown, max: number) => typeof value === 'string' && value.length <= max;
const isName = (value: unknown) => value === null || isText(value, 128);

const FIELDS: { readonly [K in keyof Assignment]: (value: unknown) => boolean } = {
  v: (value) => value === 1,
  swarm_id: isId,
  task_id: (value) => typeof value === 'string' && TASK_ID.test(value),
  attempt: (value) => isCount(value, 1000),
  assigner: isId,
  executor: isId,
  description: (value) => isText(value, DESCRIPTION_CHARS_MAX),
  type: isName,
  capability: isName,
  input_hash: (value) => typeof value === 'string' && HASH.test(value),
  deadline: (value) => isCount(value, Number.MAX_SAFE_INTEGER),
  priority: (value) => isCount(value, 9),
  timeout_ms: (value) => isCount(value, 86_400_000),
  output_bytes_max: (value) => isCount(value, 2 ** 32),
};

function isAssignment(value: unknown): value is Assignment {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(FIELDS) as (keyof Assignment)[];
  const record = value as Record<string, unknown>;
  return (
    Object.keys(record).length === names.length &&
    names.every((name) => Object.hasOwn(record, name) && FIELDS[name](record[name]))
  );
}
