import fc from 'fast-check';
import { topicMatches } from '@ruvector/swarm';
import { describe, expect, it } from 'vitest';

import { checkTopic, checkTopicPattern, Subscriptions } from '../src/topics.js';

describe('a topic pattern', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a.b', 'a.b.c', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a', false],
    ['a.*', 'a.b.c', false],
    ['*.b', 'a.b', true],
    ['*', 'a', true],
    ['*', 'a.b', false],
    ['>', 'a', true],
    ['>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.>', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.*.>', 'a.b', false],
    ['a.*.>', 'a.b.c', true],
  ])('%s means %s: %s', (pattern, topic, expected) => {
    expect(topicMatches(pattern, topic)).toBe(expected);
  });

  it('means the same as a regular expression made of it', () => {
    const token = fc.constantFrom('a', 'b', 'ab');
    const topic = fc.array(token, { minLength: 1, maxLength: 4 });
    const part = fc.oneof(token, fc.constant('*'));
    const pattern = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([parts, open]) => (open ? [...parts, '>'] : parts));
    fc.assert(
      fc.property(pattern, topic, (parts, tokens) => {
        const sources = parts.map((p) => (p === '*' ? '[^.]+' : p === '>' ? '.+' : p));
        const oracle = new RegExp(`^${sources.join('\\.')}$`);
        expect(topicMatches(parts.join('.'), tokens.join('.'))).toBe(oracle.test(tokens.join('.')));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});

describe('what is no topic', () => {
  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a.*',
    '>',
    '**',
    'x>y',
    'a.b*',
    'x'.repeat(256),
    'é'.repeat(128),
  ])('%s is refused', (topic) => {
    expect(() => checkTopic('topic', topic)).toThrow(RangeError);
  });

  it.each(['', 'a.', '>.a', 'a.>.b', '**', 'a.b>', 'x*.y'])(
    '%s is no pattern either',
    (pattern) => {
      expect(() => checkTopicPattern('topic', pattern)).toThrow(RangeError);
    },
  );
});

describe('subscriptions', () => {
  it('are bounded, and make room when one ends', () => {
    const subscriptions = new Subscriptions<string>('subscriptionsMax', 2);
    const end = subscriptions.add('a', '1');
    subscriptions.add('>', '2');
    expect(() => subscriptions.add('a', '3')).toThrow(/limit of 2/);
    expect(subscriptions.matching('a')).toEqual(['1', '2']);
    end();
    end();
    subscriptions.add('b', '3');
    expect(subscriptions.matching('a')).toEqual(['2']);
    expect(subscriptions.matching('b')).toEqual(['3', '2']);
  });
});
