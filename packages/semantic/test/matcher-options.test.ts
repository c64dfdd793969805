import { describe, expect, it } from 'vitest';
import { AsyncSemanticTaskMatcher, SemanticEmbedder, SemanticTaskMatcher } from '../src/index.js';

describe.each([SemanticTaskMatcher, AsyncSemanticTaskMatcher])('new %o', (Matcher) => {
  const make = (options: unknown) => () => new Matcher(options as never);

  it.each([
    [null, /^options must be an object, got null/],
    [[], /^options must be an object, got Array/],
    [{ treshold: 1 }, /^options must have only embedder, index, threshold, got "treshold"/],
    [{ threshold: 2 }, /^threshold must be/],
    [{ embedder: {} }, /^embedder must have a method embed/],
    [{ embedder: null }, /^embedder must be an object/],
    [{ embedder: { embed: () => new Float32Array(3) } }, /^embedder.kind must be a string/],
    [{ embedder: { embed: () => [], kind: 'x', dimensions: 0 } }, /^embedder.dimensions must be/],
    [{ index: {} }, /^index must have a method upsert/],
  ])('refuses %j', (options, message) => {
    expect(make(options)).toThrow(message);
    expect(make(options)).toThrow(/must/);
  });

  it('takes what it documents', () => {
    const embedder = new SemanticEmbedder({ dimensions: 16 });
    expect(make({ embedder, threshold: 0.5 })().embedder).toBe(embedder);
    expect(make(undefined)().threshold).toBe(0.15);
  });
});
