import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEdgeError, utf8 } from '@ruvector/edge/core';
import { decodeVector, embedTask, encodeVector, readText } from '../src/embed-task.js';

const isMalformed = (act: () => unknown): boolean => {
  try {
    act();
    return false;
  } catch (error) {
    return isEdgeError(error, 'ERR_MALFORMED');
  }
};

describe('an embed task', () => {
  it('carries every text unchanged, also 1 MiB of control characters', () => {
    const texts = ['', 'ä𝒳\n"\\', '\u0001'.repeat(1 << 20)];
    for (const text of texts) {
      const { input } = embedTask({ id: 'a.md', text }, 0);
      expect(readText(input) === text).toBe(true);
    }
  });

  it('refuses an input that is not a text', () => {
    for (const input of [null, 'text', {}, utf8('text'), Uint8Array.of(0, 0, 0, 9, 65)])
      expect(isMalformed(() => readText(input))).toBe(true);
  });

  it('brings every vector back bit by bit', () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 50 }), (values) => {
        const vector = Float32Array.from(values);
        expect(decodeVector(encodeVector(vector), vector.length)).toEqual(vector);
      }),
    );
  });

  it('refuses a result that is not one finite vector of the right length', () => {
    const vector = encodeVector(Float32Array.of(1, 2));
    const wrong = [
      encodeVector(Float32Array.of(1)),
      encodeVector(Float32Array.of(1, 2, 3)),
      encodeVector(Float32Array.of(1, NaN)),
      encodeVector(Float32Array.of(1, Infinity)),
      vector.subarray(0, 11),
      Uint8Array.of(...vector, 0),
      Uint8Array.of(255, 255, 255, 255),
      new Uint8Array(),
      'text',
      null,
    ];
    for (const output of wrong) expect(isMalformed(() => decodeVector(output, 2))).toBe(true);
  });
});
