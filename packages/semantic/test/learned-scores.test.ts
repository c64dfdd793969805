import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { LEARNERS_MAX, LearnedScores } from '../src/learned-scores.js';
import { profileOfTexts, profileOfVector } from '../src/profile.js';
import { SemanticEmbedder } from '../src/semantic-embedder.js';

const embedder = new SemanticEmbedder();
const task = (text: string) => profileOfTexts(embedder, [text]);

describe('LearnedScores', () => {
  it('leaves scores alone until something was learnt', () => {
    expect(new LearnedScores().lifts(task('rust'))('a', 0.3)).toBe(0.3);
  });

  it('moves the score towards 1 after success and the rivals down, for like tasks only', () => {
    const learned = new LearnedScores();
    for (let i = 0; i < 20; i++)
      learned.learn(
        task('fix rust'),
        { agentId: 'a', score: 0.3 },
        [{ agentId: 'b', score: 0.3 }],
        true,
      );
    const lift = learned.lifts(task('fix rust'));
    expect(lift('a', 0.3)).toBeGreaterThan(0.6);
    expect(lift('b', 0.3)).toBeLessThan(0.2);
    expect(learned.lifts(task('sell tea'))('a', 0.3)).toBeCloseTo(0.3, 1);
  });

  it('moves the score towards 0 after failure, and a rival up', () => {
    const learned = new LearnedScores();
    for (let i = 0; i < 20; i++)
      learned.learn(
        task('fix rust'),
        { agentId: 'a', score: 0.9 },
        [{ agentId: 'b', score: 0.1 }],
        false,
      );
    const lift = learned.lifts(task('fix rust'));
    expect(lift('a', 0.9)).toBeLessThan(0.5);
    expect(lift('b', 0.1)).toBeGreaterThan(0.1);
  });

  it('moves the score of an agent without rivals past 0.3', () => {
    const learned = new LearnedScores();
    for (let i = 0; i < 20; i++) {
      const score = learned.lifts(task('fix rust'))('a', 0);
      learned.learn(task('fix rust'), { agentId: 'a', score }, [], true);
    }
    expect(learned.lifts(task('fix rust'))('a', 0)).toBeGreaterThan(0.3);
  });

  it('keeps scores in [0, 1] and weights no longer than 1, whatever the outcomes', () => {
    const random = seededRandom(5);
    const learned = new LearnedScores();
    const agents = ['a', 'b', 'c'];
    for (let i = 0; i < 500; i++) {
      const profile = profileOfVector(Float32Array.from({ length: 9 }, () => random.next() - 0.5));
      const [agent, ...rivals] = agents.map((agentId) => ({ agentId, score: random.next() }));
      learned.learn(profile, agent!, rivals, random.next() < 0.7);
      const lift = learned.lifts(profile);
      for (const agentId of agents)
        for (const score of [0, 0.5, 1]) {
          expect(lift(agentId, score)).toBeGreaterThanOrEqual(0);
          expect(lift(agentId, score)).toBeLessThanOrEqual(1);
        }
    }
    for (const weights of learned.weights.values())
      expect(Math.hypot(...weights)).toBeLessThanOrEqual(1 + 1e-6);
  });

  it('has nothing to learn from a task without words', () => {
    const learned = new LearnedScores();
    learned.learn(task(''), { agentId: 'a', score: 0 }, [], true);
    expect([...learned.weights.get('a')!].every((weight) => weight === 0)).toBe(true);
  });

  it(`keeps ${LEARNERS_MAX} agents, and forgets the one longest without a lesson`, () => {
    const learned = new LearnedScores();
    const teach = (agentId: string) =>
      learned.learn(task('rust'), { agentId, score: 0.5 }, [], true);
    for (let i = 0; i < LEARNERS_MAX; i++) teach(`a${i}`);
    teach('a0');
    teach('new');
    expect(learned.weights.size).toBe(LEARNERS_MAX);
    expect(learned.weights.has('a0')).toBe(true);
    expect(learned.weights.has('a1')).toBe(false);
  });

  it('restores what it was given', () => {
    const [a, b] = [new LearnedScores(), new LearnedScores()];
    a.learn(task('rust'), { agentId: 'a', score: 0.5 }, [{ agentId: 'b', score: 0.5 }], true);
    b.restore(a.weights);
    expect(b.lifts(task('rust'))('a', 0.5)).toBe(a.lifts(task('rust'))('a', 0.5));
    b.forget('a');
    expect(b.lifts(task('rust'))('a', 0.5)).toBe(0.5);
  });
});
