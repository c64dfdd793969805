import { describe, expect, it } from 'vitest';
import { AsyncSemanticTaskMatcher } from '../src/async-semantic-task-matcher.js';
import { SemanticEmbedder } from '../src/semantic-embedder.js';
import { SemanticTaskMatcher } from '../src/semantic-task-matcher.js';
import { tenAgents, threeAgents, unrelatedTasks } from './fixtures/routing-sets.js';

/** Answers when it is told to, in any order. */
class HeldEmbedder {
  readonly kind = 'held/1';
  readonly dimensions = 1024;
  readonly #words = new SemanticEmbedder();
  readonly #held: { text: string; release: () => void }[] = [];

  embed(text: string): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const release = () =>
        text === 'fail' ? reject(new Error('no model')) : resolve(this.#words.embed(text));
      this.#held.push({ text, release });
    });
  }

  release(text: string): void {
    for (const held of this.#held) if (held.text === text) held.release();
  }
}

const samples = [
  ...threeAgents.tasks.map(([task, agentId]) => ({ task, agentId })),
  ...unrelatedTasks.map((task) => ({ task, agentId: undefined })),
];

describe('AsyncSemanticTaskMatcher', () => {
  it('answers as the synchronous one does', async () => {
    const now = new SemanticTaskMatcher();
    const later = new AsyncSemanticTaskMatcher();
    for (const [id, description] of Object.entries(tenAgents.agents)) {
      now.registerAgent(id, description);
      await later.registerAgent(id, description);
    }
    for (const [task, agentId] of tenAgents.tasks) {
      expect(await later.feedback(task, agentId, true)).toBe(now.feedback(task, agentId, true));
      expect(await later.match(task, 4)).toEqual(now.match(task, 4));
      expect(await later.matchAgent(task)).toEqual(now.matchAgent(task));
    }
    expect(await later.evaluate(samples)).toEqual(now.evaluate(samples));
    expect(await later.fit(samples)).toEqual(now.fit(samples));
    expect(later.threshold).toBe(now.threshold);
    expect(await later.save()).toEqual(now.save());
    expect(await later.removeAgent('dba')).toBe(true);
    expect(later.size).toBe(9);
  });

  it('takes effect in the order of the calls, whichever embedding comes first', async () => {
    const embedder = new HeldEmbedder();
    const matcher = new AsyncSemanticTaskMatcher({ embedder });
    const old = matcher.registerAgent('a', 'rust');
    const removed = matcher.removeAgent('a');
    const again = matcher.registerAgent('a', 'css');
    const found = matcher.matchAgent('write css');
    for (const text of ['write css', 'css', 'rust']) embedder.release(text);
    await old;
    expect(await removed).toBe(true);
    await again;
    expect(await found).toMatchObject({ agentId: 'a' });
  });

  it('rejects the call whose embedding fails, and no other', async () => {
    const embedder = new HeldEmbedder();
    const matcher = new AsyncSemanticTaskMatcher({ embedder });
    const good = matcher.registerAgent('good', 'rust');
    const bad = matcher.registerAgent('bad', 'fail');
    const found = matcher.match('rust', 5);
    embedder.release('fail');
    await expect(bad).rejects.toThrow('no model');
    embedder.release('rust');
    await good;
    expect(await found).toEqual([{ agentId: 'good', score: expect.closeTo(1, 5) }]);
  });

  it('rejects bad arguments', async () => {
    const matcher = new AsyncSemanticTaskMatcher();
    await expect(matcher.registerAgent('a b', 'x')).rejects.toThrow(RangeError);
    await expect(matcher.match('x', 0)).rejects.toThrow(RangeError);
    await expect(matcher.matchAgent(1 as unknown as string)).rejects.toThrow(TypeError);
  });

  it('is loaded from what it saved, with the model passed in', async () => {
    const words = new SemanticEmbedder();
    const embedder = {
      kind: 'model/1',
      dimensions: 1024,
      embed: async (text: string) => words.embed(text),
    };
    const matcher = new AsyncSemanticTaskMatcher({ embedder, threshold: 0.1 });
    for (const [id, about] of Object.entries(threeAgents.agents))
      await matcher.registerAgent(id, about);
    await matcher.feedback('borrow checker', 'rust-dev', true);
    const loaded = await AsyncSemanticTaskMatcher.load(await matcher.save(), { embedder });
    expect(await loaded.match('borrow checker', 3)).toEqual(
      await matcher.match('borrow checker', 3),
    );
    await expect(AsyncSemanticTaskMatcher.load(await matcher.save())).rejects.toThrow(/model\/1/);
  });
});
