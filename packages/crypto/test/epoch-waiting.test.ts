import { describe, expect, it } from 'vitest';
import { WaitingEnvelopes } from '../src/epoch-waiting.js';

const header = (sender: number, counter: number, epoch = 1n) => ({
  suite: 1 as const,
  kind: 'group' as const,
  swarmTag: new Uint8Array(32),
  sender: new Uint8Array(32).fill(sender),
  destination: new Uint8Array(32),
  epoch,
  counter,
  timestamp: 0,
});
const bytes = (n: number, length = 10) => new Uint8Array(length).fill(n);
const first = (taken: Uint8Array[]) => taken.map(([n]) => n);

describe('WaitingEnvelopes', () => {
  it('gives back what is due in the order in which it came, each once', () => {
    const waiting = new WaitingEnvelopes(10, 1000);
    waiting.add(bytes(1), header(1, 5));
    waiting.add(bytes(2), header(2, 0, 2n));
    waiting.add(bytes(3), header(1, 4));
    waiting.add(bytes(4), header(1, 5));
    expect(first(waiting.take(1n))).toEqual([1, 3]);
    expect(first(waiting.take(1n))).toEqual([]);
    expect(first(waiting.take(2n))).toEqual([2]);
    expect(waiting.size).toBe(0);
  });

  it('keeps within its count and its bytes; the oldest of the greediest sender goes', () => {
    const waiting = new WaitingEnvelopes(4, 100);
    for (let n = 0; n < 4; n++) expect(waiting.add(bytes(n), header(1, n))).toBe(true);
    expect(waiting.add(bytes(7), header(2, 0))).toBe(true);
    expect(waiting.add(bytes(8), header(1, 8))).toBe(true);
    expect(first(waiting.take(1n))).toEqual([2, 3, 7, 8]);
    waiting.add(bytes(1, 60), header(1, 0));
    expect(waiting.add(bytes(2, 50), header(2, 0))).toBe(true);
    expect(first(waiting.take(1n))).toEqual([2]);
  });

  it('lets nothing go for what has no room all the same', () => {
    const waiting = new WaitingEnvelopes(4, 100);
    for (let n = 0; n < 4; n++) waiting.add(bytes(n), header(1, n));
    expect(waiting.add(bytes(9, 90), header(2, 0))).toBe(false);
    expect(first(waiting.take(1n))).toEqual([0, 1, 2, 3]);
  });

  it('refuses what never fits, and who uses less than nobody else', () => {
    const waiting = new WaitingEnvelopes(2, 100);
    expect(waiting.add(bytes(1, 101), header(1, 0))).toBe(false);
    waiting.add(bytes(1), header(1, 0));
    waiting.add(bytes(2), header(2, 0));
    expect(waiting.add(bytes(3), header(3, 0))).toBe(false);
    expect(waiting.add(bytes(4), header(2, 1))).toBe(true);
    expect(first(waiting.take(1n))).toEqual([1, 4]);
    expect(new WaitingEnvelopes(0, 100).add(bytes(1), header(1, 0))).toBe(false);
  });
});
