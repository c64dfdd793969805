import { equalBytes, systemEntropy } from '@ruvector/core';
import { describe, expect, it } from 'vitest';

import { isJoinFrame, openJoin, readJoinFrame, sealJoin } from '../src/join-wire.js';

const head = {
  kind: 'welcome' as const,
  invitationId: new Uint8Array(16).fill(1),
  nonce: new Uint8Array(32).fill(2),
};
const secret = new Uint8Array(32).fill(3);
const shared = new Uint8Array(32).fill(4);
const keys = { secret, shared, entropy: systemEntropy };

describe('a join frame', () => {
  it('opens with both secrets and with nothing less', () => {
    const frame = readJoinFrame(sealJoin(head, { hello: 1 }, keys));
    expect(frame).toMatchObject(head);
    expect(openJoin(frame, secret, shared)).toEqual({ hello: 1 });
    expect(openJoin(frame, secret)).toBeUndefined();
    expect(openJoin(frame, shared, secret)).toBeUndefined();
    expect(openJoin({ ...frame, kind: 'refusal' }, secret, shared)).toBeUndefined();
  });

  it('never uses a key twice: the same answer twice has other bytes all through', () => {
    const [one, two] = [1, 2].map(() => readJoinFrame(sealJoin(head, { key: 'k' }, keys)));
    expect(equalBytes(one!.salt, two!.salt)).toBe(false);
    expect(equalBytes(one!.sealed.subarray(0, 8), two!.sealed.subarray(0, 8))).toBe(false);
  });

  it('is refused with any bit changed or any byte missing', () => {
    const bytes = sealJoin(head, { hello: 1 }, keys);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      let opened: unknown;
      try {
        opened = isJoinFrame(flipped) && openJoin(readJoinFrame(flipped), secret, shared);
      } catch (error) {
        opened = (error as { code?: string }).code === 'ERR_MALFORMED' ? undefined : error;
      }
      expect(opened || undefined, `bit ${bit}`).toBeUndefined();
    }
    for (let length = 0; length < 85; length++)
      expect(() => readJoinFrame(bytes.subarray(0, length))).toThrow(/join frame/);
    expect(() => readJoinFrame(new Uint8Array(70_000))).toThrow(/too many/);
  });
});
