import * as node from 'node:crypto';
import type { Backend, Detached } from './backend.js';
import { importsRawKeys, NodeKeys } from './node-keys.js';

const CIPHER = 'aes-256-gcm';
const GCM = { authTagLength: 16 }; // without it a decipher takes tags of 4 bytes

/** The platform's own crypto: `node:crypto`. */
export function createNativeBackend(): Backend | undefined {
  const raw = importsRawKeys();
  const edKeys = new NodeKeys('Ed25519', raw);
  const dhKeys = new NodeKeys('X25519', raw);
  return {
    name: 'node',
    sha256: (message) => plain(node.hash('sha256', message, 'buffer')),
    ed25519PublicKey: (secretKey) => edKeys.publicKeyOf(secretKey),
    ed25519Sign: (message, secretKey) =>
      plain(node.sign(null, message, edKeys.secretKey(secretKey))),
    ed25519Verify: (signature, message, publicKey) =>
      node.verify(null, message, edKeys.publicKey(publicKey), signature),
    x25519PublicKey: (secretKey) => dhKeys.publicKeyOf(secretKey),
    x25519SharedSecret: (secretKey, publicKey) => {
      const privateKey = dhKeys.secretKey(secretKey);
      try {
        return plain(node.diffieHellman({ privateKey, publicKey: dhKeys.publicKey(publicKey) }));
      } catch {
        return undefined; // with checked lengths OpenSSL refuses nothing but low order
      }
    },
    gcmSeal,
    gcmSealJoined: (key, nonce, plaintext, aad) => {
      const { ciphertext, tag } = gcmSeal(key, nonce, plaintext, aad);
      const sealed = new Uint8Array(ciphertext.length + tag.length);
      sealed.set(ciphertext);
      sealed.set(tag, ciphertext.length);
      return sealed;
    },
    gcmOpen,
    gcmOpenJoined: (key, nonce, sealed, aad) => {
      const end = sealed.length - GCM.authTagLength;
      const detached = { ciphertext: sealed.subarray(0, end), tag: sealed.subarray(end) };
      return gcmOpen(key, nonce, detached, aad);
    },
  };
}

// A key object for each call: Node 24 is slow with raw keys, and message keys are used only once.
function gcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Detached {
  const cipher = node.createCipheriv(CIPHER, node.createSecretKey(key), nonce, GCM);
  cipher.setAAD(aad);
  const ciphertext = plain(cipher.update(plaintext));
  cipher.final();
  return { ciphertext, tag: plain(cipher.getAuthTag()) };
}

function gcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  { ciphertext, tag }: Detached,
  aad: Uint8Array,
): Uint8Array | undefined {
  const decipher = node.createDecipheriv(CIPHER, node.createSecretKey(key), nonce, GCM);
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const plaintext = plain(decipher.update(ciphertext));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0); // update() decrypts before the tag is known to be right
    return undefined;
  }
}

/** The same bytes as a plain `Uint8Array`; out of the shared pool if they lie there. */
function plain(buffer: Buffer): Uint8Array {
  return buffer.byteLength === buffer.buffer.byteLength
    ? new Uint8Array(buffer.buffer)
    : new Uint8Array(buffer);
}
