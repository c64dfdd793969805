import { sign, verify } from 'node:crypto';
import { utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import { importsRawKeys, NodeKeys } from '../src/node-keys.js';

describe('NodeKeys', () => {
  const keys = new NodeKeys('Ed25519', importsRawKeys());
  const secretKey = new Uint8Array(32).fill(1);

  it('gives the same object for the same key array, and for equal public keys', () => {
    expect(keys.secretKey(secretKey)).toBe(keys.secretKey(secretKey));
    const publicKey = keys.publicKeyOf(secretKey);
    expect(keys.publicKey(publicKey)).toBe(keys.publicKey(publicKey.slice()));
  });

  it('gives objects that sign and verify', () => {
    const signature = sign(null, utf8('m'), keys.secretKey(secretKey));
    const publicKey = keys.publicKey(keys.publicKeyOf(secretKey));
    expect(verify(null, utf8('m'), publicKey, signature)).toBe(true);
  });

  it('takes any 32 bytes for a public key: what is no point verifies nothing', () => {
    const noPoint = new Uint8Array(32).fill(2);
    expect(verify(null, utf8('m'), keys.publicKey(noPoint), new Uint8Array(64))).toBe(false);
  });
});
