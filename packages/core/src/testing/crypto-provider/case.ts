import type { CryptoProvider } from '../../crypto-provider.js';
import type { Case } from '../case.js';

/**
 * What a provider may claim. One that is added to the contract later has a name of its own here.
 */
export type Primitive = 'sha256' | 'hkdfSha256' | 'ed25519' | 'x25519' | 'aes256gcm';

/** A case of `CryptoProvider`. */
export type CryptoProviderCase = Case<CryptoProvider, Primitive>;
