import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { playEpisode, successOf } from '../bench/frozen-lake.js';
import { QLearner } from '../src/index.js';
import { learner } from './fixtures/learner.js';

describe('FrozenLake 8×8, slippery, eight agents of 150 episodes, merging every 25', () => {
  const train = (distort?: (reward: number) => number) => {
    const all = Array.from({ length: 8 }, (_, i) =>
      learner(`agent-${i}`, { actions: 4, gamma: 0.99, initial: 1, random: seededRandom(i) }),
    );
    const lake = seededRandom(42);
    for (let episode = 1; episode <= 150; episode++) {
      all.forEach((l, i) => playEpisode(l, lake, i === 0 ? distort : undefined));
      if (episode % 25 === 0) for (const l of all) for (const other of all) l.merge(other);
    }
    return all;
  };
  const success = (l: QLearner) => successOf((s) => l.best(s) as number);

  it('reaches the goal in at least 80 % of episodes (the best policy: 86 %)', () => {
    expect(success(train()[7]!)).toBeGreaterThan(0.8);
  });

  it('still does so if one peer reports rewards times 1,000', () => {
    let lies = 0;
    const all = train((reward) => {
      if (reward > 0) lies++;
      return 1000 * reward;
    });
    expect(lies).toBeGreaterThan(0);
    expect(success(all[7]!)).toBeGreaterThan(0.8);
  });

  it('gives all eight the same policy after all have heard all', () => {
    const all = train();
    for (const l of all) for (const other of all) l.merge(other);
    const policies = all.map((l) => Array.from({ length: 64 }, (_, s) => l.best(s)));
    for (const policy of policies) expect(policy).toEqual(policies[0]);
  });
});
