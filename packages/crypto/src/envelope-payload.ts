import {
  ByteReader,
  checkBytes,
  checkInteger,
  checkString,
  fromUtf8,
  isEdgeError,
  utf8,
} from '@ruvector/core';
import { bytesKey } from './bytes-key.js';
import { ENVELOPE_BYTES_MAX, PAYLOAD_HEAD_BYTES } from './envelope-format.js';

/** What was sealed. The arrays belong to the caller. */
export interface EnvelopePayload {
  /** What kind of message this is, 0 … 255, as the sender says. */
  readonly type: number;
  readonly topic: string;
  /** 16 bytes; zeros if the sender gave none. */
  readonly correlationId: Uint8Array;
  readonly body: Uint8Array;
}

const NO_CORRELATION = /* @__PURE__ */ new Uint8Array(16);

/** A payload that fits, and what its topic is in UTF-8. */
interface CheckedPayload {
  readonly type: number;
  readonly topic: Uint8Array;
  readonly correlationId: Uint8Array;
  readonly body: Uint8Array;
  /** Bytes of all of it. */
  readonly length: number;
}

type PayloadFields = Omit<EnvelopePayload, 'correlationId'> & {
  readonly correlationId?: Uint8Array;
};

/** @throws TypeError, RangeError for what a payload cannot hold */
export function checkPayload(fields: PayloadFields): CheckedPayload {
  const { type, correlationId = NO_CORRELATION, body } = fields;
  const topic = topicBytes(checkString('topic', fields.topic, { max: 0xffff }));
  if (topic.length > 0xffff)
    throw new RangeError(`topic must have at most 65535 bytes, got ${topic.length}`);
  checkInteger('type', type, { min: 0, max: 255 });
  checkBytes('correlationId', correlationId, { length: 16 });
  checkBytes('body', body, { max: ENVELOPE_BYTES_MAX });
  const length = PAYLOAD_HEAD_BYTES + topic.length + body.length;
  return { type, topic, correlationId, body, length };
}

/** Writes a payload to the beginning of `out`. */
export function writePayload(out: Uint8Array, payload: CheckedPayload): void {
  const { type, topic, correlationId, body } = payload;
  out[0] = type;
  out[1] = topic.length >> 8;
  out[2] = topic.length & 0xff;
  out.set(topic, 3);
  out.set(correlationId, 3 + topic.length);
  out.set(body, PAYLOAD_HEAD_BYTES + topic.length);
}

/** The bytes of a payload. @throws TypeError, RangeError for what it cannot hold */
export function payloadBytes(fields: PayloadFields): Uint8Array {
  const payload = checkPayload(fields);
  const bytes = new Uint8Array(payload.length);
  writePayload(bytes, payload);
  return bytes;
}

/** Reads what `payloadBytes` wrote into views of it; `undefined` for anything else. */
export function readPayload(bytes: Uint8Array): EnvelopePayload | undefined {
  try {
    const reader = new ByteReader(bytes, 'payload');
    const type = reader.u8();
    const topic = topicOf(reader.raw(reader.u16()));
    const correlationId = reader.raw(16);
    return { type, topic, correlationId, body: reader.raw(reader.remaining) };
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return undefined;
    throw error;
  }
}

/** Short topics in ASCII are turned by hand: calling the platform for them takes longer. */
const TOPIC_UNITS_BY_HAND = 32;

function topicBytes(topic: string): Uint8Array {
  if (topic.length > TOPIC_UNITS_BY_HAND) return utf8(topic);
  const bytes = new Uint8Array(topic.length);
  for (let i = 0; i < topic.length; i++) {
    const unit = topic.charCodeAt(i);
    if (unit > 0x7f) return utf8(topic);
    bytes[i] = unit;
  }
  return bytes;
}

function topicOf(bytes: Uint8Array): string {
  const byHand = bytes.length <= TOPIC_UNITS_BY_HAND && bytes.every((byte) => byte <= 0x7f);
  return byHand ? bytesKey(bytes) : fromUtf8(bytes);
}
