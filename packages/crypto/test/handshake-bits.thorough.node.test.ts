import { describe, expect, it } from 'vitest';
import { flipped, newHandshakes } from './handshake-fixture.js';

const REFUSED = /^ERR_HANDSHAKE_(KEY|SEAL)$/;

describe('a bit that was changed', () => {
  it('anywhere in message 1 makes it refused, and nothing is changed', () => {
    const { initiator, responder, bob } = newHandshakes();
    const [first, r] = [initiator().write(), responder()];
    for (let bit = 0; bit < 8 * first.length; bit++) {
      const verdict = r.read(flipped(first, bit));
      expect(verdict.ok ? `bit ${bit}` : verdict.code).toMatch(REFUSED);
    }
    expect(bob.times.size).toBe(0);
    expect(r.read(first).ok).toBe(true);
  });

  it('anywhere in message 2 makes it refused, and nothing is changed', () => {
    const { initiator, responder } = newHandshakes();
    const [i, r] = [initiator(), responder()];
    r.read(i.write());
    const second = r.write();
    for (let bit = 0; bit < 8 * second.length; bit++) {
      const verdict = i.read(flipped(second, bit));
      expect(verdict.ok ? `bit ${bit}` : verdict.code).toMatch(REFUSED);
    }
    expect(i.read(second).ok).toBe(true);
  });
});
