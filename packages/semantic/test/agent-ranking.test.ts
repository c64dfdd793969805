import { FlatIndex } from '@ruvector/core/memory';
import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { AgentRanking, SCAN_AGENTS_MAX } from '../src/agent-ranking.js';
import { profileOfVector } from '../src/profile.js';

const encoded = (...values: number[]) => {
  const vector = Float32Array.from(values);
  return { profile: profileOfVector(vector), vector };
};

const random = seededRandom(17);
const unit = (dimensions: number) => {
  const values = Array.from({ length: dimensions }, () => random.next() - 0.5);
  const length = Math.hypot(...values);
  return encoded(...values.map((x) => x / length));
};

describe('AgentRanking', () => {
  it('scores dense vectors by their cosine, with what is negative as 0', () => {
    const ranking = new AgentRanking();
    const agents = Array.from({ length: 20 }, (_, i) => [`a${i}`, unit(12)] as const);
    for (const [id, agent] of agents) ranking.set(id, agent);
    const task = unit(12);
    const scores = new Map(ranking.rank(task, 20).map(({ agentId, score }) => [agentId, score]));
    for (const [id, { vector }] of agents) {
      const cosine = vector.reduce((sum, x, i) => sum + x * task.vector[i]!, 0);
      expect(scores.get(id)).toBeCloseTo(Math.max(0, cosine), 5);
    }
  });

  it('lets features that most agents have decide less', () => {
    const ranking = new AgentRanking();
    ranking.set('rare', encoded(1, 0, 0));
    for (let i = 0; i < 9; i++) ranking.set(`common${i}`, encoded(0, 1, 0));
    const [first, second] = ranking.rank(encoded(1, 1, 0), 2);
    expect(first!.agentId).toBe('rare');
    expect(first!.score).toBeGreaterThan(2 * second!.score);
  });

  it('breaks ties by id and forgets deleted agents, whose places are used again', () => {
    const ranking = new AgentRanking();
    for (const id of ['c', 'a', 'b']) ranking.set(id, encoded(1, 0));
    expect(ranking.rank(encoded(1, 0), 9).map(({ agentId }) => agentId)).toEqual(['a', 'b', 'c']);
    expect(ranking.delete('a')).toBe(true);
    expect(ranking.delete('a')).toBe(false);
    ranking.set('d', encoded(0, 1));
    ranking.set('e', encoded(1, 1));
    expect(ranking.rank(encoded(0, 1), 9).map(({ agentId }) => agentId)).toEqual([
      'd',
      'e',
      'b',
      'c',
    ]);
  });

  it('behaves as a new one does after any additions, replacements and deletions', () => {
    const [worn, fresh] = [new AgentRanking(), new AgentRanking()];
    const kept = new Map<string, ReturnType<typeof encoded>>();
    for (let i = 0; i < 300; i++) {
      const id = `a${random.uint32() % 40}`;
      if (random.next() < 0.3) {
        worn.delete(id);
        kept.delete(id);
      } else {
        kept.set(id, unit(6));
        worn.set(id, kept.get(id)!);
      }
    }
    for (const [id, agent] of kept) fresh.set(id, agent);
    const task = unit(6);
    const [found, expected] = [worn.rank(task, 40), fresh.rank(task, 40)];
    expect(found.map(({ agentId }) => agentId)).toEqual(expected.map(({ agentId }) => agentId));
    found.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i]!.score, 9));
  });

  it.each(['cosine', 'dot', 'l2'] as const)(
    `asks a %s index above ${SCAN_AGENTS_MAX} agents, and finds the same first agents`,
    (metric) => {
      const index = new FlatIndex({ metric });
      let searches = 0;
      const search = index.search.bind(index);
      index.search = (...args) => {
        searches++;
        return search(...args);
      };
      const [indexed, scanned] = [new AgentRanking(index), new AgentRanking()];
      for (let i = 0; i <= SCAN_AGENTS_MAX; i++) {
        const agent = unit(16);
        indexed.set(`a${i}`, agent);
        scanned.set(`a${i}`, agent);
        if (i === SCAN_AGENTS_MAX - 1) indexed.rank(agent, 1);
      }
      expect(searches).toBe(0);
      for (let i = 0; i < 20; i++) {
        const task = unit(16);
        const ids = (ranking: AgentRanking) => ranking.rank(task, 5).map(({ agentId }) => agentId);
        expect(ids(indexed)).toEqual(ids(scanned));
      }
      expect(searches).toBe(20);
      for (let i = 0; i < 10; i++) indexed.delete(`a${i}`);
      expect(index.size).toBe(SCAN_AGENTS_MAX + 1 - 10);
    },
  );

  it('scores taught agents even if the index does not find them', () => {
    const index = new FlatIndex();
    const ranking = new AgentRanking(index);
    for (let i = 0; i <= SCAN_AGENTS_MAX; i++) ranking.set(`a${i}`, encoded(1, i / 1000));
    ranking.set('far', encoded(-1, 0));
    const task = encoded(1, 0);
    for (let i = 0; i < 30; i++) ranking.feedback(task, 'far', true);
    expect(ranking.rank(task, 300).map(({ agentId }) => agentId)).toContain('far');
  });

  it('keeps what has no vector out of the index', () => {
    const index = new FlatIndex();
    const ranking = new AgentRanking(index);
    const nothing = { profile: profileOfVector(Float32Array.of(0, 0)), vector: undefined };
    ranking.set('a', encoded(1, 0));
    ranking.set('a', nothing);
    expect(index.size).toBe(0);
    expect(ranking.rank(nothing, 1)).toEqual([{ agentId: 'a', score: 0 }]);
  });

  it('puts a busy agent behind an idle one that is as good, and keeps its score', () => {
    const ranking = new AgentRanking();
    ranking.set('a', encoded(1, 0));
    ranking.set('b', encoded(0.9, 0.1));
    const load = (id: string) => (id === 'a' ? 1 : 0);
    const task = encoded(1, 0);
    expect(ranking.rank(task, 2).map(({ agentId }) => agentId)).toEqual(['a', 'b']);
    expect(ranking.rank(task, 2, { load }).map(({ agentId }) => agentId)).toEqual(['b', 'a']);
    expect(ranking.best(task, 0.5, { load })?.agentId).toBe('b');
    ranking.delete('b');
    expect(ranking.best(task, 0.9, { load })?.score).toBeCloseTo(1, 6);
    for (const bad of [-0.1, 1.1, NaN])
      expect(() => ranking.rank(task, 1, { load: () => bad })).toThrow(RangeError);
  });

  it('ignores outcomes of agents it does not know', () => {
    const ranking = new AgentRanking();
    expect(ranking.feedback(encoded(1), 'a', true)).toBe(false);
    expect(ranking.learned.weights.size).toBe(0);
  });
});
