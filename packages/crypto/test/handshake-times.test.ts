import { HandshakeTimes } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock } from './fixture.js';

describe('HandshakeTimes', () => {
  it('takes what is later than the last one of that agent, and only that', () => {
    const clock = newClock();
    const times = new HandshakeTimes({ clock });
    const now = clock.now();
    expect(times.take('a', now)).toEqual({ ok: true });
    expect(times.take('a', now)).toEqual({ ok: false, code: 'ERR_HANDSHAKE_REPLAY' });
    expect(times.take('a', now - 1)).toEqual({ ok: false, code: 'ERR_HANDSHAKE_REPLAY' });
    expect(times.take('b', now - 1)).toEqual({ ok: true });
    expect(times.take('a', now + 1)).toEqual({ ok: true });
    expect([times.newest('a'), times.newest('b'), times.newest('c')]).toEqual([
      now + 1,
      now - 1,
      undefined,
    ]);
  });

  it('takes nothing that is further than 30 s from our clock, and no clock that is none', () => {
    let now = 1e12;
    const times = new HandshakeTimes({ clock: { ...newClock(), ...{ now: () => now } } as never });
    for (const time of [now - 30_001, now + 30_001, NaN, Infinity, -Infinity])
      expect(times.take('a', time)).toEqual({ ok: false, code: 'ERR_HANDSHAKE_TIME' });
    now = NaN;
    expect(times.take('a', 1e12)).toEqual({ ok: false, code: 'ERR_HANDSHAKE_TIME' });
    expect(times.size).toBe(0);
  });

  it('forgets an agent for a newcomer only when its messages are too old anyway', () => {
    const clock = newClock();
    const times = new HandshakeTimes({ clock, maxAgents: 2 });
    times.take('a', clock.now());
    clock.advance(1);
    times.take('b', clock.now());
    clock.advance(29_999);
    expect(times.take('c', clock.now())).toEqual({ ok: false, code: 'ERR_HANDSHAKE_LIMIT' });
    expect(times.take('b', clock.now())).toEqual({ ok: true });
    clock.advance(1);
    expect(times.take('c', clock.now())).toEqual({ ok: true });
    expect([times.size, times.newest('a')]).toEqual([2, undefined]);
    expect(times.take('d', clock.now())).toEqual({ ok: false, code: 'ERR_HANDSHAKE_LIMIT' });
  });

  it('forgets the one that was not heard for longest, not the one that came first', () => {
    const clock = newClock();
    const times = new HandshakeTimes({ clock, maxAgents: 2 });
    times.take('a', clock.now());
    clock.advance(1);
    times.take('b', clock.now());
    clock.advance(30_001);
    times.take('a', clock.now());
    expect(times.take('c', clock.now())).toEqual({ ok: true });
    expect(times.newest('b')).toBeUndefined();
    expect(times.newest('a')).toBe(clock.now());
  });

  it('names bad arguments', () => {
    const clock = newClock();
    expect(() => new HandshakeTimes({ clock, maxAgents: 0 })).toThrow(/^maxAgents must/);
    const times = new HandshakeTimes({ clock });
    expect(() => times.take('no id!', 1)).toThrow(/^agentId must/);
    expect(() => times.take('a', 1n as never)).toThrow(/^time must/);
  });
});
