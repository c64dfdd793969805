import { isEdgeError } from '@ruvector/core';
import type { EpochCommit } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeDirect, encodeDirect } from '../src/direct-message.js';
import {
  decodeAsk,
  decodeClaim,
  decodeNews,
  encodeAsk,
  encodeClaim,
  encodeNews,
} from '../src/epoch-news.js';
import { decodeHello, encodeHello } from '../src/hello.js';
import { MessageType } from '../src/message-type.js';

const hash = (n: number) => new Uint8Array(32).fill(n);
const commit = { record: { epoch: 7 }, signatures: {} } as unknown as EpochCommit;
const parameters = { numRuns: 2_000, seed: Number(process.env['FC_SEED'] ?? 1) };

/** Each with something valid, and how it is read. */
const FORMS: [string, Uint8Array, (bytes: Uint8Array) => unknown, unknown][] = [
  [
    'hello',
    encodeHello({ wantsAnswer: true, incarnation: 5n }),
    decodeHello,
    { wantsAnswer: true, incarnation: 5n },
  ],
  [
    'an ask for an epoch',
    encodeAsk({
      reason: 'hourly',
      epoch: 3,
      commitHash: hash(1),
      startedAt: 1_700_000_000_000,
      incarnation: 2n ** 64n - 1n,
      keyProof: hash(2),
    }),
    decodeAsk,
    {
      reason: 'hourly',
      epoch: 3,
      commitHash: hash(1),
      startedAt: 1_700_000_000_000,
      incarnation: 2n ** 64n - 1n,
      keyProof: hash(2),
    },
  ],
  [
    'a claim to make commits',
    encodeClaim({ committer: 'hub', members: 3, keyProof: hash(4) }),
    decodeClaim,
    { committer: 'hub', members: 3, keyProof: hash(4) },
  ],
  [
    'news of an epoch',
    encodeNews({
      keyProof: hash(1),
      anchor: { commit, roster: [hash(2), hash(3)] },
      commits: [commit, commit],
      welcome: hash(5),
    }),
    decodeNews,
    {
      keyProof: hash(1),
      anchor: { commit, roster: [hash(2), hash(3)] },
      commits: [commit, commit],
      welcome: hash(5),
    },
  ],
  [
    'a message for one',
    encodeDirect({ type: MessageType.publish, topic: 'ä.b', body: hash(6) }),
    decodeDirect,
    { type: MessageType.publish, topic: 'ä.b', correlationId: new Uint8Array(16), body: hash(6) },
  ],
];

/** What a decoder gives, or that it refuses; anything else that it throws is a fault. */
function taken(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    if (isEdgeError(error)) return error.code;
    throw error;
  }
}

describe.each(FORMS)('%s', (_name, valid, decode, value) => {
  it('is read as it was written', () => {
    expect(decode(valid)).toEqual(value);
  });

  it('cut anywhere, or with a byte more, is refused, but for a body at its end', () => {
    const fixed = valid.length - (decode === decodeDirect ? 32 : 0);
    const cuts = Array.from({ length: fixed }, (_, n) => valid.subarray(0, n));
    const longer = fixed === valid.length ? [Uint8Array.of(...valid, 0)] : [];
    const found = new Set([...cuts, ...longer].map((bytes) => taken(decode, bytes)));
    expect([...found]).toEqual(['ERR_MALFORMED']);
  });

  it('of any bytes, or with some changed, is read or refused, and nothing else', () => {
    const changes = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 8 });
    const changed = changes.map((list) => {
      const bytes = valid.slice();
      for (const [at, byte] of list) bytes[at] = byte;
      return bytes;
    });
    const verdicts = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), changed), (bytes) => {
        const value = taken(decode, bytes);
        verdicts.add(typeof value === 'string' ? value : 'read');
      }),
      parameters,
    );
    expect([...verdicts].toSorted()).toEqual(['ERR_MALFORMED', 'read']);
  });
});
