import { toHex } from '../../bytes.js';
import { noise } from '../noise.js';
import type { Primitive } from './case.js';
import type { Operation, Parameter } from './operation.js';
import { POST_QUANTUM_OPERATIONS } from './post-quantum-operations.js';

const HKDF_BYTES = 42;

const message: Parameter = { name: 'message' };
const seed: Parameter = { name: 'seed', bytes: 32, secret: true, optional: true };
const secretKey: Parameter = { name: 'secretKey', bytes: 32, secret: true };
const publicKey: Parameter = { name: 'publicKey', bytes: 32 };
const key: Parameter = { name: 'key', bytes: 32, secret: true };
const nonce: Parameter = { name: 'nonce', bytes: 12 };
const plaintext: Parameter = { name: 'plaintext', secret: true };
const tag: Parameter = { name: 'tag', bytes: 16 };
const aad: Parameter = { name: 'aad', optional: true };

type ClassicalPrimitive = Exclude<Primitive, keyof typeof POST_QUANTUM_OPERATIONS>;

const CLASSICAL_OPERATIONS: Readonly<Record<ClassicalPrimitive, readonly Operation[]>> = {
  sha256: [
    {
      name: 'sha256',
      parameters: [message],
      sample: (_, n, bytes) => [noise(bytes, n)],
      call: (p, m) => p.sha256(m),
      sizes: () => [32],
    },
  ],
  hkdfSha256: [
    {
      name: 'hkdfSha256',
      parameters: [{ name: 'ikm', secret: true }, { name: 'salt' }, { name: 'info' }],
      sample: (_, n, bytes) => [noise(bytes, n), noise(bytes, n + 1), noise(bytes, n + 2)],
      call: (p, ikm, salt, info) => p.hkdfSha256(ikm, salt, info, HKDF_BYTES),
      sizes: () => [HKDF_BYTES],
    },
  ],
  ed25519: [
    {
      name: 'ed25519.keygen',
      parameters: [seed],
      sample: (_, n) => [noise(32, n)],
      call: (p, from) => p.ed25519.keygen(from),
      sizes: () => [32, 32],
    },
    {
      name: 'ed25519.getPublicKey',
      parameters: [secretKey],
      sample: (_, n) => [noise(32, n)],
      call: (p, sk) => p.ed25519.getPublicKey(sk),
      sizes: () => [32],
    },
    {
      name: 'ed25519.sign',
      parameters: [message, secretKey],
      sample: (_, n, bytes) => [noise(bytes, n), noise(32, n + 1)],
      call: (p, m, sk) => p.ed25519.sign(m, sk),
      sizes: () => [64],
    },
    {
      name: 'ed25519.verify',
      parameters: [{ name: 'signature' }, message, publicKey],
      sample: ({ ed25519 }, n, bytes) => {
        const [m, sk] = [noise(bytes, n), noise(32, n + 1)];
        return [ed25519.sign(m, sk), m, ed25519.getPublicKey(sk)];
      },
      call: (p, signature, m, pk) => p.ed25519.verify(signature, m, pk),
      sizes: () => [],
    },
  ],
  x25519: [
    {
      name: 'x25519.keygen',
      parameters: [seed],
      sample: (_, n) => [noise(32, n)],
      call: (p, from) => p.x25519.keygen(from),
      sizes: () => [32, 32],
    },
    {
      name: 'x25519.getPublicKey',
      parameters: [secretKey],
      sample: (_, n) => [noise(32, n)],
      call: (p, sk) => p.x25519.getPublicKey(sk),
      sizes: () => [32],
    },
    {
      name: 'x25519.getSharedSecret',
      parameters: [secretKey, publicKey],
      sample: ({ x25519 }, n) => [noise(32, n), x25519.getPublicKey(noise(32, n + 1))],
      call: (p, sk, pk) => p.x25519.getSharedSecret(sk, pk),
      sizes: () => [32],
    },
  ],
  aes256gcm: [
    {
      name: 'aes256gcm.seal',
      parameters: [key, nonce, plaintext, aad],
      sample: (_, n, bytes) => gcmSample(n, bytes),
      call: (p, k, once, text, data) => p.aes256gcm.seal(k, once, text, data),
      sizes: (_, __, text) => [text.length + 16],
    },
    {
      name: 'aes256gcm.open',
      parameters: [key, nonce, { name: 'sealed' }, aad],
      sample: ({ aes256gcm }, n, bytes) => {
        const [k, once, text, data] = gcmSample(n, bytes);
        return [k, once, aes256gcm.seal(k, once, text, data), data];
      },
      call: (p, k, once, sealed, data) => p.aes256gcm.open(k, once, sealed, data),
      sizes: (_, __, sealed) => [sealed.length - 16],
    },
    {
      name: 'aes256gcm.sealDetached',
      parameters: [key, nonce, plaintext, aad],
      sample: (_, n, bytes) => gcmSample(n, bytes),
      call: (p, k, once, text, data) => p.aes256gcm.sealDetached(k, once, text, data),
      sizes: (_, __, text) => [text.length, 16],
    },
    {
      name: 'aes256gcm.openDetached',
      parameters: [key, nonce, { name: 'ciphertext' }, tag, aad],
      sample: ({ aes256gcm }, n, bytes) => {
        const [k, once, text, data] = gcmSample(n, bytes);
        const sealed = aes256gcm.sealDetached(k, once, text, data);
        return [k, once, sealed.ciphertext, sealed.tag, data];
      },
      call: (p, k, once, text, end, data) => p.aes256gcm.openDetached(k, once, text, end, data),
      sizes: (_, __, text) => [text.length],
    },
  ],
};

/**
 * The contract as a table, by primitive. A key made from no seed is not in it: see
 * key-generation.ts.
 */
export const OPERATIONS: Readonly<Record<Primitive, readonly Operation[]>> =
  /* @__PURE__ */ Object.assign({}, CLASSICAL_OPERATIONS, POST_QUANTUM_OPERATIONS);

type GcmSample = [key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array];

function gcmSample(n: number, bytes: number): GcmSample {
  return [noise(32, n), noise(12, n + 1), noise(bytes, n + 2), noise(20, n + 3)];
}

/**
 * The byte arrays of a result: itself, or those that an object has, in the order of their names.
 */
export function arraysOf(result: unknown): Uint8Array[] {
  if (result instanceof Uint8Array) return [result];
  if (typeof result !== 'object' || result === null) return [];
  const entries = Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.flatMap(([, value]) => (value instanceof Uint8Array ? [value] : []));
}

/** A result as text, by which two are compared. */
export function textOf(result: unknown): string {
  return result === undefined || typeof result === 'boolean'
    ? String(result)
    : arraysOf(result).map(toHex).join(' ');
}
