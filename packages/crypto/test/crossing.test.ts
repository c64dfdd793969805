import { winsCrossing, type PairwiseSession } from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, newSessions, reply, shake, speak } from './pairwise-fixture.js';
import './seed.js';

describe('crossing initiations', () => {
  it('lead to the one handshake that the lower member key id began', () => {
    const { low, high } = newSessions();
    const [fromLow, fromHigh] = [low.initiate(), high.initiate()];
    expect(code(low.receive(fromHigh))).toBe('ERR_HANDSHAKE_CROSSING');
    const second = reply(high.receive(fromLow));
    expect(high.receive(reply(low.receive(second)))).toEqual({ ok: true });
    speak(low, high);
    speak(high, low);
  });

  it('lead there too when the lower one’s message is lost', () => {
    const { low, high, clock } = newSessions();
    low.initiate();
    expect(code(low.receive(high.initiate()))).toBe('ERR_HANDSHAKE_CROSSING');
    clock.advance(5_000);
    // both may begin again; here the higher one is first, and nothing stands in its way
    shake(high, low);
    speak(low, high);
  });

  it('lead there in any order of packets, some of them lost or doubled', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 5, maxLength: 40 }), (steps) => {
        const { low, high, clock } = newSessions();
        const toLow: Uint8Array[] = [];
        const toHigh: Uint8Array[] = [];
        const deliver = (
          to: PairwiseSession,
          queue: Uint8Array[],
          back: Uint8Array[],
          at: number,
        ) => {
          const [packet] = queue.splice(at % Math.max(queue.length, 1), 1);
          const verdict = packet && to.receive(packet);
          if (verdict?.ok && verdict.reply) back.push(verdict.reply);
        };
        for (const [n, step] of steps.entries()) {
          if (step === 0) toHigh.push(low.initiate());
          else if (step === 1) toLow.push(high.initiate());
          else if (step === 2) clock.advance(2_500);
          else if (step === 3) toHigh.pop();
          else if (step === 4) toHigh.push(...toHigh.slice(-1));
          else if (step % 2) deliver(low, toLow, toHigh, n);
          else deliver(high, toHigh, toLow, n);
          for (const [from, to] of [
            [low, high],
            [high, low],
          ] as const)
            if (from.isReady) speak(from, to); // whoever thinks that it can speak is understood
        }
        clock.advance(5_000);
        shake(low, high);
        expect(high.sessionId).toBe(low.sessionId);
      }),
      { numRuns: 25 },
    );
  });

  it('leave nothing of the one that was dropped: its answer comes too late', () => {
    const { low, high } = newSessions();
    const answer = reply(low.receive(high.initiate()));
    high.receive(low.initiate());
    expect(code(high.receive(answer))).toBe('ERR_HANDSHAKE_UNEXPECTED');
  });

  it('lose nothing of a session that one end knew only as answered', () => {
    const { low, high } = newSessions();
    const answer = reply(low.receive(high.initiate()));
    const fromLow = low.initiate();
    high.receive(answer); // what confirms it is lost
    low.receive(reply(high.receive(fromLow)));
    expect(high.sessionId).not.toBe(low.sessionId);
    speak(high, low);
    speak(low, high);
    expect(high.sessionId).toBe(low.sessionId);
  });

  it('are decided by both ends alike, and by byte order', () => {
    const [a, b] = [new Uint8Array(32), new Uint8Array(32)];
    a[31] = 255;
    b[30] = 1;
    expect([winsCrossing(a, b), winsCrossing(b, a), winsCrossing(a, a)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => winsCrossing(a, b.subarray(1))).toThrow(/^peer must/);
  });
});
