import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { SessionLifetime } from '../src/session-lifetime.js';
import { SendKey } from '../src/transport-keys.js';
import { newClock } from './fixture.js';
import { flipped, newKeys, provider } from './handshake-fixture.js';
import { blob } from './seed.js';

const HELLO = utf8('hello');
const AAD = utf8('header');

describe('a frame', () => {
  it('opens at the other end, with its counter and its associated data', () => {
    const { a, b } = newKeys();
    fc.assert(
      fc.property(blob(200), blob(50), (plaintext, aad) => {
        const { counter } = a.send;
        const sealed = a.send.seal(plaintext, aad);
        expect(sealed.length).toBe(plaintext.length + 16);
        expect(b.receive.open(counter, sealed, aad)).toEqual({ ok: true, plaintext });
      }),
    );
  });

  it('with any bit changed is refused, and the right one is taken afterwards', () => {
    const { a, b } = newKeys();
    const sealed = a.send.seal(HELLO, AAD);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const verdict = b.receive.open(0, flipped(sealed, bit), AAD);
      expect(verdict).toEqual({ ok: false, code: 'ERR_SESSION_SEAL' });
    }
    for (let bit = 0; bit < AAD.length * 8; bit++)
      expect(b.receive.open(0, sealed, flipped(AAD, bit)).ok).toBe(false);
    for (let length = 0; length < sealed.length; length++)
      expect(b.receive.open(0, sealed.subarray(0, length), AAD).ok).toBe(false);
    expect(b.receive.hasOpened).toBe(false);
    expect(b.receive.open(0, sealed, AAD)).toEqual({ ok: true, plaintext: HELLO });
  });

  it('opens under no other counter, and nonce burning by a forged one fails', () => {
    const { a, b } = newKeys();
    const sealed = [a.send.seal(HELLO), a.send.seal(HELLO)] as const;
    expect(b.receive.open(2 ** 20, sealed[0]).ok).toBe(false);
    expect(b.receive.open(1, sealed[0]).ok).toBe(false);
    expect(b.receive.open(0, sealed[0]).ok).toBe(true);
    expect(b.receive.open(1, sealed[1]).ok).toBe(true);
  });

  it('opens once', () => {
    const { a, b } = newKeys();
    const sealed = a.send.seal(HELLO);
    expect(b.receive.open(0, sealed).ok).toBe(true);
    expect(b.receive.check(0)).toBe(false);
    expect(b.receive.open(0, sealed)).toEqual({ ok: false, code: 'ERR_SESSION_REPLAY' });
  });

  it('may be overtaken by 2,047 others, not by 2,048', () => {
    const { a, b } = newKeys();
    const sealed = Array.from({ length: 2049 }, () => a.send.seal(HELLO));
    expect(b.receive.open(2048, sealed[2048]!).ok).toBe(true);
    expect(b.receive.open(0, sealed[0]!)).toEqual({ ok: false, code: 'ERR_SESSION_REPLAY' });
    expect(b.receive.open(1, sealed[1]!).ok).toBe(true);
    expect(b.receive.open(700, sealed[700]!).ok).toBe(true);
  });

  it('does not open at its own sender, nor in another session', () => {
    const pair = newKeys();
    const sealed = pair.a.send.seal(HELLO);
    expect(pair.a.receive.open(0, sealed)).toEqual({ ok: false, code: 'ERR_SESSION_SEAL' });
    pair.clock.advance(1);
    expect(newKeys(pair).b.receive.open(0, sealed).ok).toBe(false);
  });

  it('has a counter that is one', () => {
    const { b } = newKeys();
    for (const counter of [-1, 0.5, NaN, 2 ** 53])
      expect(() => b.receive.open(counter, HELLO)).toThrow(RangeError);
  });
});

describe('a session', () => {
  it('is due for a new handshake after 2 minutes and over after 4', () => {
    const { a, b, clock } = newKeys();
    const sealed = [a.send.seal(HELLO), a.send.seal(HELLO)] as const;
    clock.advance(119_999);
    expect(a.send.needsRekey()).toBe(false);
    clock.advance(1);
    expect(a.send.needsRekey()).toBe(true);
    clock.advance(119_999);
    expect(b.receive.open(0, sealed[0]).ok).toBe(true);
    expect(a.send.fault).toBeUndefined();
    clock.advance(1);
    expect(b.receive.isOver).toBe(true);
    expect(b.receive.open(1, sealed[1])).toEqual({ ok: false, code: 'ERR_SESSION_OVER' });
    expect(() => a.send.seal(HELLO)).toThrow(/too old/);
  });

  it('is due after 2^20 frames in one direction and over after 2^21', () => {
    const lifetime = new SessionLifetime(newClock());
    const sendAt = (counter: number) =>
      new SendKey({ key: new Uint8Array(32), provider, lifetime, counter }, () => true);
    const due = sendAt(2 ** 20 - 1);
    expect(due.needsRekey()).toBe(false);
    due.seal(HELLO);
    expect(due.needsRekey()).toBe(true);
    const last = sendAt(2 ** 21 - 1);
    last.seal(HELLO);
    expect(last.fault).toBe('over');
    expect(() => last.seal(HELLO)).toThrow(/used up/);
    const { b } = newKeys();
    expect(b.receive.check(2 ** 21 - 1)).toBe(true);
    expect(b.receive.check(2 ** 21)).toBe(false);
    expect(b.receive.open(2 ** 21, HELLO)).toEqual({ ok: false, code: 'ERR_SESSION_OVER' });
  });

  it('seals and opens nothing after destroy()', () => {
    const { a, b } = newKeys();
    const sealed = a.send.seal(HELLO);
    a.send.destroy();
    b.receive.destroy();
    a.exporter.destroy();
    expect(() => a.send.seal(HELLO)).toThrow(/destroyed/);
    expect(b.receive.open(0, sealed)).toEqual({ ok: false, code: 'ERR_SESSION_OVER' });
    expect(() => a.exporter.derive('test')).toThrow(/destroyed/);
  });

  it('exports the same secret at both ends, another for each label and length of name', () => {
    const { a, b } = newKeys();
    expect(a.exporter.derive('x', 48)).toEqual(b.exporter.derive('x', 48));
    expect(a.exporter.channelBinding).toEqual(b.exporter.channelBinding);
    expect(a.exporter.derive('x')).not.toEqual(a.exporter.derive('y'));
    expect(() => a.exporter.derive('')).toThrow(RangeError);
    expect(() => a.exporter.derive('x', 8161)).toThrow(RangeError);
    a.exporter.channelBinding.fill(0);
    expect(a.exporter.channelBinding).toEqual(b.exporter.channelBinding);
  });
});
