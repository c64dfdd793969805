import * as node from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { plainBytes } from '../plain-bytes.js';
import { LatticeKeys } from './lattice-keys.js';
import { createNoblePqBackend } from './noble-pq-backend.js';
import type { PqBackend, PqShortcuts } from './pq-backend.js';

/** What newer versions of `node:crypto` have and the types of older ones do not know. */
interface Lattices {
  encapsulate?(key: KeyObject): { ciphertext: Buffer; sharedKey: Buffer };
  decapsulate?(key: KeyObject, ciphertext: Uint8Array): Buffer;
}

/**
 * The lattices of `node:crypto`, where it has them; else `undefined`. It signs with fresh
 * randomness only and takes none from outside: what is deterministic stays with noble.
 */
export function createNativePqBackend(): (PqBackend & PqShortcuts) | undefined {
  const { encapsulate, decapsulate } = node as Lattices;
  if (!encapsulate || !decapsulate || !LatticeKeys.exist()) return undefined;
  const noble = createNoblePqBackend();
  const isRaw = LatticeKeys.areRaw();
  const signKeys = new LatticeKeys('ML-DSA-65', isRaw);
  const kemKeys = new LatticeKeys('ML-KEM-768', isRaw);
  return {
    name: 'node',
    sha512: (message) => plainBytes(node.hash('sha512', message, 'buffer')),
    mlDsa65PublicKey: (seed) => signKeys.publicKeyOf(seed),
    mlDsa65Sign(message, seed, how) {
      if (how.deterministic) return noble.mlDsa65Sign(message, seed, how);
      return plainBytes(node.sign(null, message, under(how.context, signKeys.secretKey(seed))));
    },
    mlDsa65Verify(signature, message, publicKey, context) {
      return node.verify(null, message, under(context, signKeys.publicKey(publicKey)), signature);
    },
    mlKem768PublicKey: (seed) => kemKeys.publicKeyOf(seed),
    mlKem768KeyPair: () => kemKeys.draw(),
    mlKem768Encapsulate(publicKey, m) {
      if (m !== undefined) return noble.mlKem768Encapsulate(publicKey, m);
      const { ciphertext, sharedKey } = encapsulate(kemKeys.publicKey(publicKey));
      return { ciphertext: plainBytes(ciphertext), sharedSecret: plainBytes(sharedKey) };
    },
    mlKem768Decapsulate: (ciphertext, seed) =>
      plainBytes(decapsulate(kemKeys.secretKey(seed), ciphertext)),
  };
}

/** A bare key where there is no context: naming an empty one costs a tenth of a verification. */
function under(context: Uint8Array, key: KeyObject): KeyObject | { key: KeyObject } {
  return context.length === 0 ? key : ({ key, context } as { key: KeyObject });
}
