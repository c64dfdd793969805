import { describe, expect, it } from 'vitest';
import { ManualClock } from '@ruvector/core/testing';
import { Acks } from '../src/acks.js';

function setUp() {
  const clock = new ManualClock();
  let late = 0;
  const acks = new Acks(clock, () => void late++);
  return { clock, acks, late: () => late };
}

describe('Acks', () => {
  it('are due 10 ms after a batch that nothing has confirmed, and once for all that came meanwhile', () => {
    const { clock, acks, late } = setUp();
    acks.got(100);
    clock.advance(9);
    acks.got(100);
    expect([acks.due, late()]).toEqual([false, 0]);
    clock.advance(1);
    expect([acks.due, late(), acks.received]).toEqual([true, 1, 2]);
  });

  it('are not due when a message of ours took them along in time', () => {
    const { clock, acks, late } = setUp();
    acks.got(100);
    acks.told();
    clock.advance(1_000);
    expect([acks.due, late()]).toEqual([false, 0]);
  });

  it('are due at once for 256 KiB, and when the other side asks', () => {
    const { acks } = setUp();
    acks.got(262_143);
    expect(acks.due).toBe(false);
    acks.got(1);
    expect(acks.due).toBe(true);
    acks.told();
    acks.asked();
    expect(acks.due).toBe(true);
  });

  it('forget what is due when the socket is gone, and keep the count', () => {
    const { clock, acks, late } = setUp();
    acks.got(100);
    acks.reset();
    clock.advance(1_000);
    expect([acks.due, late(), acks.received]).toEqual([false, 0, 1]);
    acks.got(100);
    clock.advance(10);
    expect(late()).toBe(1);
  });
});
