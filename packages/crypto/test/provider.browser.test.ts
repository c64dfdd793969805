import type { CryptoProvider } from '@ruvector/core';
import { cryptoProviderCompliance } from '@ruvector/core/testing';
import * as door from '@ruvector/crypto';
import { describe, it } from 'vitest';

/** The module functions of the door, which ask the default provider: noble, in a browser. */
const { sha256, hkdfSha256, ed25519, x25519, aes256gcm } = door;
const name = door.defaultProviderName();
const functions: CryptoProvider = { name, sha256, hkdfSha256, ed25519, x25519, aes256gcm };

const runner = { describe, it };
cryptoProviderCompliance(runner, 'noble', {}, () => door.createCryptoProvider('noble'));
cryptoProviderCompliance(runner, 'the default provider', {}, functions);
