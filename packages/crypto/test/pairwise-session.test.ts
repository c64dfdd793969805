import { utf8 } from '@ruvector/core';
import { createHandshake } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipped } from './handshake-fixture.js';
import { code, newSessions, reply, shake, speak, textOf } from './pairwise-fixture.js';
import './seed.js';

describe('a pairwise session', () => {
  it('begins with three packets: message 1, message 2, and an empty frame that confirms', () => {
    const { low, high } = newSessions();
    expect([low.needsHandshake(), low.isReady]).toEqual([true, false]);
    const first = low.initiate();
    expect(low.needsHandshake()).toBe(false);
    const second = reply(high.receive(first));
    expect([first.length, second.length]).toEqual([5 + 1256, 5 + 1152]);
    expect(high.isReady).toBe(false);
    const confirmation = reply(low.receive(second));
    expect(low.isReady).toBe(true);
    expect(high.receive(confirmation)).toEqual({ ok: true });
    expect([high.isReady, low.needsHandshake(), high.needsHandshake()]).toEqual([
      true,
      false,
      false,
    ]);
    speak(low, high);
    speak(high, low);
    expect(low.sessionId).toBe(high.sessionId);
    expect(low.exporter?.derive('test')).toEqual(high.exporter?.derive('test'));
  });

  it('seals nothing before that', () => {
    const { low, high } = newSessions();
    expect(() => low.seal(utf8('x'))).toThrow(/no handshake with this peer yet/);
    high.receive(low.initiate());
    expect(() => high.seal(utf8('x'))).toThrow(/no handshake with this peer yet/);
  });

  it('is confirmed by any frame, should the empty one be lost', () => {
    const { low, high } = newSessions();
    low.receive(reply(high.receive(low.initiate())));
    expect(high.isReady).toBe(false);
    speak(low, high);
    speak(high, low);
  });

  it('begins anew 5 s after message 1 was lost, and not before', () => {
    const { low, high, clock } = newSessions();
    low.initiate();
    clock.advance(4_999);
    expect([low.needsHandshake(), high.needsHandshake()]).toEqual([false, true]);
    clock.advance(1);
    expect([low.needsHandshake(), high.needsHandshake()]).toEqual([true, true]);
    shake(low, high);
    speak(high, low);
  });

  it('begins anew 5 s after message 2 was lost, at either end, and takes no late answer', () => {
    const { low, high, clock } = newSessions();
    const second = reply(high.receive(low.initiate()));
    clock.advance(4_999);
    expect([low.needsHandshake(), high.needsHandshake()]).toEqual([false, false]);
    clock.advance(1);
    expect([low.needsHandshake(), high.needsHandshake()]).toEqual([true, true]);
    expect(code(low.receive(second))).toBe('ERR_HANDSHAKE_UNEXPECTED');
    shake(low, high);
    speak(high, low);
  });

  it('takes no payload of 0 bytes and none above the limit', () => {
    const { low, high } = newSessions();
    shake(low, high);
    expect(() => low.seal(new Uint8Array(0))).toThrow(RangeError);
    expect(() => low.seal(new Uint8Array(16 * 2 ** 20 - 1060))).toThrow(RangeError);
    const { sessionId } = low;
    expect(low.seal(new Uint8Array(1)).length).toBe(38);
    expect(low.sessionId).toBe(sessionId);
  });

  it('has ids that grow, also while the clock stands still or steps back', () => {
    const { low, high } = newSessions();
    const ids: number[] = [];
    for (let i = 0; i < 4; i++) {
      if (i % 2) shake(low, high);
      else shake(high, low);
      ids.push(low.sessionId!);
    }
    expect(ids).toEqual([ids[0], ids[0]! + 1, ids[0]! + 2, ids[0]! + 3]);
  });

  it('does not begin with an id that is not above the present one', () => {
    const { low, high, lowOptions } = newSessions();
    shake(high, low);
    const early = createHandshake({ ...lowOptions, role: 'initiator' }).write();
    const packet = new Uint8Array(5 + early.length);
    packet.set([0x52, 0x56, 0x50, 0x31, 1]);
    packet.set(early, 5);
    expect(code(high.receive(packet))).toBe('ERR_HANDSHAKE_REPLAY');
  });

  it('is of no use after destroy()', () => {
    const { low, high } = newSessions();
    shake(low, high);
    const frame = high.seal(utf8('x'));
    low.destroy();
    expect(code(low.receive(frame))).toBe('ERR_SESSION_OVER');
    expect(() => low.seal(utf8('x'))).toThrow(/destroyed/);
    expect(() => low.initiate()).toThrow(/destroyed/);
    expect([low.isReady, low.needsHandshake(), low.exporter]).toEqual([false, false, undefined]);
  });

  it('shows no secret in JSON', () => {
    const { low, high } = newSessions();
    shake(low, high);
    expect(JSON.stringify(low)).toBe('{}');
  });
});

describe('a changeover', () => {
  it('is due after 2 minutes; the old session serves until the new one is there', () => {
    const { low, high, clock } = newSessions();
    shake(low, high);
    const old = low.sessionId;
    clock.advance(120_000);
    expect([low.needsHandshake(), high.needsHandshake()]).toEqual([true, true]);
    const second = reply(high.receive(low.initiate()));
    speak(low, high);
    speak(high, low);
    expect([low.sessionId, high.sessionId]).toEqual([old, old]);
    const confirmation = reply(low.receive(second));
    // the responder sends under the old keys until it knows that the new ones are there
    expect(low.sessionId).not.toBe(old);
    expect(high.sessionId).toBe(old);
    speak(high, low);
    high.receive(confirmation);
    expect(high.sessionId).toBe(low.sessionId);
    speak(high, low);
    speak(low, high);
  });

  it('that lost message 2 leaves the old session at work and is made up for', () => {
    const { low, high, clock } = newSessions();
    shake(low, high);
    clock.advance(120_000);
    reply(high.receive(low.initiate()));
    speak(low, high);
    speak(high, low);
    clock.advance(5_000);
    expect(low.needsHandshake()).toBe(true);
    shake(low, high);
    speak(high, low);
  });

  it('still opens for 10 s what was under way, and no longer', () => {
    const { low, high, clock } = newSessions();
    shake(low, high);
    const early = [1, 2, 3].map(
      (n) => [low.seal(utf8(`l${n}`)), high.seal(utf8(`h${n}`))] as const,
    );
    shake(low, high);
    speak(high, low);
    clock.advance(9_999);
    expect(textOf(high.receive(early[0]![0]))).toBe('l1');
    expect(textOf(low.receive(early[0]![1]))).toBe('h1');
    expect(code(high.receive(early[0]![0]))).toBe('ERR_SESSION_REPLAY');
    clock.advance(1);
    expect(code(high.receive(early[1]![0]))).toBe('ERR_SESSION_UNKNOWN');
    expect(code(low.receive(early[1]![1]))).toBe('ERR_SESSION_UNKNOWN');
  });

  it('that the responder has not heard of yet may take as long as the old session lives', () => {
    const { low, high, clock } = newSessions();
    shake(low, high);
    low.receive(reply(high.receive(low.initiate()))); // the confirmation is lost
    clock.advance(60_000);
    speak(high, low);
    speak(low, high);
    speak(high, low);
    expect(high.sessionId).toBe(low.sessionId);
  });

  it('does not come about by a replay of message 1', () => {
    const { low, high, clock } = newSessions();
    const first = low.initiate();
    low.receive(reply(high.receive(first)));
    speak(low, high);
    const id = high.sessionId;
    clock.advance(1_000);
    expect(code(high.receive(first))).toBe('ERR_HANDSHAKE_REPLAY');
    expect(high.sessionId).toBe(id);
    speak(low, high);
    speak(high, low);
  });

  it('that never comes ends the session after 4 minutes', () => {
    const { low, high, clock } = newSessions();
    shake(low, high);
    const frame = low.seal(utf8('late'));
    clock.advance(240_000);
    expect(() => low.seal(utf8('x'))).toThrow(/no handshake|too old/);
    expect(code(high.receive(frame))).toBe('ERR_SESSION_UNKNOWN');
    expect([low.isReady, low.needsHandshake(), low.exporter]).toEqual([false, true, undefined]);
  });
});

describe('a packet', () => {
  it('with any bit changed is refused, changes nothing, and no answer is given', () => {
    const { low, high } = newSessions();
    shake(low, high);
    const frame = low.seal(utf8('hello'));
    for (let bit = 0; bit < frame.length * 8; bit++)
      expect(high.receive(flipped(frame, bit)).ok).toBe(false);
    expect(textOf(high.receive(frame))).toBe('hello');
    fc.assert(
      fc.property(fc.nat((5 + 1152) * 8 - 1), (bit) => {
        const first = low.initiate();
        expect(high.receive(flipped(first, bit)).ok).toBe(false);
        const second = reply(high.receive(first));
        expect(low.receive(flipped(second, bit)).ok).toBe(false);
        expect(high.receive(reply(low.receive(second)))).toEqual({ ok: true });
      }),
      { numRuns: 15 },
    );
  });

  it('of any other length is none', () => {
    const { low, high } = newSessions();
    const first = low.initiate();
    const longer = (packet: Uint8Array) => Uint8Array.of(...packet, 0);
    for (const wrong of [first.subarray(0, -1), longer(first), first.subarray(0, 4)])
      expect(code(high.receive(wrong))).toBe('ERR_SESSION_FORMAT');
    shake(low, high);
    const frame = low.seal(utf8('x'));
    for (let length = 0; length < 37; length++)
      expect(code(high.receive(frame.subarray(0, length)))).toBe('ERR_SESSION_FORMAT');
    expect(code(high.receive(longer(frame)))).toBe('ERR_SESSION_SEAL');
    expect(code(high.receive(new Uint8Array(16 * 2 ** 20)))).toBe('ERR_SESSION_FORMAT');
  });

  it('of random bytes never throws', () => {
    const { low, high } = newSessions();
    shake(low, high);
    const head = fc.constantFrom([], [0x52, 0x56, 0x50, 0x31], [0x52, 0x56, 0x50, 0x31, 3]);
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 60 }), (start, rest) => {
        expect(high.receive(Uint8Array.of(...start, ...rest)).ok).toBe(false);
      }),
    );
    speak(low, high);
  });

  it('sent back to its author is refused', () => {
    const { low, high } = newSessions();
    const first = low.initiate();
    expect(code(low.receive(first))).toBe('ERR_HANDSHAKE_SEAL');
    const second = reply(high.receive(first));
    expect(code(high.receive(second))).toBe('ERR_HANDSHAKE_UNEXPECTED');
    low.receive(second);
    expect(code(low.receive(low.seal(utf8('x'))))).toBe('ERR_SESSION_SEAL');
  });

  it('with a counter far ahead is refused, or it would close the window', () => {
    const { low, high } = newSessions();
    shake(low, high);
    const frame = low.seal(utf8('x'));
    const forged = frame.slice();
    new DataView(forged.buffer).setBigUint64(13, 2n ** 20n);
    expect(code(high.receive(forged))).toBe('ERR_SESSION_SEAL');
    new DataView(forged.buffer).setBigUint64(13, 2n ** 53n);
    expect(code(high.receive(forged))).toBe('ERR_SESSION_FORMAT');
    expect(textOf(high.receive(frame))).toBe('x');
  });
});
