import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEdgeError } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';

describe('ManualClock', () => {
  it('stands still until it is advanced, and both of its times move together', () => {
    const clock = new ManualClock(1_000);
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    clock.advance(25.5);
    expect([clock.now(), clock.monotonic()]).toEqual([1_025.5, 25.5]);
  });

  it('runs due timers by time, those of one moment in the order they were set', () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['b', 10],
      ['never', 31],
    ] as const)
      clock.setTimeout(() => seen.push(`${name}@${clock.monotonic()}`), ms);
    clock.advance(30);
    expect(seen).toEqual(['a@10', 'b@10', 'c@20']);
    expect([clock.pending, clock.monotonic()]).toEqual([1, 30]);
  });

  it('runs timers set while it advances, if they fall due before the end', () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    const tick = () => {
      seen.push(clock.monotonic());
      clock.setTimeout(tick, 10);
    };
    clock.setTimeout(tick, 10);
    clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
  });

  it('does not run a cancelled timer, and cancelling late or twice is fine', () => {
    const clock = new ManualClock();
    let runs = 0;
    const cancelled = clock.setTimeout(() => runs++, 5);
    const ran = clock.setTimeout(() => runs++, 5);
    cancelled();
    cancelled();
    expect(clock.pending).toBe(1);
    clock.advance(5);
    ran();
    expect([runs, clock.pending]).toEqual([1, 0]);
  });

  it('lets a timer cancel another one that is due at the same moment', () => {
    const clock = new ManualClock();
    const seen: string[] = [];
    let cancel: () => void = () => undefined;
    clock.setTimeout(() => cancel(), 5);
    cancel = clock.setTimeout(() => seen.push('cancelled'), 5);
    clock.advance(5);
    expect(seen).toEqual([]);
  });

  it('agrees with a sorted list of timers, cancelled ones left out', () => {
    const timers = fc.array(fc.record({ ms: fc.nat(50), cancelled: fc.boolean() }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(timers, fc.nat(60), (all, end) => {
        const clock = new ManualClock();
        const seen: number[] = [];
        const cancels = all.map(({ ms }, i) => clock.setTimeout(() => seen.push(i), ms));
        all.forEach(({ cancelled }, i) => cancelled && cancels[i]!());
        clock.advance(end);
        const live = all.map((timer, i) => ({ ...timer, i })).filter((t) => !t.cancelled);
        const due = live.filter((t) => t.ms <= end).sort((x, y) => x.ms - y.ms || x.i - y.i);
        expect(seen).toEqual(due.map((t) => t.i));
        expect(clock.pending).toBe(live.length - due.length);
      }),
    );
  });

  it('jump moves the time of day but no timer', () => {
    const clock = new ManualClock(1_000);
    let runs = 0;
    clock.setTimeout(() => runs++, 10);
    clock.jump(-500);
    expect([clock.now(), clock.monotonic()]).toEqual([500, 0]);
    clock.advance(10);
    expect([clock.now(), runs]).toEqual([510, 1]);
  });

  it('lets out what a timer throws, stays at that moment, and goes on from there', () => {
    const clock = new ManualClock();
    let later = 0;
    clock.setTimeout(() => {
      throw new Error('broken timer');
    }, 10);
    clock.setTimeout(() => later++, 20);
    expect(() => clock.advance(30)).toThrow('broken timer');
    expect([clock.monotonic(), later]).toEqual([10, 0]);
    clock.advance(10);
    expect(later).toBe(1);
  });

  it('does not go back when a timer advances the clock itself', () => {
    const clock = new ManualClock();
    clock.setTimeout(() => clock.advance(100), 10);
    clock.advance(20);
    expect(clock.monotonic()).toBe(110);
  });

  it('ends a million timers that call each other without time passing with ERR_LIMIT', () => {
    const clock = new ManualClock();
    const again = () => void clock.setTimeout(again, 0);
    again();
    let caught: unknown;
    try {
      clock.advance(1);
    } catch (error) {
      caught = error;
    }
    expect(isEdgeError(caught, 'ERR_LIMIT')).toBe(true);
  });

  it('advanceAsync lets promises made ready by one timer set the next', async () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    const sleep = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    const done = (async () => {
      for (let i = 0; i < 5; i++) {
        await sleep(10);
        for (let depth = 0; depth < 100; depth++) await Promise.resolve();
        seen.push(clock.monotonic());
      }
    })();
    await clock.advanceAsync(50);
    expect(seen).toEqual([10, 20, 30, 40, 50]);
    await done;
    expect(clock.monotonic()).toBe(50);
  });

  it('refuses times that are no numbers, and does not go back', () => {
    const clock = new ManualClock();
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(NaN)).toThrow(RangeError);
    expect(() => clock.setTimeout(() => undefined, Infinity)).toThrow(RangeError);
    expect(() => clock.setTimeout(() => undefined, '5' as never)).toThrow(TypeError);
  });

  it('counts a negative wait as none', () => {
    const clock = new ManualClock();
    let ran = false;
    clock.setTimeout(() => (ran = true), -5);
    clock.advance(0);
    expect([ran, clock.monotonic()]).toEqual([true, 0]);
  });
});
