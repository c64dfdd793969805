import { isEdgeError, seededRandom } from '@ruvector/core';
import { FlatIndex } from '@ruvector/core/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SemanticEmbedder } from '../src/semantic-embedder.js';
import { SemanticTaskMatcher } from '../src/semantic-task-matcher.js';
import type { TaskMatcherOptions } from '../src/matcher-options.js';
import { tenAgents, threeAgents, unrelatedTasks } from './fixtures/routing-sets.js';

const SEED = Number(process.env['SEED'] ?? 2026);

function matcherOf(agents: Readonly<Record<string, string>>, options?: TaskMatcherOptions) {
  const matcher = new SemanticTaskMatcher(options);
  for (const [id, description] of Object.entries(agents)) matcher.registerAgent(id, description);
  return matcher;
}

describe('with three agents of six words each', () => {
  const matcher = matcherOf(threeAgents.agents);

  it.each([
    ['build rust library with cargo', 'rust-dev'],
    ['Build Rust library', 'rust-dev'],
    ['train a pytorch model', 'ml-eng'],
    ['make the css frontend responsive', 'web-dev'],
    ['fix react component', 'web-dev'],
    ['write html', 'web-dev'],
  ])('%j goes to %s', (task, agentId) => {
    expect(matcher.matchAgent(task)?.agentId).toBe(agentId);
  });
});

describe.each([
  ['three', threeAgents],
  ['ten', tenAgents],
])('with %s agents', (_, { agents, tasks }) => {
  const matcher = matcherOf(agents);

  it('every task of the set ranks the agent first that a person would pick', () => {
    for (const [task, agentId] of tasks) expect(matcher.match(task, 1)[0]?.agentId).toBe(agentId);
  });

  it('scores are the same with a fitted embedder, since agents have weights of their own', () => {
    const embedder = new SemanticEmbedder();
    embedder.fit(Object.values(agents));
    const fitted = matcherOf(agents, { embedder });
    for (const [task] of tasks) expect(fitted.match(task, 3)).toEqual(matcher.match(task, 3));
  });

  it('at least 85 % of the tasks reach the default threshold', () => {
    const matched = tasks.filter(([task]) => matcher.matchAgent(task) !== undefined);
    expect(matched.length / tasks.length).toBeGreaterThanOrEqual(0.85);
  });

  it('at least 95 % of unrelated tasks do not', () => {
    const refused = unrelatedTasks.filter((task) => matcher.matchAgent(task) === undefined);
    expect(refused.length / unrelatedTasks.length).toBeGreaterThanOrEqual(0.95);
  });
});

describe('with 200 agents of six random words', () => {
  const random = seededRandom(SEED);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const word = () =>
    Array.from({ length: 4 + (random.uint32() % 6) }, () => letters[random.uint32() % 26]).join('');

  it.each([300, 3000])(
    `a task sharing 3 of its 6 words goes to the right one in 95 % of cases (of %i words, seed ${SEED})`,
    (vocabularySize) => {
      const vocabulary = Array.from({ length: vocabularySize }, word);
      const draw = () => vocabulary[random.uint32() % vocabulary.length]!;
      const agents = Array.from({ length: 200 }, () => Array.from({ length: 6 }, draw));
      const matcher = new SemanticTaskMatcher();
      agents.forEach((words, i) => matcher.registerAgent(`a${i}`, words.join(' ')));
      let right = 0;
      for (let n = 0; n < 500; n++) {
        const i = random.uint32() % agents.length;
        const own = [...agents[i]!].sort(() => random.next() - 0.5).slice(0, 3);
        const task = [...own, word(), word(), word()].sort(() => random.next() - 0.5).join(' ');
        if (matcher.matchAgent(task)?.agentId === `a${i}`) right++;
      }
      expect(right / 500).toBeGreaterThanOrEqual(0.95);
    },
  );
});

describe('SemanticTaskMatcher.match', () => {
  it('is sorted, ties by id, with scores in [0, 1], whatever the task', () => {
    const matcher = matcherOf({ ...tenAgents.agents, b: 'same words', a: 'same words', z: '' });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('same words')), (task) => {
        const found = matcher.match(task, 50);
        expect(found).toHaveLength(13);
        for (const { score } of found) expect(score >= 0 && score <= 1).toBe(true);
        const sorted = found.toSorted(
          (a, b) => b.score - a.score || (a.agentId < b.agentId ? -1 : 1),
        );
        expect(found).toEqual(sorted);
        expect(matcher.match(task, 3)).toEqual(found.slice(0, 3));
      }),
    );
  });

  it('scores an agent described by the task itself nearly 1', () => {
    const matcher = matcherOf({ ...threeAgents.agents, cook: 'bake bread in a wood oven' });
    const [best] = matcher.match('bake bread in a wood oven', 1);
    expect(best).toMatchObject({ agentId: 'cook' });
    expect(best!.score).toBeGreaterThan(0.99);
  });

  it('finds nothing for empty tasks and without agents', () => {
    const matcher = matcherOf(threeAgents.agents);
    for (const task of ['', '?!', 'the of and']) expect(matcher.matchAgent(task)).toBeUndefined();
    expect(new SemanticTaskMatcher({ threshold: 0 }).matchAgent('rust')).toBeUndefined();
    expect(new SemanticTaskMatcher().match('rust', 3)).toEqual([]);
  });

  it('learns of agents from examples and capabilities too', () => {
    const matcher = new SemanticTaskMatcher();
    matcher.registerAgent('x', { description: 'helps', examples: ['repair a bicycle'] });
    matcher.registerAgent('y', { description: 'helps', capabilities: ['gardening', 'pruning'] });
    expect(matcher.matchAgent('my bicycle needs repair')?.agentId).toBe('x');
    expect(matcher.matchAgent('pruning of roses')?.agentId).toBe('y');
  });

  it('forgets a removed agent and replaces one registered again', () => {
    const matcher = matcherOf(threeAgents.agents);
    expect(matcher.removeAgent('web-dev')).toBe(true);
    expect(matcher.removeAgent('web-dev')).toBe(false);
    expect(matcher.matchAgent('write html')).toBeUndefined();
    matcher.registerAgent('rust-dev', 'html');
    expect(matcher.matchAgent('write html')?.agentId).toBe('rust-dev');
    expect(matcher.matchAgent('cargo build')).toBeUndefined();
    expect(matcher.size).toBe(2);
  });

  it('refuses bad arguments and changes nothing then', () => {
    const matcher = matcherOf(threeAgents.agents);
    expect(() => matcher.registerAgent('no spaces', 'x')).toThrow(RangeError);
    expect(() => matcher.registerAgent('x', 5 as unknown as string)).toThrow(TypeError);
    expect(() => matcher.match('rust', 0)).toThrow(RangeError);
    expect(() => matcher.matchAgent(undefined as unknown as string)).toThrow(TypeError);
    expect(() => new SemanticTaskMatcher({ threshold: 1.1 })).toThrow(RangeError);
    expect(matcher.size).toBe(3);
  });

  it('treats ids like __proto__ as ids', () => {
    const matcher = matcherOf(threeAgents.agents);
    matcher.registerAgent('__proto__', 'cooking');
    matcher.registerAgent('constructor', 'sewing');
    expect(matcher.matchAgent('cooking')?.agentId).toBe('__proto__');
    expect(matcher.matchAgent('sewing')?.agentId).toBe('constructor');
  });
});

describe('SemanticTaskMatcher with another embedder', () => {
  const axes = ['rust', 'python'];
  const embedder = {
    kind: 'axes/1',
    dimensions: 2,
    embed: (text: string) => Float32Array.from(axes, (word) => (text.includes(word) ? 1 : 0)),
  };

  it('scores by the cosine of its vectors', () => {
    const matcher = matcherOf({ r: 'rust', p: 'python' }, { embedder });
    expect(matcher.match('python and rust', 2)).toEqual([
      { agentId: 'p', score: expect.closeTo(Math.SQRT1_2, 6) },
      { agentId: 'r', score: expect.closeTo(Math.SQRT1_2, 6) },
    ]);
    expect(matcher.matchAgent('rust')).toEqual({ agentId: 'r', score: expect.closeTo(1, 6) });
    expect(matcher.matchAgent('nothing')).toBeUndefined();
  });

  it('is loaded with an embedder of the same kind only', () => {
    const bytes = matcherOf({ r: 'rust' }, { embedder }).save();
    expect(SemanticTaskMatcher.load(bytes, { embedder }).matchAgent('rust')?.agentId).toBe('r');
    expect(() => SemanticTaskMatcher.load(bytes)).toThrow(/axes\/1/);
    const other = new SemanticEmbedder();
    expect(() => SemanticTaskMatcher.load(bytes, { embedder: other })).toThrow(RangeError);
  });

  it('says so if the embedder answers later', () => {
    const later = { ...embedder, embed: async (text: string) => embedder.embed(text) };
    const matcher = new SemanticTaskMatcher({ embedder: later as never });
    expect(() => matcher.registerAgent('a', 'rust')).toThrow(TypeError);
  });
});

describe('SemanticTaskMatcher above 256 agents with an index', () => {
  it('finds the agent that a scan finds', () => {
    const index = new FlatIndex();
    const [indexed, scanned] = [new SemanticTaskMatcher({ index }), new SemanticTaskMatcher()];
    for (let i = 0; i < 300; i++) {
      const description = `agent number${i} for topic${i * 7} and subject${i * 13}`;
      indexed.registerAgent(`a${i}`, description);
      scanned.registerAgent(`a${i}`, description);
    }
    expect(index.size).toBe(300);
    for (let i = 0; i < 300; i += 10) {
      const task = `work on topic${i * 7} please`;
      expect(indexed.matchAgent(task)).toEqual(scanned.matchAgent(task));
    }
    indexed.removeAgent('a0');
    expect(index.has('a0')).toBe(false);
  });
});

describe('SemanticTaskMatcher.feedback', () => {
  it('teaches a word that no description has', () => {
    const matcher = matcherOf(threeAgents.agents);
    const task = 'the borrow checker complains';
    expect(matcher.matchAgent(task)).toBeUndefined();
    for (let i = 0; i < 10; i++) expect(matcher.feedback(task, 'rust-dev', true)).toBe(true);
    expect(matcher.matchAgent('borrow checker again')?.agentId).toBe('rust-dev');
    expect(matcher.matchAgent('write html')?.agentId).toBe('web-dev');
    expect(matcher.feedback(task, 'nobody', true)).toBe(false);
  });

  it('takes tasks away from an agent that fails them', () => {
    const matcher = matcherOf({ a: 'fix react components', b: 'react pages' });
    expect(matcher.matchAgent('fix react')?.agentId).toBe('a');
    for (let i = 0; i < 20; i++) matcher.feedback('fix react', 'a', false);
    expect(matcher.matchAgent('fix react')?.agentId).toBe('b');
  });

  it('is forgotten with the agent', () => {
    const matcher = matcherOf(threeAgents.agents);
    for (let i = 0; i < 10; i++) matcher.feedback('borrow checker', 'rust-dev', true);
    matcher.removeAgent('rust-dev');
    matcher.registerAgent('rust-dev', threeAgents.agents['rust-dev']!);
    expect(matcher.matchAgent('borrow checker')).toBeUndefined();
  });
});

describe('SemanticTaskMatcher.fit and evaluate', () => {
  const samples = [
    ...tenAgents.tasks.map(([task, agentId]) => ({ task, agentId })),
    ...unrelatedTasks.map((task) => ({ task, agentId: undefined })),
  ];

  it('choose a threshold that is at least as accurate as the default one', () => {
    const matcher = matcherOf(tenAgents.agents);
    const before = matcher.evaluate(samples);
    const { threshold, ...after } = matcher.fit(samples);
    expect(matcher.threshold).toBe(threshold);
    expect(after.accuracy).toBeGreaterThanOrEqual(before.accuracy);
    expect(matcher.evaluate(samples)).toEqual(after);
    expect(after.samples).toBe(samples.length);
  });

  it('agree with asking task by task', () => {
    const matcher = matcherOf(tenAgents.agents);
    const right = samples.filter(
      ({ task, agentId }) => matcher.matchAgent(task)?.agentId === agentId,
    );
    expect(matcher.evaluate(samples).accuracy).toBe(right.length / samples.length);
  });
});

describe('SemanticTaskMatcher.save and load', () => {
  it('keep agents, threshold, embedder and what was learnt', () => {
    const embedder = new SemanticEmbedder({ dimensions: 64 });
    embedder.fit(Object.values(tenAgents.agents));
    const matcher = matcherOf(tenAgents.agents, { embedder, threshold: 0.2 });
    matcher.registerAgent('extra', { description: 'x', examples: ['y z', ''] });
    for (let i = 0; i < 5; i++) matcher.feedback('slow query', 'dba', true);
    const index = new FlatIndex();
    const loaded = SemanticTaskMatcher.load(matcher.save(), { index });
    expect(loaded.threshold).toBe(0.2);
    expect(index.size).toBe(11);
    for (const [task] of tenAgents.tasks)
      expect(loaded.match(task, 20)).toEqual(matcher.match(task, 20));
    expect(loaded.save()).toEqual(matcher.save());
  });

  it('refuse what was damaged', () => {
    expect(() => SemanticTaskMatcher.load(new Uint8Array(40))).toThrowError(
      expect.toSatisfy((error) => isEdgeError(error, 'ERR_MALFORMED')),
    );
  });
});

describe('what is no sample or outcome', () => {
  const matcher = matcherOf(threeAgents.agents);
  const bad = (value: unknown) => value as never;

  it('is refused by fit and evaluate with a TypeError that names it', () => {
    for (const samples of [undefined, null, 'abc', 5, {}]) {
      expect(() => matcher.fit(bad(samples))).toThrow(/^samples must be an array/);
      expect(() => matcher.evaluate(bad(samples))).toThrow(TypeError);
    }
    expect(() => matcher.fit(bad([null]))).toThrow(/^sample must be an object, got null/);
    expect(() => matcher.fit(bad([{}]))).toThrow(/^task must be a string/);
    expect(() => matcher.fit(bad([{ task: 'x', agentId: 5 }]))).toThrow(/^sample.agentId/);
  });

  it('is refused by feedback, and teaches nothing', () => {
    const before = matcher.save();
    for (const success of ['yes', 1, undefined, null])
      expect(() => matcher.feedback('build', 'rust-dev', bad(success))).toThrow(/^success must be/);
    expect(matcher.save()).toEqual(before);
  });

  it('is refused as options of a match or of load', () => {
    expect(() => matcher.matchAgent('x', bad(null))).toThrow(/^options must be an object/);
    expect(() => matcher.match('x', 1, bad({ laod: () => 0 }))).toThrow(/laod/);
    expect(() => matcher.match('x', 1, bad({ load: 1 }))).toThrow(/^load must be a function/);
    expect(() => SemanticTaskMatcher.load(matcher.save(), bad(null))).toThrow(/^options must/);
  });
});
