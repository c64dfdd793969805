import type { Json } from '@ruvector/core';
import { BATCH_LEAVES_MAX } from './batch.js';
import type { EnvelopeKind } from './envelope-header.js';
import {
  base64UrlField,
  integerField,
  listField,
  literalField,
  malformed,
  nullOr,
  patternField,
  readExact,
  type FieldReader,
} from './record-fields.js';
import type { Suite } from './suite.js';

/**
 * The fields of an envelope in their readable form: bytes in base64url, a u64 as decimal digits,
 * `null` where a kind has no such part.
 */
export interface SignedEnvelope {
  /** Version of the format. */
  readonly v: 1;
  readonly suite: Suite;
  readonly kind: EnvelopeKind;
  readonly swarm_tag: string;
  readonly sender: string;
  readonly destination: string;
  readonly epoch: string;
  readonly counter: string;
  readonly timestamp: string;
  readonly nonce: string | null;
  /** Ciphertext and tag; `null` if the payload is plain. */
  readonly sealed: string | null;
  /** What a plain envelope says. */
  readonly payload: {
    /** 0 … 255 */
    readonly type: number;
    readonly topic: string;
    readonly correlation_id: string;
    readonly body: string;
  } | null;
  readonly commitment: string | null;
  /** Where a batched envelope stands. */
  readonly batch: {
    /** From 0. */
    readonly index: number;
    /** Messages in the batch, 1 … 256. */
    readonly count: number;
    readonly path: readonly string[];
  } | null;
  readonly signature: string;
}

const text: FieldReader<string> = (value, field) => {
  if (typeof value !== 'string') throw malformed(field, 'must be a string');
  return value;
};
const oneOf =
  <T extends string | number>(...known: readonly T[]): FieldReader<T> =>
  (value, field) => {
    const found = known.find((item) => item === value);
    if (found === undefined) throw malformed(field, `must be one of ${known.join(', ')}`);
    return found;
  };
const u64 = /* @__PURE__ */ patternField('must be a u64 in decimal', /^(?:0|[1-9]\d{0,19})$/);
const hash = /* @__PURE__ */ base64UrlField(32);

const PAYLOAD = /* @__PURE__ */ Object.freeze({
  type: /* @__PURE__ */ integerField(0, 255),
  topic: text,
  correlation_id: /* @__PURE__ */ base64UrlField(16),
  body: text,
});
const LAST_LEAF = BATCH_LEAVES_MAX - 1;
const BATCH = /* @__PURE__ */ Object.freeze({
  index: /* @__PURE__ */ integerField(0, LAST_LEAF),
  count: /* @__PURE__ */ integerField(1, BATCH_LEAVES_MAX),
  path: /* @__PURE__ */ listField(hash, 8),
});
const FIELDS = /* @__PURE__ */ Object.freeze({
  v: /* @__PURE__ */ literalField(1 as const),
  suite: /* @__PURE__ */ oneOf<Suite>(1, 2),
  kind: /* @__PURE__ */ oneOf<EnvelopeKind>('pairwise', 'group', 'plain', 'batched'),
  swarm_tag: hash,
  sender: hash,
  destination: hash,
  epoch: u64,
  counter: u64,
  timestamp: u64,
  nonce: /* @__PURE__ */ nullOr(text),
  sealed: /* @__PURE__ */ nullOr(text),
  payload: /* @__PURE__ */ nullOr((value: unknown, field: string) =>
    readExact<NonNullable<SignedEnvelope['payload']>>(field, value, PAYLOAD),
  ),
  commitment: /* @__PURE__ */ nullOr(text),
  batch: /* @__PURE__ */ nullOr((value: unknown, field: string) =>
    readExact<NonNullable<SignedEnvelope['batch']>>(field, value, BATCH),
  ),
  signature: text,
});

/** Exactly these fields, each of its type. @throws EdgeError `ERR_MALFORMED` */
export function readSignedEnvelope(value: Json): SignedEnvelope {
  return readExact<SignedEnvelope>('envelope', value, FIELDS);
}
