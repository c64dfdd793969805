import type { PostQuantumCryptoProvider } from '@ruvector/core';
import { cryptoProviderCompliance } from '@ruvector/core/testing';
import * as door from '@ruvector/crypto';
import * as pq from '@ruvector/crypto/pq';
import { describe, expect, it } from 'vitest';
import { HAS_LATTICES, noble, node } from './both-providers.js';
import { EVERYTHING, PROVIDERS } from './providers.js';
import { SEED } from './seed.js';

/** The module functions of both doors, which ask the default provider. */
const { sha256, hkdfSha256, ed25519, x25519, aes256gcm } = door;
const { mlDsa65, mlKem768, xwing, compositeSignature } = pq;
const classical = { sha256, hkdfSha256, ed25519, x25519, aes256gcm };
const functions: PostQuantumCryptoProvider = {
  name: door.defaultProviderName(),
  ...classical,
  ...{ mlDsa65, mlKem768, xwing, compositeSignature },
};

const runner = { describe, it };
cryptoProviderCompliance(runner, 'noble', EVERYTHING, noble, { reference: node, seed: SEED });
// where the platform has no lattices these two have noble's, which the first line has tried
const native = HAS_LATTICES ? EVERYTHING : {};
cryptoProviderCompliance(runner, 'node', native, node, { reference: noble, seed: SEED });
cryptoProviderCompliance(runner, 'the default provider', native, functions);

describe.each(PROVIDERS)('the provider %s', (providerName, provider) => {
  it('says its name', () => expect(provider.name).toBe(providerName));
});
