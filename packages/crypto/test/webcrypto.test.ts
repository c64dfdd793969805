import { cryptoProviderCompliance } from '@ruvector/core/testing';
import { availableProviders, createCryptoProvider } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { Replaying } from './replaying.js';
import { SEED } from './seed.js';

const noble = await createCryptoProvider('noble');
const webcrypto = await createCryptoProvider('webcrypto');

const replaying = new Replaying();
cryptoProviderCompliance(
  replaying.runner({ describe, it }),
  'the async face of webcrypto',
  { hkdfSha256: false },
  replaying.provider('webcrypto', webcrypto.async),
  { reference: replaying.remembering(noble), seed: SEED },
);

describe('the provider webcrypto', () => {
  it('is there, behind those whose functions are quicker', () => {
    expect(availableProviders().at(-1)).toBe('webcrypto');
  });

  it('has the classical primitives from this platform, all of them', () => {
    expect(webcrypto.fallbacks).toEqual({});
  });
});
