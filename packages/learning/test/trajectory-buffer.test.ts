import { seededRandom } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrajectoryBuffer } from '../src/index.js';

const episode = (...rewards: number[]) =>
  rewards.map((reward, i) => ({
    state: i,
    action: 'go',
    reward,
    next: i === rewards.length - 1 ? undefined : i + 1,
  }));

describe('TrajectoryBuffer', () => {
  it('holds the latest, oldest first, as a plain array would', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(30), (capacity, n) => {
        const buffer = new TrajectoryBuffer({ capacity });
        for (let i = 0; i < n; i++) buffer.add(episode(i));
        const rewards = [...buffer].map((steps) => steps[0]!.reward);
        expect(rewards).toEqual(Array.from({ length: n }, (_, i) => i).slice(-capacity));
        expect(buffer.size).toBe(rewards.length);
      }),
    );
  });

  it('sums up returns', () => {
    const buffer = new TrajectoryBuffer();
    expect(buffer.stats()).toEqual({ trajectories: 0, steps: 0, meanReturn: 0, bestReturn: 0 });
    buffer.add(episode(0, 0, 3));
    buffer.add(episode(-1));
    expect(buffer.stats()).toEqual({ trajectories: 2, steps: 4, meanReturn: 1, bestReturn: 3 });
  });

  it('samples every trajectory about equally often', () => {
    const buffer = new TrajectoryBuffer();
    const random = seededRandom(1);
    expect(buffer.sample(random)).toBeUndefined();
    for (let i = 0; i < 4; i++) buffer.add(episode(i));
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[buffer.sample(random)![0]!.reward]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('copies steps and freezes them', () => {
    const buffer = new TrajectoryBuffer();
    const steps = episode(1);
    buffer.add(steps);
    steps[0]!.reward = 9;
    const [held] = [...buffer];
    expect(held![0]!.reward).toBe(1);
    expect(Object.isFrozen(held![0])).toBe(true);
  });

  it('refuses empty, overlong and malformed trajectories', () => {
    const buffer = new TrajectoryBuffer({ stepsMax: 2 });
    expect(() => buffer.add([])).toThrow(/steps/);
    expect(() => buffer.add(episode(1, 2, 3))).toThrow(/steps/);
    expect(() => buffer.add(episode(Number.NaN))).toThrow(/reward/);
    expect(() => new TrajectoryBuffer({ capacity: 0 })).toThrow(/capacity/);
    expect(buffer.size).toBe(0);
  });

  it('refuses what is no list of steps by name, and keeps nothing of it', () => {
    const buffer = new TrajectoryBuffer();
    expect(() => buffer.add(undefined as never)).toThrow(/^steps must be an array, got undefined/);
    expect(() => buffer.add('step' as never)).toThrow(/^steps must be an array, got string/);
    const [step] = episode(1);
    expect(() => buffer.add([step!, null as never])).toThrow(/^steps\[1\] must be an object/);
    expect(buffer.size).toBe(0);
  });

  it('refuses options and lots that are none', () => {
    expect(() => new TrajectoryBuffer(null as never)).toThrow(/^options must be an object/);
    expect(() => new TrajectoryBuffer({ capcity: 1 } as never)).toThrow(/"capcity"/);
    expect(() => new TrajectoryBuffer().sample(Math.random as never)).toThrow(/^random must be/);
  });
});
