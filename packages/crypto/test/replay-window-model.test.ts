import { seededRandom } from '@ruvector/core';
import { ReplayWindow } from '@ruvector/crypto';
import { expect, it } from 'vitest';
import { SEED } from './seed.js';

const COUNTERS = 1 << 26;
const EVENTS = 10_000_000;

/** The plainest window: a mark for every counter there is, and the highest. */
class NaiveWindow {
  readonly #seen = new Uint8Array(COUNTERS);
  readonly #bits: number;
  #highest = -1;

  constructor(bits: number) {
    this.#bits = bits;
  }

  check(counter: number): boolean {
    return this.#seen[counter] === 0 && counter > this.#highest - this.#bits;
  }

  commit(counter: number): boolean {
    if (!this.check(counter)) return false;
    this.#seen[counter] = 1;
    this.#highest = Math.max(this.#highest, counter);
    return true;
  }
}

/** In order, late, repeated, at both edges of the window, and far ahead. */
function eventsOf(seed: number, bits: number): () => number {
  const random = seededRandom(seed);
  let front = 0;
  return () => {
    const choice = random.uint32();
    const kind = choice & 31;
    const far = choice >>> 8;
    if (kind < 8) return (front += 1);
    if (kind < 10) return (front += far % 70);
    if (kind === 10) return (front += far % (far % 64 === 0 ? 4 * bits : 4));
    const back = kind < 20 ? bits - 34 + (far % 68) : far % (kind < 26 ? 40 : bits + 40);
    return Math.max(0, front - back);
  };
}

it('ReplayWindow agrees with a naive window over 10,000,000 events, without a mismatch', () => {
  const [window, naive] = [new ReplayWindow(), new NaiveWindow(2048)];
  const next = eventsOf(SEED, 2048);
  let [mismatches, taken, highest] = [0, 0, 0];
  for (let event = 0; event < EVENTS; event++) {
    const counter = next();
    if (window.check(counter) !== naive.check(counter)) mismatches += 1;
    if (event % 4 === 0) continue; // a check alone must not change anything
    const expected = naive.commit(counter);
    if (window.commit(counter) !== expected) mismatches += 1;
    if (expected) taken += 1;
    highest = Math.max(highest, counter);
  }
  expect(mismatches).toBe(0);
  expect(highest).toBeLessThan(COUNTERS);
  // neither side said always yes or always no
  expect(taken).toBeGreaterThan(EVENTS / 5);
  expect(taken).toBeLessThan(EVENTS * 0.6);
});
