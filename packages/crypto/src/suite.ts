import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import { CryptoUnsupportedError } from './crypto-errors.js';

/** What an agent signs with. 1: Ed25519; 2: a composite of ML-DSA-65 and Ed25519 too. */
export type Suite = 1 | 2;

/**
 * The provider with what suite 2 needs, if it has it. Told by what it has and not by where it comes
 * from, so that nothing here pulls in post-quantum code.
 */
export function postQuantumOf(provider: CryptoProvider): PostQuantumCryptoProvider | undefined {
  return hasSuite2(provider) ? provider : undefined;
}

/** @throws EdgeError `ERR_CRYPTO_UNSUPPORTED` if the provider lacks it. */
export function needPostQuantum(provider: CryptoProvider, what: string): PostQuantumCryptoProvider {
  if (hasSuite2(provider)) return provider;
  throw new CryptoUnsupportedError(what, `provider ${provider.name} has nothing post-quantum`);
}

function hasSuite2(provider: CryptoProvider): provider is PostQuantumCryptoProvider {
  const { compositeSignature, xwing } = provider as Partial<PostQuantumCryptoProvider>;
  return typeof compositeSignature === 'object' && typeof xwing === 'object';
}
