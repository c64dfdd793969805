import { describe, expect, it } from 'vitest';
import type { HandshakeKeys } from '../src/handshake.js';
import { SessionSet } from '../src/session-set.js';

/** Keys that only tell which of them were destroyed. */
function newKeys(sessionId: number) {
  const destroyed = new Set<string>();
  const part = (name: string) => ({ isOver: false, destroy: () => void destroyed.add(name) });
  const parts = { send: part('send'), receive: part('receive'), exporter: part('exporter') };
  return { keys: { sessionId, ...parts } as unknown as HandshakeKeys, destroyed, parts };
}

const ALL = ['exporter', 'receive', 'send'];
const sorted = (names: Set<string>) => [...names].sort();

describe('the sessions with one peer', () => {
  it('keep of an earlier one no more than what opens', () => {
    const set = new SessionSet();
    const [first, second] = [newKeys(1), newKeys(2)];
    set.begin(first.keys);
    set.begin(second.keys);
    expect(sorted(first.destroyed)).toEqual(['exporter', 'send']);
    expect([set.find(1), set.current]).toEqual([first.keys, second.keys]);
  });

  it('erase an earlier one 10 s after the peer was heard in the present one', () => {
    const set = new SessionSet();
    const keys = [1, 2, 3].map(newKeys);
    for (const [n, { keys: begun }] of keys.entries()) {
      set.begin(begun);
      set.prune(n * 100_000 + 50_000);
      set.heard(begun, n * 100_000 + 50_000);
    }
    expect(set.find(2)).toBe(keys[1]!.keys);
    set.prune(259_999);
    expect(set.find(2)).toBe(keys[1]!.keys);
    set.heard(keys[2]!.keys, 259_999); // again: the time does not begin anew
    set.prune(260_000);
    expect([set.find(1), set.find(2), set.find(3)]).toEqual([undefined, undefined, keys[2]!.keys]);
    expect(sorted(keys[1]!.destroyed)).toEqual(ALL);
  });

  it('are four at most', () => {
    const set = new SessionSet();
    const keys = [1, 2, 3, 4, 5].map(newKeys);
    for (const { keys: begun } of keys) set.begin(begun);
    set.wait(newKeys(6).keys);
    const found = [1, 2, 3, 4, 5, 6].filter((id) => set.find(id) !== undefined);
    expect(found).toEqual([3, 4, 5, 6]);
    expect(sorted(keys[1]!.destroyed)).toEqual(ALL);
    expect(set.newestId).toBe(6);
  });

  it('erase what was answered in vain, and what is over', () => {
    const set = new SessionSet();
    const [vain, waiting, current] = [newKeys(2), newKeys(3), newKeys(1)];
    set.begin(current.keys);
    set.wait(vain.keys);
    set.wait(waiting.keys);
    expect(sorted(vain.destroyed)).toEqual(ALL);
    waiting.parts.receive.isOver = true;
    current.parts.receive.isOver = true;
    set.prune(0);
    expect([set.current, set.next, set.newestId]).toEqual([undefined, undefined, -1]);
    expect([sorted(waiting.destroyed), sorted(current.destroyed)]).toEqual([ALL, ALL]);
  });

  it('are all erased by clear()', () => {
    const set = new SessionSet();
    const keys = [1, 2, 3].map(newKeys);
    set.begin(keys[0]!.keys);
    set.begin(keys[1]!.keys);
    set.wait(keys[2]!.keys);
    set.clear();
    for (const { destroyed } of keys) expect(sorted(destroyed)).toEqual(ALL);
    expect([set.find(1), set.find(2), set.find(3)]).toEqual([undefined, undefined, undefined]);
  });
});
