import type { PostQuantumCryptoProvider } from '@ruvector/core';
import { cryptoProviderCompliance } from '@ruvector/core/testing';
import * as door from '@ruvector/crypto';
import * as pq from '@ruvector/crypto/pq';
import { describe, it } from 'vitest';
import { EVERYTHING } from './providers.js';

/** The module functions of both doors, which ask the default provider: noble, in a browser. */
const { sha256, hkdfSha256, ed25519, x25519, aes256gcm } = door;
const { mlDsa65, mlKem768, xwing, compositeSignature } = pq;
const classical = { sha256, hkdfSha256, ed25519, x25519, aes256gcm };
const functions: PostQuantumCryptoProvider = {
  name: door.defaultProviderName(),
  ...classical,
  ...{ mlDsa65, mlKem768, xwing, compositeSignature },
};

const runner = { describe, it };
const noble = () => door.createCryptoProvider('noble', { pq: true });
cryptoProviderCompliance(runner, 'noble', EVERYTHING, noble);
cryptoProviderCompliance(runner, 'the default provider', EVERYTHING, functions);
