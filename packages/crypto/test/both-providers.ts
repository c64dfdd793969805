import { createCryptoProvider } from '@ruvector/crypto';

/** What Node has. */
export const noble = await createCryptoProvider('noble', { pq: true });
export const node = await createCryptoProvider('node', { pq: true });
