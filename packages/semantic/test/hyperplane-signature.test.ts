import { seededRandom } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { hyperplaneSignature, signatureCosine } from '../src/hyperplane-signature.js';

const SEED = Number(process.env['SEED'] ?? 11);

function pairAtCosine(cosine: number, random: { next(): number }): [Float32Array, Float32Array] {
  const draw = () => Float64Array.from({ length: 200 }, () => random.next() - 0.5);
  const unit = (v: Float64Array) => v.map((x) => x / Math.hypot(...v));
  const a = unit(draw());
  const b = unit(draw());
  const along = b.reduce((dot, x, i) => dot + x * a[i]!, 0);
  const across = unit(b.map((x, i) => x - along * a[i]!));
  const sine = Math.sqrt(1 - cosine ** 2);
  return [Float32Array.from(a), Float32Array.from(a, (x, i) => cosine * x + sine * across[i]!)];
}

describe('hyperplaneSignature', () => {
  it.each([-0.9, -0.3, 0, 0.5, 0.9])(`estimates a cosine of %f (seed ${SEED})`, (cosine) => {
    const random = seededRandom(SEED);
    let sum = 0;
    for (let i = 0; i < 20; i++) {
      const [a, b] = pairAtCosine(cosine, random);
      sum += signatureCosine(hyperplaneSignature(a, 1024), hyperplaneSignature(b, 1024));
    }
    expect(sum / 20).toBeCloseTo(cosine, 1);
  });

  it('does not depend on length, turns over with the vector, and is 0 for 0', () => {
    const [a] = pairAtCosine(0, seededRandom(SEED));
    const signature = hyperplaneSignature(a, 64);
    expect(
      hyperplaneSignature(
        a.map((x) => 4 * x),
        64,
      ),
    ).toEqual(signature);
    expect(
      hyperplaneSignature(
        a.map((x) => -x),
        64,
      ),
    ).toEqual(signature.map((byte) => byte ^ 255));
    expect(hyperplaneSignature(new Float32Array(9), 16)).toEqual(new Uint8Array(2));
  });

  it('is the same on every platform', () => {
    const vector = Float32Array.from({ length: 40 }, (_, i) => (i % 7) - 3);
    expect([...hyperplaneSignature(vector, 64)]).toEqual(RECORDED);
  });

  it('refuses bad numbers of bits and bad vectors', () => {
    const v = Float32Array.of(1);
    for (const bits of [0, 4, 12, 4104, 8.5, NaN])
      expect(() => hyperplaneSignature(v, bits)).toThrow(RangeError);
    expect(() => hyperplaneSignature([NaN], 8)).toThrow(RangeError);
    expect(() => hyperplaneSignature([], 8)).toThrow(RangeError);
    expect(() => signatureCosine(new Uint8Array(1), new Uint8Array(2))).toThrow(RangeError);
    expect(() => signatureCosine(new Uint8Array(), new Uint8Array())).toThrow(RangeError);
  });
});

// what this code gave when it was written; a change breaks signatures that somebody stored
const RECORDED = [193, 219, 29, 43, 40, 160, 160, 211];
