import { isEdgeError, toBase64Url, utf8 } from '@ruvector/core';
import {
  canonicalize,
  decodeSignedEnvelope,
  encodeSignedEnvelope,
  parseCanonical,
  sealEnvelope,
  SIGNED_ENVELOPE_BYTES_MAX,
  type SignedEnvelope,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { KINDS, newKind, SUITES } from './kinds-fixture.js';

const isMalformed = expect.toSatisfy((error) => isEdgeError(error, 'ERR_MALFORMED'));
const refused = (text: string) => expect(() => decodeSignedEnvelope(text)).toThrow(isMalformed);
const fieldsOf = (envelope: Uint8Array) =>
  parseCanonical(encodeSignedEnvelope(envelope)) as unknown as SignedEnvelope;

const ALL = KINDS.flatMap((kind) => SUITES.map((suite) => [kind, suite] as const));

describe.each(ALL)('the text of a %s envelope of suite %i', (kind, suite) => {
  it('is canonical and gives back the envelope to the byte, which opens', () => {
    const { seal, open } = newKind(kind, suite);
    const envelope = seal();
    const text = encodeSignedEnvelope(envelope);
    expect(canonicalize(parseCanonical(text))).toBe(text);
    expect(decodeSignedEnvelope(text)).toEqual(envelope);
    expect(open(decodeSignedEnvelope(text)).ok).toBe(true);
  });

  it('with any one bit changed is refused, or is an envelope that does not open', () => {
    const { seal, open } = newKind(kind, suite);
    const text = encodeSignedEnvelope(seal());
    const opened: number[] = [];
    for (let bit = 0; bit < 8 * text.length; bit += suite === 1 ? 1 : 101) {
      const code = text.charCodeAt(bit >> 3) ^ (1 << (bit & 7));
      const changed =
        text.slice(0, bit >> 3) + String.fromCharCode(code) + text.slice((bit >> 3) + 1);
      const decoded = decodedOf(changed);
      if (decoded !== undefined && open(decoded).ok) opened.push(bit);
    }
    expect(opened).toEqual([]);
  });

  it('has each field that the kind has, and null for the others', () => {
    const fields = fieldsOf(newKind(kind, suite).seal());
    const isSealed = kind === 'group' || kind === 'batched';
    expect({
      nonce: fields.nonce !== null,
      sealed: fields.sealed !== null,
      payload: fields.payload !== null,
      commitment: fields.commitment !== null,
      batch: fields.batch !== null,
    }).toEqual({
      nonce: isSealed,
      sealed: kind !== 'plain',
      payload: kind === 'plain',
      commitment: isSealed,
      batch: kind === 'batched',
    });
    expect(fields).toMatchObject({ v: 1, suite, kind, epoch: '77' });
  });

  it('is refused without any one of its fields, with one more, or with one of another type', () => {
    const fields = fieldsOf(newKind(kind, suite).seal());
    refused(canonicalize({ ...fields, more: 1 }));
    for (const field of Object.keys(fields)) {
      const { [field]: _, ...rest } = fields as unknown as Record<string, unknown>;
      refused(canonicalize(rest));
      for (const other of [7, 'x', true, [], {}, field === 'payload' ? 'x' : ['x']])
        refused(canonicalize({ ...fields, [field]: other }));
      const isNull = (fields as unknown as Record<string, unknown>)[field] === null;
      if (!isNull) refused(canonicalize({ ...fields, [field]: null }));
    }
  });
});

function decodedOf(text: string): Uint8Array | undefined {
  try {
    return decodeSignedEnvelope(text);
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return undefined;
    throw error;
  }
}

describe('a number of 64 bits', () => {
  const { fields, sealing } = newKind('plain');
  const epoch = 2n ** 64n - 1n;
  const envelope = sealEnvelope(
    fields({ epoch, counter: Number.MAX_SAFE_INTEGER - 1, timestamp: Number.MAX_SAFE_INTEGER }),
    sealing,
  );

  it('is decimal text, and as exact as its bytes', () => {
    expect(fieldsOf(envelope)).toMatchObject({
      epoch: '18446744073709551615',
      counter: '9007199254740990',
      timestamp: '9007199254740991',
    });
    expect(decodeSignedEnvelope(encodeSignedEnvelope(envelope))).toEqual(envelope);
  });

  it.each(['18446744073709551616', '01', '-1', '+1', '1.0', '1e3', ' 1', '0x1', '', '1n'])(
    'is not spelt %j',
    (text) => refused(canonicalize({ ...fieldsOf(envelope), epoch: text })),
  );

  it.each(['9007199254740992', '9007199254740993', '18446744073709551615'])(
    'counts below 2^53: a counter or time of %s is refused',
    (text) => {
      refused(canonicalize({ ...fieldsOf(envelope), counter: text }));
      refused(canonicalize({ ...fieldsOf(envelope), timestamp: text }));
    },
  );
});

describe('text of another spelling is refused:', () => {
  const text = encodeSignedEnvelope(newKind('group').seal());
  const fields = parseCanonical(text) as unknown as SignedEnvelope;
  it.each([
    ['white space', ` ${text}`],
    ['a trailing byte', `${text} `],
    ['a byte order mark', `\ufeff${text}`],
    ['a key twice', text.replace('"v":1', '"v":1,"v":1')],
    ['keys out of order', text.replace(/\{"batch":null,(.*)\}/, '{$1,"batch":null}')],
    ['1.0 for 1', text.replace('"v":1', '"v":1.0')],
    ['padded base64', canonicalize({ ...fields, sender: `${fields.sender}=` })],
    ['base64 with + and /', canonicalize({ ...fields, sender: `${fields.sender.slice(0, -1)}+` })],
    ['spare bits', canonicalize({ ...fields, sender: `${fields.sender.slice(0, -1)}B` })],
    ['nothing', ''],
    ['depth', '['.repeat(100_000)],
  ])('%s', (_, other) => refused(other));

  it('parts that add up to the same bytes', () => {
    const [nonce, sealed] = [fields.nonce!, fields.sealed!];
    const both = nonce + sealed; // 12 bytes are 16 characters, so the bytes stay where they are
    const moved = { nonce: both.slice(0, 20), sealed: both.slice(20) };
    refused(canonicalize({ ...fields, ...moved }));
  });

  it('above its bound', () => {
    const body = 'A'.repeat(SIGNED_ENVELOPE_BYTES_MAX);
    refused(`{"body":"${body}"}`);
  });
});

describe('encodeSignedEnvelope', () => {
  it('shows what a plain envelope says', () => {
    const { seal } = newKind('plain');
    const correlationId = new Uint8Array(16).fill(4);
    const envelope = seal({ topic: 'новости 🦆\u0000', correlationId, body: utf8('hi') });
    expect(fieldsOf(envelope).payload).toEqual({
      type: 1,
      topic: 'новости 🦆\u0000',
      correlation_id: toBase64Url(correlationId),
      body: toBase64Url(utf8('hi')),
    });
    expect(decodeSignedEnvelope(encodeSignedEnvelope(envelope))).toEqual(envelope);
  });

  it('refuses bytes that are no envelope, and a plain one whose payload has no known form', () => {
    const envelope = newKind('plain').seal();
    for (const bytes of [new Uint8Array(0), envelope.subarray(1), envelope.with(134, 255)])
      expect(() => encodeSignedEnvelope(bytes)).toThrow(isMalformed);
    expect(() => encodeSignedEnvelope('x' as never)).toThrow(TypeError);
    expect(() => decodeSignedEnvelope(7 as never)).toThrow(TypeError);
  });
});
