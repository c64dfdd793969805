import { utf8 } from '@ruvector/core';
import { defaultProvider } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { SymmetricState } from '../src/symmetric-state.js';

const start = (name = 'Noise_Test') => SymmetricState.start(defaultProvider(), name);

describe('a symmetric state', () => {
  it('counts what it seals under one key, and so does the other side', () => {
    const ours = start();
    ours.mixKey(new Uint8Array(32));
    const theirs = ours.copy();
    for (const text of ['a', 'a', 'a'])
      expect(theirs.decryptAndHash(ours.encryptAndHash(utf8(text)))).toEqual(utf8(text));
  });

  it('binds what it seals to all that was said', () => {
    const ours = start();
    ours.mixKey(new Uint8Array(32));
    const theirs = ours.copy();
    ours.mixHash(utf8('said'));
    expect(theirs.decryptAndHash(ours.encryptAndHash(utf8('a')))).toBeUndefined();
  });

  it('takes a name of up to 32 bytes as it is, and a longer one by its hash', () => {
    const [short, long] = ['x'.repeat(32), 'x'.repeat(33)].map((name) => start(name).split());
    expect(short!.handshakeHash).toEqual(utf8('x'.repeat(32)));
    expect(long!.handshakeHash).toEqual(defaultProvider().sha256(utf8('x'.repeat(33))));
  });

  it('leads to three keys that differ', () => {
    const { fromInitiator, fromResponder, exporter } = start().split();
    expect(new Set([fromInitiator, fromResponder, exporter].map(String)).size).toBe(3);
  });
});
