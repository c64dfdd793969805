import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Postings } from '../src/postings.js';
import { innerProduct, profileOfVector } from '../src/profile.js';

const vector = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 8, maxLength: 8 })
  .map((values) => profileOfVector(Float32Array.from(values)));

it('gives the inner products and counts of what was added and not removed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ profile: vector, stays: fc.boolean() })),
      vector,
      (all, task) => {
        const postings = new Postings();
        all.forEach(({ profile }, slot) => postings.add(slot, profile));
        all.forEach(({ profile, stays }, slot) => {
          if (!stays) postings.remove(slot, profile);
        });
        const expected = all.map(({ profile, stays }) => (stays ? innerProduct(task, profile) : 0));
        expect([...postings.products(task, all.length)]).toEqual(expected);
        for (let key = 0; key < 8; key++)
          expect(postings.count(key)).toBe(
            all.filter(({ profile, stays }) => stays && profile.keys.includes(key)).length,
          );
      },
    ),
  );
});
