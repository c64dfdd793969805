import type { PostQuantumCryptoProvider } from '../../crypto-provider.js';
import type { Case } from '../case.js';

export type PostQuantumPrimitive = 'mlDsa65' | 'mlKem768' | 'xwing' | 'compositeSignature';

/**
 * What a provider may claim. One that is added to the contract later has a name of its own here.
 */
export type Primitive =
  'sha256' | 'hkdfSha256' | 'ed25519' | 'x25519' | 'aes256gcm' | PostQuantumPrimitive;

/** A case of `CryptoProvider`. It uses no primitive but those that it `needs`. */
export type CryptoProviderCase = Case<PostQuantumCryptoProvider, Primitive>;
