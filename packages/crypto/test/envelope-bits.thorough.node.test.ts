import { readEnvelopeHeader } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { KINDS, newKind, SUITES } from './kinds-fixture.js';

const ALL = KINDS.flatMap((kind) => SUITES.map((suite) => [kind, suite] as const));
const SIGNATURE = { 1: 64, 2: 3373 };

describe.each(ALL)('a %s envelope of suite %i', (kind, suite) => {
  it('with any one bit changed is refused, and changes nothing', () => {
    const { seal, open, window, received } = newKind(kind, suite);
    const envelope = seal();
    const { counter } = readEnvelopeHeader(envelope)!;
    const opened: number[] = [];
    // a composite is long: every 7th bit of it, which meets each bit of a byte
    const signatureAt = 8 * (envelope.length - SIGNATURE[suite]);
    const step = (bit: number) => (suite === 1 || bit < signatureAt ? 1 : 7);
    for (let bit = 0; bit < 8 * envelope.length; bit += step(bit)) {
      const changed = envelope.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      if (open(changed).ok) opened.push(bit);
    }
    expect(opened).toEqual([]);
    expect([received.next, window.check(counter)]).toEqual([0, true]);
    expect(open(envelope).ok).toBe(true);
  }, 120_000);
});
