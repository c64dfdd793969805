import {
  availableProviders,
  defaultProviderFallback,
  defaultProviderName,
  openEnvelope,
  sealEnvelope,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newPair } from './fixture.js';
import { madeHere, RECORDED } from './same-bytes.js';

describe('in a browser', () => {
  it('noble is the provider, and it says why', () => {
    expect(availableProviders()).toEqual(['noble', 'webcrypto']);
    expect(defaultProviderName()).toBe('noble');
    expect(defaultProviderFallback()).toMatch(/no synchronous crypto/);
  });

  it('the recorded seeds make the recorded bytes, as in Node', () => {
    expect(madeHere()).toEqual(RECORDED);
  });

  it('an envelope opens, once', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    expect(openEnvelope(envelope, receiving)).toMatchObject({ ok: true });
    expect(openEnvelope(envelope, receiving)).toMatchObject({ code: 'ERR_ENVELOPE_REPLAY' });
  });
});
