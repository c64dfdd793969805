import { cryptoProviderCompliance } from '@ruvector/core/testing';
import { availableProviders, createCryptoProvider, defaultProvider } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { Replaying } from './replaying.js';
import { SEED } from './seed.js';

const noble = await createCryptoProvider('noble');
const webcrypto = await createCryptoProvider('webcrypto');

const { x25519, aes256gcm } = defaultProvider(); // for Ed25519 noble, in browsers, is too slow
const replaying = new Replaying();
cryptoProviderCompliance(
  replaying.runner({ describe, it }),
  'the async face of webcrypto',
  { hkdfSha256: false },
  replaying.provider('webcrypto', webcrypto.async, { x25519, aes256gcm }),
  { reference: replaying.remembering(noble), seed: SEED },
);

describe('the provider webcrypto', () => {
  it('has the functions of noble, and is made once', async () => {
    expect(webcrypto).toMatchObject({ ...noble, name: 'webcrypto' });
    expect(await createCryptoProvider('webcrypto')).toBe(webcrypto);
  });

  it('is there, behind those whose functions are quicker', () => {
    expect(availableProviders().at(-1)).toBe('webcrypto');
  });

  it('has the classical primitives from this platform, all of them', () => {
    expect(webcrypto.fallbacks).toEqual({});
  });
});
