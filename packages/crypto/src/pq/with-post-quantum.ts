import { createNativePqBackend } from '#native-pq-backend';
import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import { createNoblePqBackend } from './noble-pq-backend.js';
import { createPostQuantumProvider } from './post-quantum-provider.js';
import type { PqBackend, PqShortcuts } from './pq-backend.js';
import { failedPqSelfTest } from './pq-self-test.js';

export interface PqChoice {
  readonly provider: PostQuantumCryptoProvider;
  /** Why the lattice primitives are not the platform's own. */
  readonly reason?: string;
}

const chosen = /* @__PURE__ */ new WeakMap<CryptoProvider, PqChoice>();

/**
 * The full surface for a classical provider: noble's for noble, else the platform's own if it has
 * lattices that pass a known-answer self-test. Looked at once for each provider.
 */
export function withPostQuantum(classical: CryptoProvider): PqChoice {
  let choice = chosen.get(classical);
  if (choice === undefined) {
    choice = choosePq(classical, createNativePqBackend);
    chosen.set(classical, choice);
  }
  return choice;
}

/** Exported for tests: what to use, given what the platform says it has. */
export function choosePq(
  classical: CryptoProvider,
  createBackend: () => (PqBackend & PqShortcuts) | undefined,
): PqChoice {
  const noble = () => createPostQuantumProvider(classical, createNoblePqBackend());
  if (classical.name === 'noble')
    return { provider: noble(), reason: 'the provider noble is JavaScript throughout' };
  try {
    const backend = createBackend();
    if (backend === undefined)
      return { provider: noble(), reason: 'this platform has no ML-DSA-65 and ML-KEM-768' };
    const provider = createPostQuantumProvider(classical, backend);
    const fallback = noble();
    const reason = failedPqSelfTest(provider, fallback);
    return reason === undefined ? { provider } : { provider: fallback, reason };
  } catch (error) {
    return { provider: noble(), reason: `the platform's lattices do not load: ${String(error)}` };
  }
}
