import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap } from '../src/heap.js';

it('a heap gives out the least of what it holds, whatever was pushed, popped and replaced', () => {
  const step = fc.record({ act: fc.constantFrom('push', 'pop', 'replace'), value: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new Heap<number>((a, b) => a < b);
      let sorted: number[] = [];
      for (const { act, value } of steps) {
        const pops = act === 'pop';
        expect(pops ? heap.pop() : undefined).toBe(pops ? sorted.shift() : undefined);
        if (pops) continue;
        const replaces = act === 'replace' && heap.size > 0;
        if (replaces) heap.replaceTop(value);
        else heap.push(value);
        sorted = [...sorted.slice(replaces ? 1 : 0), value].sort((a, b) => a - b);
        expect([heap.top, heap.size]).toEqual([sorted[0], sorted.length]);
      }
    }),
  );
});
