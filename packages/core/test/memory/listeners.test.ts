import { describe, expect, it } from 'vitest';
import { silentLogger } from '@ruvector/core';
import { Listeners } from '../../src/memory/listeners.js';

const listeners = () => new Listeners<[number]>('handler', silentLogger);

describe('Listeners', () => {
  it('calls one function as often as it was added, and each addition has its own way out', () => {
    const all = listeners();
    let calls = 0;
    const handler = () => void calls++;
    const remove = all.add(handler);
    all.add(handler);
    all.call(1);
    expect(calls).toBe(2);
    remove();
    remove();
    all.call(1);
    expect([calls, all.size]).toEqual([3, 1]);
  });

  it('does not call one that an earlier one has just removed, nor one that it has just added', () => {
    const all = listeners();
    const seen: string[] = [];
    let remove: () => void = () => undefined;
    all.add(() => {
      seen.push('first');
      remove();
      all.add(() => seen.push('added'));
    });
    remove = all.add(() => seen.push('removed'));
    all.call(1);
    expect(seen).toEqual(['first']);
  });
});
