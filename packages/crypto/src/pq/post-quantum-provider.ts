import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import { compositeSignatureOf } from './composite-signature.js';
import { mlDsa65Of } from './ml-dsa-65.js';
import { mlKem768Of } from './ml-kem-768.js';
import type { PqBackend, PqShortcuts } from './pq-backend.js';
import { xwingOf } from './xwing.js';

/** Puts the checks that every provider shares around a backend, beside the classical primitives. */
export function createPostQuantumProvider(
  classical: CryptoProvider,
  backend: PqBackend & PqShortcuts,
): PostQuantumCryptoProvider {
  const mlKem768 = Object.freeze(mlKem768Of(backend));
  return Object.freeze({
    ...classical,
    mlDsa65: Object.freeze(mlDsa65Of(backend)),
    mlKem768,
    xwing: Object.freeze(xwingOf(mlKem768, classical.x25519)),
    compositeSignature: Object.freeze(compositeSignatureOf(backend, classical.ed25519)),
  });
}
