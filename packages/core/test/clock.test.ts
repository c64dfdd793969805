import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '@ruvector/core';

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells the time of day and a time that only goes on', () => {
    vi.setSystemTime(1_800_000_000_000);
    expect(systemClock.now()).toBe(1_800_000_000_000);
    const before = systemClock.monotonic();
    vi.advanceTimersByTime(10);
    expect(systemClock.monotonic() - before).toBeCloseTo(10);
  });

  it('calls once after its time, and not at all when cancelled', () => {
    let calls = 0;
    systemClock.setTimeout(() => calls++, 100);
    const cancel = systemClock.setTimeout(() => calls++, 100);
    vi.advanceTimersByTime(99);
    expect(calls).toBe(0);
    cancel();
    cancel();
    vi.advanceTimersByTime(1_000);
    expect(calls).toBe(1);
  });

  it('keeps a timer of 60 days, longer than any of the platform, and can cancel it late', () => {
    const day = 86_400_000;
    let calls = 0;
    systemClock.setTimeout(() => calls++, 60 * day);
    const cancel = systemClock.setTimeout(() => calls++, 60 * day);
    vi.advanceTimersByTime(60 * day - 1);
    expect(calls).toBe(0);
    cancel();
    vi.advanceTimersByTime(1);
    expect(calls).toBe(1);
  });

  it('counts a negative wait as none and refuses one that is no finite number', () => {
    let calls = 0;
    systemClock.setTimeout(() => calls++, -5);
    vi.advanceTimersByTime(1);
    expect(calls).toBe(1);
    for (const ms of [NaN, Infinity, -Infinity])
      expect(() => systemClock.setTimeout(() => calls++, ms)).toThrow(RangeError);
  });

  it('asks the platform for no negative wait, of which Node warns', () => {
    vi.useRealTimers(); // a spy on a false timer would put that back in place of the real one
    const platform = vi.spyOn(globalThis, 'setTimeout');
    systemClock.setTimeout(() => undefined, -5)();
    expect(platform.mock.calls[0]![1]).toBe(0);
    platform.mockRestore();
  });
});
