import {
  ByteReader,
  checkBytes,
  checkInteger,
  checkString,
  fromUtf8,
  isEdgeError,
  utf8,
} from '@ruvector/core';
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

/** The bytes of a payload. @throws TypeError, RangeError for what it cannot hold */
export function payloadBytes(
  fields: Omit<EnvelopePayload, 'correlationId'> & { readonly correlationId?: Uint8Array },
): Uint8Array {
  const { correlationId = NO_CORRELATION, body } = fields;
  const topic = utf8(checkString('topic', fields.topic, { max: 0xffff }));
  if (topic.length > 0xffff)
    throw new RangeError(`topic must have at most 65535 bytes, got ${topic.length}`);
  checkInteger('type', fields.type, { min: 0, max: 255 });
  checkBytes('correlationId', correlationId, { length: 16 });
  checkBytes('body', body, { max: ENVELOPE_BYTES_MAX });
  const bytes = new Uint8Array(PAYLOAD_HEAD_BYTES + topic.length + body.length);
  bytes[0] = fields.type;
  bytes[1] = topic.length >> 8;
  bytes[2] = topic.length & 0xff;
  bytes.set(topic, 3);
  bytes.set(correlationId, 3 + topic.length);
  bytes.set(body, PAYLOAD_HEAD_BYTES + topic.length);
  return bytes;
}

/** Reads what `payloadBytes` wrote into views of it; `undefined` for anything else. */
export function readPayload(bytes: Uint8Array): EnvelopePayload | undefined {
  try {
    const reader = new ByteReader(bytes, 'payload');
    const type = reader.u8();
    const topic = fromUtf8(reader.raw(reader.u16()));
    const correlationId = reader.raw(16);
    return { type, topic, correlationId, body: reader.raw(reader.remaining) };
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return undefined;
    throw error;
  }
}
