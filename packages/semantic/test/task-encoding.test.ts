import { describe, expect, it } from 'vitest';
import { SemanticEmbedder } from '../src/semantic-embedder.js';
import {
  AGENT_CHARS_MAX,
  AGENT_TEXTS_MAX,
  TASK_CHARS_READ,
  encode,
  taskText,
  textsOf,
} from '../src/task-encoding.js';
import type { AgentDescription } from '../src/task-encoding.js';

describe('textsOf', () => {
  it('are the description, the examples and the capabilities', () => {
    expect(textsOf('a b')).toEqual(['a b']);
    expect(textsOf({ description: 'a', examples: ['b'], capabilities: ['c', 'd'] })).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it.each([
    [null, TypeError],
    [7, TypeError],
    [{}, TypeError],
    [{ description: 'a', examples: 'b' }, TypeError],
    [{ description: 'a', capabilities: [1] }, TypeError],
    [
      { description: 'a', examples: Array.from({ length: AGENT_TEXTS_MAX }, () => 'b') },
      RangeError,
    ],
    [{ description: 'a'.repeat(AGENT_CHARS_MAX), examples: ['b'] }, RangeError],
    ['a'.repeat(AGENT_CHARS_MAX + 1), RangeError],
  ])('case %#: bad descriptions are refused', (about, kind) => {
    expect(() => textsOf(about as AgentDescription)).toThrow(kind);
  });
});

describe('taskText', () => {
  it('is the beginning of a long task', () => {
    expect(taskText('short')).toBe('short');
    expect(taskText('ab'.repeat(TASK_CHARS_READ))).toHaveLength(TASK_CHARS_READ);
  });
});

describe('encode', () => {
  const model = { kind: 'test/1', dimensions: 2, embed: () => Float32Array.of(1, 0) };

  it('averages directions, not vectors', () => {
    const { vector } = encode(model, ['', ''], [Float32Array.of(9, 0), Float32Array.of(0, 1)]);
    expect(vector![0]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(vector![1]).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('has no direction for zeros and for opposites', () => {
    for (const pair of [[Float32Array.of(0, 0)], [Float32Array.of(1, 0), Float32Array.of(-1, 0)]]) {
      const { vector, profile } = encode(model, ['x'], pair);
      expect(vector).toBeUndefined();
      expect(profile.keys).toHaveLength(0);
    }
  });

  it('takes features where the embedder has them', () => {
    const embedder = new SemanticEmbedder();
    const { vector, profile } = encode(embedder, ['rust'], []);
    expect(vector).toBeUndefined();
    expect(profile.keys.length).toBeGreaterThan(1);
  });

  it.each([
    [Float32Array.of(1)],
    [Float32Array.of(1, NaN)],
    [Promise.resolve(Float32Array.of(1, 0)) as unknown as Float32Array],
  ])('refuses what an embedder must not give (case %#)', (vector) => {
    expect(() => encode(model, ['x'], [vector])).toThrow(/embedding/);
  });
});
