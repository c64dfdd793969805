import { concatBytes, utf8 } from '@ruvector/core';
import {
  aes256gcm,
  DST,
  ed25519,
  PlainSession,
  readEnvelopeHeader,
  PAIRWISE_FRAMES_MAX,
  sealEnvelope,
  SessionKey,
  sha256,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { chainOf, EPOCH } from './fixture.js';
import { KINDS, newKind, SUITES } from './kinds-fixture.js';
import { classical } from './providers.js';

const ALL = KINDS.flatMap((kind) => SUITES.map((suite) => [kind, suite] as const));
const SIGNATURE = { 1: 64, 2: 3373 };
const PAYLOAD = 1 + 2 + 4 + 16 + 3; // type, length, 'news', correlation id, 'abc'
/** All behind the header up to the signature. */
const BODY = {
  pairwise: PAYLOAD + 16,
  group: 12 + PAYLOAD + 16 + 32,
  plain: PAYLOAD,
  batched: 12 + PAYLOAD + 16 + 32 + 4 + 4 + 32, // the last of five has one hash beside its way
};

const flip = (bytes: Uint8Array, bit: number) => {
  const changed = bytes.slice();
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
};

describe.each(ALL)('a %s envelope of suite %i', (kind, suite) => {
  it('opens once, with what was sealed and who sealed it', () => {
    const { seal, open, member, alice, codeOf } = newKind(kind, suite);
    const envelope = seal({ type: 9, correlationId: new Uint8Array(16).fill(4) });
    const opened = open(envelope);
    expect(opened).toMatchObject({
      ok: true,
      member,
      header: { kind, suite, sender: alice.memberKeyId, epoch: EPOCH },
      payload: { type: 9, topic: 'news', correlationId: new Uint8Array(16).fill(4) },
    });
    expect(opened.ok && opened.payload.body).toEqual(utf8('abc'));
    expect(codeOf(envelope)).toBe('ERR_ENVELOPE_REPLAY');
  });

  it('has the length of its parts, and says suite and kind in bytes 5 and 6', () => {
    const envelope = newKind(kind, suite).seal();
    expect(envelope).toHaveLength(132 + BODY[kind] + SIGNATURE[suite]);
    const number = { pairwise: 1, group: 2, plain: 3, batched: 4 }[kind];
    expect([...envelope.subarray(4, 8)]).toEqual([1, suite, number, 0]);
    expect(readEnvelopeHeader(envelope)).toMatchObject({ kind, suite });
  });

  it('with any one bit changed is refused, and changes nothing', () => {
    const { seal, open, window, received } = newKind(kind, suite);
    const envelope = seal();
    const { counter } = readEnvelopeHeader(envelope)!;
    const opened: number[] = [];
    // some of them, which are each bit of a byte; more are tried in envelope-bits
    for (let bit = 0; bit < 8 * envelope.length; bit += suite === 1 ? 11 : 37)
      if (open(flip(envelope, bit)).ok) opened.push(bit);
    expect(opened).toEqual([]);
    expect([received.next, window.check(counter)]).toEqual([0, true]);
    expect(open(envelope).ok).toBe(true);
  });

  it('cut or grown anywhere is refused by its size', () => {
    const { seal, codeOf } = newKind(kind, suite);
    const envelope = seal();
    const step = suite === 1 ? 1 : 7;
    for (let length = 0; length < envelope.length; length += step)
      expect(codeOf(envelope.subarray(0, length))).toMatch(/^ERR_ENVELOPE_(SIZE|FORMAT)$/);
    for (const more of [1, 32, 64])
      expect(codeOf(concatBytes(envelope, new Uint8Array(more)))).toBe('ERR_ENVELOPE_SIZE');
  });

  it('is refused under keys for every other kind', () => {
    const envelope = newKind(kind, suite).seal();
    const group = kind === 'batched' ? 'group' : kind;
    for (const other of KINDS) {
      const { received, codeOf } = newKind(other, suite);
      const fits = (other === 'batched' ? 'group' : other) === group;
      expect(codeOf(envelope, { keys: () => received })).toBe(
        fits ? undefined : 'ERR_ENVELOPE_EPOCH',
      );
    }
  });

  it('that another member signed is refused', () => {
    const { seal, codeOf, bob, member } = newKind(kind, suite);
    const { ed25519PublicKey } = bob.identity;
    const verifyAs = { ...member, ed25519PublicKey };
    const code =
      suite === 1
        ? codeOf(seal(), { registry: { get: () => verifyAs } })
        : codeOf(flip(seal(), 8 * 300));
    expect(code).toBe('ERR_ENVELOPE_SIGNATURE');
  });

  it('cannot be turned into one of another kind or suite by its header', () => {
    const { seal, open } = newKind(kind, suite);
    const envelope = seal();
    for (const at of [5, 6]) {
      const opened = Array.from({ length: 256 }, (_, other) => {
        const changed = envelope.slice();
        changed[at] = other;
        return open(changed).ok ? other : undefined;
      });
      expect(opened.filter((other) => other !== undefined && other !== envelope[at])).toEqual([]);
    }
  });
});

describe('a pairwise envelope', () => {
  it('is ciphertext and tag under the session key and the counter as nonce, then a signature', () => {
    const { seal, alice } = newKind('pairwise');
    const envelope = seal({ counter: 258 });
    const header = envelope.subarray(0, 132);
    const sealed = envelope.subarray(132, -64);
    const nonce = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2);
    const key = new Uint8Array(32).fill(5);
    const payload = concatBytes(
      Uint8Array.of(1, 0, 4),
      utf8('news'),
      new Uint8Array(16),
      utf8('abc'),
    );
    expect(aes256gcm.open(key, nonce, sealed, header)).toEqual(payload);
    const message = concatBytes(DST('envelope'), header, sha256(sealed));
    const { ed25519PublicKey } = alice.identity;
    expect(ed25519.verify(envelope.subarray(-64), message, ed25519PublicKey)).toBe(true);
  });

  it('is never sealed twice under one counter: the nonce would repeat', () => {
    const { fields, sealing } = newKind('pairwise');
    sealEnvelope(fields({ counter: 4 }), sealing);
    for (const counter of [0, 4])
      expect(() => sealEnvelope(fields({ counter }), sealing)).toThrow(/^counter/);
    expect(sealing.chain.next).toBe(5);
  });

  it('opens in any order', () => {
    const { seal, codeOf } = newKind('pairwise');
    const [first, second, third] = [seal(), seal(), seal()];
    expect([third, first, second, first].map((envelope) => codeOf(envelope!))).toEqual([
      undefined,
      undefined,
      undefined,
      'ERR_ENVELOPE_REPLAY',
    ]);
  });

  it('is refused from 2^21 frames on, at both ends', () => {
    const { fields, sealing, codeOf, seal } = newKind('pairwise');
    const last = seal({ counter: PAIRWISE_FRAMES_MAX - 1 });
    expect(codeOf(last)).toBeUndefined();
    expect(() => sealEnvelope(fields(), sealing)).toThrow(/^counter/);
  });

  it('neither seals nor opens under a key that was destroyed', () => {
    const { fields, sealing, received, seal, codeOf } = newKind('pairwise');
    const envelope = seal();
    (received as SessionKey).destroy();
    (sealing.chain as SessionKey).destroy();
    expect(codeOf(envelope)).toBe('ERR_ENVELOPE_KEY_GONE');
    expect(() => sealEnvelope(fields(), sealing)).toThrow(/^counter/);
  });

  it('leaves the session key as it was, for the next one', () => {
    const { seal, codeOf } = newKind('pairwise');
    expect([codeOf(seal()), codeOf(seal())]).toEqual([undefined, undefined]);
    expect(() => new SessionKey(new Uint8Array(31))).toThrow(/^key must have 32 bytes/);
  });
});

describe('a plain envelope', () => {
  it('is its payload in clear, then a signature over its hash', () => {
    const { seal, alice } = newKind('plain');
    const envelope = seal();
    const [header, payload] = [envelope.subarray(0, 132), envelope.subarray(132, -64)];
    expect(payload).toEqual(
      concatBytes(Uint8Array.of(1, 0, 4), utf8('news'), new Uint8Array(16), utf8('abc')),
    );
    const message = concatBytes(DST('envelope'), header, sha256(payload));
    const { ed25519PublicKey } = alice.identity;
    expect(ed25519.verify(envelope.subarray(-64), message, ed25519PublicKey)).toBe(true);
  });

  it('is refused by a receiver whose sessions are sealed, whatever it says', () => {
    const { seal, codeOf, alice } = newKind('plain');
    const sealedOnly = [chainOf(alice.memberKeyId), new SessionKey(new Uint8Array(32))];
    for (const source of sealedOnly)
      expect(codeOf(seal(), { keys: () => source })).toBe('ERR_ENVELOPE_EPOCH');
  });

  it('is counted by its session', () => {
    const session = new PlainSession();
    expect(session.derive(7)).toMatchObject({ ok: true });
    expect(session.next).toBe(0);
    const keys = session.derive(7);
    expect([keys.ok && keys.commit(), session.next]).toEqual([true, 8]);
  });
});

describe('sealEnvelope', () => {
  it.each([
    ['kind', { kind: 'batched' }],
    ['kind', { kind: 'Group' }],
    ['suite', { suite: 3 }],
    ['suite', { suite: '1' }],
    ['chain', { kind: 'pairwise' }],
    ['chain', { kind: 'plain' }],
  ])('names %s when it is %j', (name, over) => {
    const { fields, sealing } = newKind('group');
    expect(() => sealEnvelope(fields(over as never), sealing)).toThrow(new RegExp(`^${name} must`));
    expect(sealing.chain.next).toBe(0);
  });

  it('refuses a signature that is not as long as the suite says', () => {
    const { fields, sealing } = newKind('group', 2);
    expect(() => sealEnvelope(fields({ suite: 1 }), sealing)).toThrow(/^signature must have 64/);
  });
});

describe('the suite of a member', () => {
  it('is not lowered: Ed25519 alone is refused of who is registered for the composite', () => {
    const { fields, sealing, alice, codeOf } = newKind('group', 2);
    const sign = (message: Uint8Array) => alice.identity.sign(message);
    const lowered = sealEnvelope(fields({ suite: 1 }), { ...sealing, sign });
    expect(codeOf(lowered)).toBe('ERR_ENVELOPE_SUITE');
    expect(codeOf(lowered, { ed25519Suffices: true })).toBeUndefined();
  });

  it('is not raised: there is no key to verify the composite of who is registered without', () => {
    const { fields, sealing, codeOf } = newKind('group', 2);
    const { member } = newKind('group', 1);
    const envelope = sealEnvelope(fields(), sealing);
    expect(codeOf(envelope, { registry: { get: () => member } })).toBe('ERR_ENVELOPE_SUITE');
    expect(codeOf(envelope, { provider: classical() })).toBe('ERR_ENVELOPE_SUITE');
  });

  it('wants both halves: neither alone is enough', () => {
    const { seal, codeOf } = newKind('group', 2);
    const envelope = seal();
    const at = envelope.length - 3373;
    for (const [from, to] of [
      [at, at + 3309],
      [at + 3309, envelope.length],
    ] as const)
      expect(codeOf(envelope.slice().fill(0, from, to))).toBe('ERR_ENVELOPE_SIGNATURE');
  });

  it('is looked at before the time', () => {
    const { seal, codeOf, clock } = newKind('group', 2);
    const envelope = seal();
    clock.advance(30_001);
    expect(codeOf(envelope)).toBe('ERR_ENVELOPE_TIME');
    expect(codeOf(envelope, { provider: classical() })).toBe('ERR_ENVELOPE_SUITE');
  });
});
