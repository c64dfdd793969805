import type { Encapsulation } from '@ruvector/core';
import type { Promised } from '../webcrypto/async-primitives.js';
import { onCopies, type OwnBytes } from '../webcrypto/own-copies.js';
import { WebKeys, type KeyKind } from '../webcrypto/web-keys.js';
import type { PqBackend } from './pq-backend.js';

/**
 * A `PqBackend` of promises, with the duties of an `AsyncBackend`. SHA-512 has none: it is needed
 * before anything is awaited.
 */
export type AsyncPqBackend = Promised<Omit<PqBackend, 'name' | 'sha512'>>;

const ML_DSA: KeyKind = {
  algorithm: 'ML-DSA-65',
  secret: { format: 'raw-seed', usages: ['sign'] },
  public: { format: 'raw-public', usages: ['verify'] },
};
const ML_KEM: KeyKind = {
  algorithm: 'ML-KEM-768',
  secret: { format: 'raw-seed', usages: ['decapsulateBits'] },
  public: { format: 'raw-public', usages: ['encapsulateBits'] },
};

/** What newer platforms have and the types do not. */
interface Lattices {
  encapsulateBits(
    algorithm: string,
    key: CryptoKey,
  ): Promise<{ ciphertext: ArrayBuffer; sharedKey: ArrayBuffer }>;
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: OwnBytes): Promise<ArrayBuffer>;
}

/**
 * The lattices of WebCrypto. It signs with fresh randomness only and takes none from outside: what
 * is deterministic is noble's.
 */
export function createWebPqBackend(subtle: SubtleCrypto, noble: AsyncPqBackend): AsyncPqBackend {
  return { ...mlDsaOf(subtle, noble), ...mlKemOf(subtle as SubtleCrypto & Lattices, noble) };
}

function mlDsaOf(
  subtle: SubtleCrypto,
  noble: AsyncPqBackend,
): Pick<AsyncPqBackend, 'mlDsa65PublicKey' | 'mlDsa65Sign' | 'mlDsa65Verify'> {
  const keys = new WebKeys(subtle, ML_DSA);
  const under = (context: OwnBytes) => ({ name: ML_DSA.algorithm, context });
  return {
    mlDsa65PublicKey: (seed) => keys.publicKeyOf(seed),
    mlDsa65Sign: (message, seed, how) =>
      how.deterministic
        ? noble.mlDsa65Sign(message, seed, how)
        : onCopies([message, how.context], async (copy, context) => {
            const key = await keys.secretKey(seed);
            return new Uint8Array(await subtle.sign(under(context), key, copy));
          }),
    mlDsa65Verify: (signature, message, publicKey, how) =>
      onCopies([signature, message, how], async (ofSigner, copy, context) => {
        try {
          const key = await keys.publicKey(publicKey);
          return await subtle.verify(under(context), key, ofSigner, copy);
        } catch {
          return false; // a platform may refuse to import a key that nobody has made
        }
      }),
  };
}

function mlKemOf(
  subtle: SubtleCrypto & Lattices,
  noble: AsyncPqBackend,
): Pick<AsyncPqBackend, 'mlKem768PublicKey' | 'mlKem768Encapsulate' | 'mlKem768Decapsulate'> {
  const keys = new WebKeys(subtle, ML_KEM);
  return {
    mlKem768PublicKey: (seed) => keys.publicKeyOf(seed),
    mlKem768Encapsulate: async (publicKey, m): Promise<Encapsulation> => {
      if (m !== undefined) return noble.mlKem768Encapsulate(publicKey, m);
      const key = await keys.publicKey(publicKey);
      const made = await subtle.encapsulateBits(ML_KEM.algorithm, key);
      return {
        ciphertext: new Uint8Array(made.ciphertext),
        sharedSecret: new Uint8Array(made.sharedKey),
      };
    },
    mlKem768Decapsulate: (ciphertext, seed) =>
      onCopies([ciphertext], async (copy) => {
        const key = await keys.secretKey(seed);
        return new Uint8Array(await subtle.decapsulateBits(ML_KEM.algorithm, key, copy));
      }),
  };
}
