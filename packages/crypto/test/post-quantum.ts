import { availableProviders, createCryptoProvider } from '@ruvector/crypto';

/** This platform's fastest, with the full surface. */
export const postQuantum = await createCryptoProvider(availableProviders()[0]!, { pq: true });
