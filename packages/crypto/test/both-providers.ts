import { createCryptoProvider } from '@ruvector/crypto';

/** What Node has. */
export const noble = await createCryptoProvider('noble');
export const node = await createCryptoProvider('node');
