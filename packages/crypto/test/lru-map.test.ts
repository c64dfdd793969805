import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LruMap } from '../src/lru-map.js';
import './seed.js';

it('LruMap holds what a list of the most recently used entries holds', () => {
  const step = fc.tuple(fc.boolean(), fc.nat(9));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (max, steps) => {
      const map = new LruMap<number, string>(max);
      let recent: number[] = []; // newest first
      for (const [isSet, key] of steps) {
        const known = recent.includes(key);
        const found = isSet ? map.set(key, `${key}`) : map.get(key);
        expect(found).toBe(known && !isSet ? `${key}` : undefined);
        if (isSet || known) recent = [key, ...recent.filter((k) => k !== key)].slice(0, max);
        expect(map.size).toBe(recent.length);
      }
    }),
  );
});
