import { committedIndex, voteResult } from '@ruvector/raft/quorum';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const voters = fc.subarray(IDS);
const matches = fc.dictionary(fc.constantFrom(...IDS), fc.nat(9));
const votes = fc.dictionary(fc.constantFrom(...IDS), fc.boolean());
const params = { numRuns: 500, seed: Number(process.env['FC_SEED'] ?? 1) };

/** By counting, for one half: an index is committed if more than half have it. */
const isStored = (half: readonly string[], match: Record<string, number>, index: number) =>
  half.filter((id) => (match[id] ?? 0) >= index).length * 2 > half.length;

describe('committedIndex', () => {
  it.each([
    [['a'], { a: 4 }, 4],
    [['a', 'b'], { a: 4, b: 2 }, 2],
    [['a', 'b', 'c'], { a: 9, b: 4, c: 2 }, 4],
    [['a', 'b', 'c', 'd'], { a: 9, b: 4, c: 2, d: 1 }, 2],
    [['a', 'b', 'c', 'd', 'e'], { a: 9, b: 4, c: 3 }, 3],
    [['a', 'b', 'c'], { a: 9 }, 0],
    [[], { a: 9 }, 0],
  ])('of %j with %j is %d', (of, match: Record<string, number>, index) => {
    expect(committedIndex({ voters: of }, (id) => match[id])).toBe(index);
  });

  it('of a joint configuration is what both halves have', () => {
    const match: Record<string, number> = { a: 9, b: 8, c: 1, d: 5, e: 4 };
    const joint = { voters: ['a', 'd', 'e'], votersOutgoing: ['a', 'b', 'c'] };
    expect(committedIndex(joint, (id) => match[id])).toBe(5);
  });

  it('is the largest index that more than half of each half have', () => {
    fc.assert(
      fc.property(voters, voters, matches, (now, outgoing, match) => {
        fc.pre(now.length > 0);
        const halves = outgoing.length > 0 ? [now, outgoing] : [now];
        let index = 9;
        while (index > 0 && !halves.every((half) => isStored(half, match, index))) index--;
        const found = committedIndex({ voters: now, votersOutgoing: outgoing }, (id) => match[id]);
        expect(found).toBe(index);
      }),
      params,
    );
  });
});

describe('voteResult', () => {
  it('counts voters only, takes maps, objects and functions, and knows nobody by inheritance', () => {
    const three = { voters: ['a', 'b', 'c'] };
    expect(voteResult(three, { a: true, x: true, y: true })).toBe('pending');
    expect(voteResult(three, (id) => id !== 'c')).toBe('won');
    expect(voteResult({ voters: ['constructor'] }, {})).toBe('pending');
  });

  it('is lost in a joint configuration as soon as one half is', () => {
    const joint = { voters: ['a', 'b', 'c'], votersOutgoing: ['d'] };
    expect(voteResult(joint, { a: true, b: true })).toBe('pending');
    expect(voteResult(joint, { a: true, b: true, d: false })).toBe('lost');
    expect(voteResult(joint, { a: true, b: true, d: true })).toBe('won');
  });

  it('is won if it is won however the others answer, and lost if it is lost however they do', () => {
    fc.assert(
      fc.property(voters, voters, votes, (now, outgoing, given) => {
        fc.pre(now.length > 0);
        const halves = outgoing.length > 0 ? [now, outgoing] : [now];
        const winsIf = (open: boolean) =>
          halves.every((half) => half.filter((id) => given[id] ?? open).length * 2 > half.length);
        const expected = winsIf(false) ? 'won' : winsIf(true) ? 'pending' : 'lost';
        expect(voteResult({ voters: now, votersOutgoing: outgoing }, given)).toBe(expected);
      }),
      params,
    );
  });
});
