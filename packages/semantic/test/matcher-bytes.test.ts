import { ByteWriter, equalBytes, isEdgeError, seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { describeEmbedder, readMatcher, writeMatcher } from '../src/matcher-bytes.js';
import { SemanticEmbedder } from '../src/semantic-embedder.js';

const state = {
  threshold: 0.25,
  embedder: describeEmbedder(new SemanticEmbedder({ dimensions: 32 })),
  agents: new Map([
    ['a', ['rust']],
    ['b', ['css', 'html', '']],
  ]),
  learned: new Map([['b', new Float32Array(1024).fill(0.01)]]),
};
const good = writeMatcher(state);

/** A matcher without embedder bytes, up to and with its agents, then `rest`. */
const hostile = (agents: (writer: ByteWriter) => void, threshold = 0.5) => {
  const writer = new ByteWriter().raw(good.slice(0, 5)).f64(threshold);
  writer.text('x').u32(2).u32(0);
  agents(writer);
  return writer.checksum().bytes();
};

function outcomeOf(bytes: Uint8Array): string {
  try {
    readMatcher(bytes);
    return 'fine';
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
}

describe('readMatcher', () => {
  it('reads what was written', () => {
    expect(readMatcher(good)).toEqual(state);
  });

  it('refuses every truncation, and trailing bytes', () => {
    for (let length = 0; length < good.length; length++)
      expect(outcomeOf(good.subarray(0, length)), `${length} bytes`).toBe('ERR_MALFORMED');
    expect(outcomeOf(Uint8Array.of(...good, 0))).toBe('ERR_MALFORMED');
  });

  it.each([
    ['a threshold above 1', hostile((w) => w.u32(0).u32(0), 1.5)],
    ['a threshold that is no number', hostile((w) => w.u32(0).u32(0), NaN)],
    ['more agents than bytes', hostile((w) => w.u32(0xffffffff))],
    ['an id that is none', hostile((w) => w.u32(1).text('a b').u32(1).text('x').u32(0))],
    [
      'an agent twice',
      hostile((w) => {
        w.u32(2);
        for (let i = 0; i < 2; i++) w.text('a').u32(1).text('x');
        w.u32(0);
      }),
    ],
    ['an agent without texts', hostile((w) => w.u32(1).text('ab').u32(0).u32(0).u32(0))],
    ['too many texts', hostile((w) => w.u32(1).text('a').u32(2000).raw(new Uint8Array(8000)))],
    [
      'too many characters',
      hostile((w) => {
        w.u32(1).text('a').u32(2).text('x'.repeat(60_000)).text('x'.repeat(60_000)).u32(0);
      }),
    ],
    [
      'weights of an unknown agent',
      hostile((w) => w.u32(0).u32(1).text('a').vector(new Float32Array(1024))),
    ],
    [
      'weights of another length',
      hostile((w) => {
        w.u32(1).text('a').u32(1).text('x').u32(1).text('a').vector(new Float32Array(9));
      }),
    ],
    [
      'weights that are no numbers',
      hostile((w) => {
        w.u32(1)
          .text('a')
          .u32(1)
          .text('x')
          .u32(1)
          .text('a')
          .vector(new Float32Array(1024).fill(NaN));
      }),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(outcomeOf(bytes)).toBe('ERR_MALFORMED');
  });

  it('reads a matcher without agents, so that what is refused above is refused for its reason', () => {
    expect(outcomeOf(hostile((w) => w.u32(0).u32(0)))).toBe('fine');
  });

  it('refuses every single flipped bit of a small one', () => {
    const small = writeMatcher({ ...state, learned: new Map() });
    for (let bit = 0; bit < 8 * small.length; bit++)
      expect(outcomeOf(small.map((b, i) => (i === bit >> 3 ? b ^ (1 << (bit & 7)) : b)))).toBe(
        'ERR_MALFORMED',
      );
  });

  it('refuses what is damaged in up to three bytes', () => {
    const random = seededRandom(9);
    for (let i = 0; i < 2000; i++) {
      const bytes = good.slice();
      for (let n = 0; n <= i % 3; n++) bytes[random.uint32() % bytes.length]! ^= 1 + (i % 255);
      expect(outcomeOf(bytes)).toBe(equalBytes(bytes, good) ? 'fine' : 'ERR_MALFORMED');
    }
  });
});
