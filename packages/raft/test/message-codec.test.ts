import { isEdgeError } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, messageToJson, type Message } from '../src/index.js';

const integer = fc.maxSafeNat();
const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/);
const bytes = fc.uint8Array({ maxLength: 40 });
const list = fc.uniqueArray(id, { maxLength: 3 });
const config = fc
  .record({ voters: list, votersOutgoing: list, learners: list })
  .map((each) => ({ ...each, learners: each.learners.filter((l) => !each.voters.includes(l)) }));
const entry = fc.record({
  term: integer,
  index: integer,
  type: fc.constant('normal' as const),
  data: bytes,
});
const of = (type: Message['type'], fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ type: fc.constant(type), from: id, to: id, term: integer, ...fields });
const vote = { lastIndex: integer, lastTerm: integer, transfer: fc.boolean() };
const message = fc.oneof(
  of('requestPreVote', vote),
  of('requestVote', vote),
  of('requestPreVoteResponse', { granted: fc.boolean() }),
  of('requestVoteResponse', { granted: fc.boolean() }),
  of('appendEntries', {
    prevIndex: integer,
    prevTerm: integer,
    commit: integer,
    entries: fc.array(entry, { maxLength: 3 }),
  }),
  of('appendEntriesResponse', {
    index: integer,
    rejected: fc.boolean(),
    hintIndex: integer,
    hintTerm: integer,
  }),
  of('heartbeat', { commit: integer, round: integer }),
  of('heartbeatResponse', { round: integer }),
  of('installSnapshot', {
    index: integer,
    snapshotTerm: integer,
    config,
    sizeBytes: integer,
    offset: integer,
    data: bytes,
  }),
  of('installSnapshotResponse', { index: integer, offset: integer, done: fc.boolean() }),
  of('timeoutNow', {}),
) as fc.Arbitrary<Message>;
const params = { numRuns: 300, seed: Number(process.env['FC_SEED'] ?? 1) };

const HEARTBEAT: Message = { type: 'heartbeat', from: 'a', to: 'b', term: 2, commit: 7, round: 1 };

describe('the bytes of a message', () => {
  it('give it back, whatever it is', () => {
    fc.assert(
      fc.property(message, (each) => {
        expect(decodeMessage(encodeMessage(each))).toEqual(each);
      }),
      params,
    );
  });

  it('are those of docs/wire-format.md', () => {
    const text = Array.from(encodeMessage(HEARTBEAT), (byte) => byte.toString(16).padStart(2, '0'));
    expect(text.join('')).toBe(
      '5256524d' + // RVRM
        '01' + // version
        '06' + // heartbeat
        '0161' + // from
        '0162' + // to
        '0000000000000002' + // term
        '0000000000000007' + // commit
        '0000000000000001', // round
    );
  });

  it('cut short anywhere, or followed by more, are ERR_MALFORMED', () => {
    fc.assert(
      fc.property(message, (each) => {
        const whole = encodeMessage(each);
        for (let length = 0; length < whole.length; length++)
          expect(refusal(whole.subarray(0, length))).toBe('ERR_MALFORMED');
        expect(refusal(Uint8Array.of(...whole, 0))).toBe('ERR_MALFORMED');
      }),
      { ...params, numRuns: 50 },
    );
  });

  it('changed anywhere are ERR_MALFORMED or another message, and nothing else', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(7), (each, place, bit) => {
        const changed = encodeMessage(each);
        changed[place % changed.length]! ^= 1 << bit;
        expect(['ERR_MALFORMED', undefined]).toContain(refusal(changed));
      }),
      { ...params, numRuns: 2_000 },
    );
  });

  it('that promise more entries than there are allocate nothing', () => {
    const empty = encodeMessage({
      type: 'appendEntries',
      from: 'a',
      to: 'b',
      term: 1,
      prevIndex: 0,
      prevTerm: 0,
      commit: 0,
      entries: [],
    });
    empty.fill(0xff, empty.length - 4);
    expect(refusal(empty)).toBe('ERR_MALFORMED');
  });

  it('are copied: what the transport does with its buffer does not matter', () => {
    const data = Uint8Array.of(1, 2, 3);
    const frame = encodeMessage({
      type: 'appendEntries',
      from: 'a',
      to: 'b',
      term: 1,
      prevIndex: 0,
      prevTerm: 0,
      commit: 0,
      entries: [{ term: 1, index: 1, type: 'normal', data }],
    });
    const decoded = decodeMessage(frame);
    frame.fill(0);
    expect(decoded).toMatchObject({ entries: [{ data }] });
  });

  it('are no bytes: a TypeError', () => {
    expect(() => decodeMessage('text' as unknown as Uint8Array)).toThrow(TypeError);
  });
});

it('a message for people is plain JSON, with bytes in base64url', () => {
  const data = Uint8Array.of(255);
  const entries = [{ term: 1, index: 1, type: 'normal' as const, data }];
  const text = JSON.stringify(messageToJson({ ...HEARTBEAT, entries } as unknown as Message));
  expect(text).toContain('"data":"_w"');
});

function refusal(bytes: Uint8Array): string | undefined {
  try {
    decodeMessage(bytes);
    return undefined;
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
}
