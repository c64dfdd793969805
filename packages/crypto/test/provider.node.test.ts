import type { CryptoProvider } from '@ruvector/core';
import { cryptoProviderCompliance } from '@ruvector/core/testing';
import * as door from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { noble, node } from './both-providers.js';
import { PROVIDERS } from './providers.js';
import { SEED } from './seed.js';

/** The module functions of the door, which ask the default provider. */
const { sha256, hkdfSha256, ed25519, x25519, aes256gcm } = door;
const name = door.defaultProviderName();
const functions: CryptoProvider = { name, sha256, hkdfSha256, ed25519, x25519, aes256gcm };

const runner = { describe, it };
cryptoProviderCompliance(runner, 'noble', {}, noble, { reference: node, seed: SEED });
cryptoProviderCompliance(runner, 'node', {}, node, { reference: noble, seed: SEED });
cryptoProviderCompliance(runner, 'the default provider', {}, functions);

describe.each(PROVIDERS)('the provider %s', (providerName, provider) => {
  it('says its name', () => expect(provider.name).toBe(providerName));
});
