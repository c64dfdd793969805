import type { CryptoProvider } from '@ruvector/core';
import { availableProviders, createCryptoProvider } from '@ruvector/crypto';

/** Those here that differ in their functions, and not in their promises: for `describe.each`. */
export const SYNCHRONOUS = availableProviders().filter((name) => name !== 'webcrypto');
export const PROVIDERS = await Promise.all(
  SYNCHRONOUS.map(async (name) => [name, await createCryptoProvider(name, { pq: true })] as const),
);

/** What the compliance suite leaves out unless it is claimed. */
export const EVERYTHING = {
  mlDsa65: true,
  mlKem768: true,
  xwing: true,
  compositeSignature: true,
} as const;

/** What a call gave, or the error that it threw: two of them compare by name and message. */
export function outcome(f: () => unknown): unknown {
  try {
    return f();
  } catch (error) {
    return error;
  }
}

/** One of them, with nothing of what suite 2 needs. */
export function classical(): CryptoProvider {
  const { name, sha256, hkdfSha256, ed25519, x25519, aes256gcm } = PROVIDERS[0]![1];
  return { name, sha256, hkdfSha256, ed25519, x25519, aes256gcm };
}
