import * as node from 'node:crypto';
import type { Backend, Shortcuts } from './backend.js';
import { createNativeGcm } from './native-gcm.js';
import { importsRawKeys, NodeKeys } from './node-keys.js';
import { plainBytes } from './plain-bytes.js';

/** The platform's own crypto: `node:crypto`. */
export function createNativeBackend(): (Backend & Shortcuts) | undefined {
  const raw = importsRawKeys();
  const edKeys = new NodeKeys('Ed25519', raw);
  const dhKeys = new NodeKeys('X25519', raw);
  return {
    name: 'node',
    sha256: (message) => plainBytes(node.hash('sha256', message, 'buffer')),
    ed25519PublicKey: (secretKey) => edKeys.publicKeyOf(secretKey),
    ed25519Sign: (message, secretKey) =>
      plainBytes(node.sign(null, message, edKeys.secretKey(secretKey))),
    ed25519Verify: (signature, message, publicKey) =>
      node.verify(null, message, edKeys.publicKey(publicKey), signature),
    x25519PublicKey: (secretKey) => dhKeys.publicKeyOf(secretKey),
    x25519KeyPair: () => dhKeys.draw(),
    x25519SharedSecret: (secretKey, publicKey) => {
      const keys = {
        privateKey: dhKeys.secretKey(secretKey),
        publicKey: dhKeys.publicKey(publicKey),
      };
      try {
        return plainBytes(node.diffieHellman(keys));
      } catch {
        return undefined; // with checked lengths OpenSSL refuses nothing but low order
      }
    },
    ...createNativeGcm(raw),
  };
}
