import { describe, expect, it } from 'vitest';
import { Duplicates } from '../../src/server/duplicates.js';

describe('frames that arrive twice', () => {
  it('are told by who asks, in which of its lives, and the number', () => {
    const duplicates = new Duplicates();
    const asked: [string, number, number][] = [
      ['a', 1, 1],
      ['a', 1, 1],
      ['b', 1, 1],
      ['a', 2, 1],
      ['a', 1, 2],
    ];
    expect(asked.map((each) => duplicates.isFirst(...each))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  it('may come in any order', () => {
    const duplicates = new Duplicates();
    expect([3, 1, 2, 1, 3].map((n) => duplicates.isFirst('a', 1, n))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('count as seen once they are older than 4,096 others', () => {
    const duplicates = new Duplicates();
    for (let n = 2; n <= 4_098; n++) duplicates.isFirst('a', 1, n);
    expect([1, 2, 3, 4_099].map((n) => duplicates.isFirst('a', 1, n))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('are not heard from more than 1,024 who ask, until the next term', () => {
    const duplicates = new Duplicates();
    for (let n = 1; n <= 1_024; n++) duplicates.isFirst('a', n, 1);
    expect(duplicates.isFirst('b', 1, 1)).toBe(false);
    expect([duplicates.has('a', 1, 1), duplicates.has('b', 1, 1)]).toEqual([true, false]);
    duplicates.forget();
    expect(duplicates.isFirst('b', 1, 1)).toBe(true);
  });
});
