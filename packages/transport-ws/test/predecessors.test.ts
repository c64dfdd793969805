import { describe, expect, it } from 'vitest';
import { ManualClock } from '@ruvector/core/testing';
import { Predecessors } from '../src/predecessors.js';

describe('Predecessors', () => {
  it('know the instance that lost its id, once, and no other', () => {
    const predecessors = new Predecessors(new ManualClock(), 100, 10);
    predecessors.add('w', 'first');
    expect(predecessors.take('w', 'second')).toBe(false);
    expect(predecessors.take('v', 'first')).toBe(false);
    expect(predecessors.take('w', 'first')).toBe(true);
    expect(predecessors.take('w', 'first')).toBe(false);
  });

  it('keep the first of two that lost an id within 100 ms', () => {
    const predecessors = new Predecessors(new ManualClock(), 100, 10);
    predecessors.add('w', 'member');
    predecessors.add('w', 'intruder');
    expect(predecessors.take('w', 'intruder')).toBe(false);
    expect(predecessors.take('w', 'member')).toBe(true);
  });

  it('forget after 100 ms, and then remember another one', () => {
    const clock = new ManualClock();
    const predecessors = new Predecessors(clock, 100, 10);
    predecessors.add('w', 'first');
    clock.advance(100);
    expect(predecessors.take('w', 'first')).toBe(false);
    predecessors.add('w', 'second');
    expect(predecessors.take('w', 'second')).toBe(true);
  });

  it('are 10 at most; more are not remembered until one is forgotten', () => {
    const clock = new ManualClock();
    const predecessors = new Predecessors(clock, 100, 10);
    for (let i = 0; i < 12; i++) predecessors.add(`w${i}`, 'x');
    const known = Array.from({ length: 12 }, (_, i) => predecessors.take(`w${i}`, 'x'));
    expect(known.filter(Boolean)).toHaveLength(10);
    expect(known.slice(10)).toEqual([false, false]);
  });
});
