import { fromUtf8, utf8 } from '@ruvector/core';
import { canonicalize, parseCanonical, type EpochManager } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { runningSwarm, welcomeOf } from './epoch-fixture.js';

const applyText = (epochs: EpochManager, text: Uint8Array, welcome?: Uint8Array) => {
  let commit: unknown;
  try {
    commit = parseCanonical(fromUtf8(text));
  } catch {
    return 'not JSON';
  }
  const applied = epochs.apply(commit, welcome);
  return applied.ok ? undefined : applied.code;
};

/** A pair at epoch 1, and a commit of a for epoch 2. */
function pair() {
  const { swarm, epochsOf } = runningSwarm(1, ['a', 'b'], ['c']);
  const next = epochsOf('a').commit({ added: [swarm.of('c').id], reason: 'join' });
  return { epochsOf, next };
}

describe('a bit that was changed', () => {
  it('anywhere in a commit makes it refused, and nothing is changed', () => {
    const { next, epochsOf } = pair();
    const b = epochsOf('b');
    const text = utf8(canonicalize(next.commit));
    const welcome = welcomeOf(next, 'b')!;
    for (let bit = 0; bit < 8 * text.length; bit++) {
      text[bit >> 3]! ^= 1 << (bit & 7);
      expect(applyText(b, text, welcome), `bit ${bit}`).toBeDefined();
      text[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect([b.epoch, b.keyed]).toEqual([1, true]);
    expect(applyText(b, text, welcome)).toBeUndefined();
  });

  it('anywhere in a welcome makes it refused, and nothing is changed', () => {
    const { next, epochsOf } = pair();
    const b = epochsOf('b');
    const welcome = welcomeOf(next, 'b')!;
    for (let bit = 0; bit < 8 * welcome.length; bit++) {
      welcome[bit >> 3]! ^= 1 << (bit & 7);
      const applied = b.apply(next.commit, welcome);
      expect(applied.ok ? bit : applied.code).toMatch(/^ERR_WELCOME_/);
      welcome[bit >> 3]! ^= 1 << (bit & 7);
    }
    for (const bytes of [welcome.slice(1), welcome.slice(0, -1), new Uint8Array(0)])
      expect(b.apply(next.commit, bytes)).toEqual({ ok: false, code: 'ERR_WELCOME_MALFORMED' });
    expect([b.epoch, b.keyed]).toEqual([1, true]);
    expect(b.apply(next.commit, welcome)).toMatchObject({ ok: true, keyed: true });
  });

  it('in suite 2 does the same: every 397th of a commit, every 149th of a welcome', () => {
    const { epochsOf } = runningSwarm(2, ['a', 'b']);
    const b = epochsOf('b');
    const next = epochsOf('a').commit({ reason: 'hourly' });
    const [text, welcome] = [utf8(canonicalize(next.commit)), welcomeOf(next, 'b')!];
    expect(welcome.length).toBe(1246);
    for (let bit = 3; bit < 8 * text.length; bit += 397) {
      text[bit >> 3]! ^= 1 << (bit & 7);
      expect(applyText(b, text, welcome), `bit ${bit}`).toBeDefined();
      text[bit >> 3]! ^= 1 << (bit & 7);
    }
    for (let bit = 0; bit < 8 * welcome.length; bit += 149) {
      welcome[bit >> 3]! ^= 1 << (bit & 7);
      const applied = b.apply(next.commit, welcome);
      expect(applied.ok ? bit : applied.code).toMatch(/^ERR_WELCOME_/);
      welcome[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(b.apply(next.commit, welcome)).toMatchObject({ ok: true, keyed: true });
  });
});
