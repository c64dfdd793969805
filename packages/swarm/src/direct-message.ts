import { ByteReader, ByteWriter } from '@ruvector/core';

import type { SealedMessage } from './sealed-message.js';

/** What a frame of a session carries. */
export interface DirectMessage {
  readonly type: number;
  readonly topic: string;
  readonly correlationId: Uint8Array;
  readonly body: Uint8Array;
}

const CORRELATION_BYTES = 16;
const NO_CORRELATION = /* @__PURE__ */ new Uint8Array(CORRELATION_BYTES);

/** u8 type, text topic, correlation id 16, body: what a session seals for one member. */
export function encodeDirect({
  type,
  topic = '',
  correlationId = NO_CORRELATION,
  body,
}: SealedMessage): Uint8Array {
  return new ByteWriter(body.length + 64).u8(type).text(topic).raw(correlationId).raw(body).bytes();
}

/** @throws EdgeError `ERR_MALFORMED` */
export function decodeDirect(bytes: Uint8Array): DirectMessage {
  const reader: ByteReader = new ByteReader(bytes, 'message');
  const [type, topic] = [reader.u8(), reader.text()];
  const correlationId = reader.raw(CORRELATION_BYTES);
  return { type, topic, correlationId, body: reader.raw(reader.remaining) };
}
