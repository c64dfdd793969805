import { canonicalize, parseCanonical } from '@ruvector/crypto';
import {
  fromUtf8,
  fromWire,
  isEdgeError,
  toWire,
  utf8,
  type EdgeError,
  type Json,
} from '@ruvector/core';

/** A message as a handler gets it. The payload belongs to the handler. */
export interface Message {
  readonly topic: string;
  /** The agent id of the sender, proven by its signature. */
  readonly from: string;
  readonly payload: Uint8Array;
  /**
   * The payload as JSON. Only canonical JSON (RFC 8785) is read: what `publish` makes of a value.
   * @throws MalformedError if the payload is something else
   */
  json<T = Json>(): T;
}

export function createMessage(topic: string, from: string, payload: Uint8Array): Message {
  return { topic, from, payload, json: <T>() => parseJson(payload) as T };
}

/** Bytes stay as they are; anything else becomes canonical JSON. */
export function encodePayload(payload: Uint8Array | Json, bytesMax: number): Uint8Array {
  const bytes = payload instanceof Uint8Array ? payload : encodeJson(payload, bytesMax);
  if (bytes.length > bytesMax)
    throw new RangeError(`payload must have at most ${bytesMax} bytes, got ${bytes.length}`);
  return bytes;
}

/** @param value - checked while it is written: a `TypeError` for what JSON cannot say. */
export function encodeJson(value: Json | object, bytesMax = JSON_BYTES_MAX): Uint8Array {
  return utf8(canonicalize(value as Json, { maxBytes: bytesMax }));
}

export function parseJson(bytes: Uint8Array): unknown {
  return parseCanonical(fromUtf8(bytes), { maxBytes: Math.max(bytes.length, 1) });
}

/** What a peer is told of an error: without details, which may not be JSON. */
export function encodeError(error: unknown): Uint8Array {
  return encodeJson({ ...toWire(error), details: {} });
}

/** What `encodeError` wrote; of other bytes the error that they are none. */
export function decodeError(bytes: Uint8Array): EdgeError {
  try {
    return fromWire(parseJson(bytes));
  } catch (error) {
    if (isEdgeError(error)) return error;
    throw error;
  }
}

const JSON_BYTES_MAX = 1 << 20;
