import { generateKeyPairSync } from 'node:crypto';
import { createCryptoProvider } from '@ruvector/crypto';

/** What Node has. */
export const noble = await createCryptoProvider('noble', { pq: true });
export const node = await createCryptoProvider('node', { pq: true });

/** Whether this Node has ML-DSA and ML-KEM itself; otherwise its provider takes those of noble. */
export const HAS_LATTICES = (() => {
  try {
    return generateKeyPairSync('ml-dsa-65' as 'ed25519') !== undefined;
  } catch {
    return false;
  }
})();
