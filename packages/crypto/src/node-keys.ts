import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { fromBase64Url, toBase64Url } from '@ruvector/core';
import { bytesKey } from './bytes-key.js';
import { LruMap } from './lru-map.js';
import { SecretKeyObjects } from './secret-key-objects.js';

export type Curve = 'Ed25519' | 'X25519';

/** Public keys kept ready for one curve; importing one again costs some microseconds. */
const PUBLIC_KEY_OBJECTS_MAX = 4096;

type SecretInput = Parameters<typeof createPrivateKey>[0];
type PublicInput = Parameters<typeof createPublicKey>[0];

/** Turns raw keys of one curve into the platform's key objects, and keeps them ready. */
export class NodeKeys {
  readonly #curve: Curve;
  readonly #raw: boolean;
  readonly #publicKeys = new LruMap<string, KeyObject>(PUBLIC_KEY_OBJECTS_MAX);
  readonly #secretKeys: SecretKeyObjects;

  /** @param raw - whether this Node imports raw keys: see `importsRawKeys`. */
  constructor(curve: Curve, raw: boolean) {
    this.#curve = curve;
    this.#raw = raw;
    this.#secretKeys = new SecretKeyObjects((key) => importSecretKey(curve, key, raw));
  }

  secretKey(bytes: Uint8Array): KeyObject {
    return this.#secretKeys.get(bytes);
  }

  publicKey(bytes: Uint8Array): KeyObject {
    const id = bytesKey(bytes);
    let object = this.#publicKeys.get(id);
    if (object === undefined) {
      object = importPublicKey(this.#curve, bytes, this.#raw);
      this.#publicKeys.set(id, object);
    }
    return object;
  }

  /** The public key that belongs to a secret one. */
  publicKeyOf(secretKey: Uint8Array): Uint8Array {
    const jwk = createPublicKey(this.secretKey(secretKey)).export({ format: 'jwk' });
    return fromBase64Url(jwk.x!);
  }
}

/** Newer versions of Node read raw keys; older ones read JWK ten times faster than DER. */
export function importsRawKeys(): boolean {
  try {
    importSecretKey('Ed25519', new Uint8Array(32), true);
    return true;
  } catch {
    return false;
  }
}

/** Where raw import is missing, x is required but not looked at. */
const NO_PUBLIC_KEY = 'A'.repeat(43);

function importSecretKey(crv: Curve, bytes: Uint8Array, raw: boolean): KeyObject {
  const input = raw
    ? { key: bytes, format: 'raw-private', asymmetricKeyType: crv.toLowerCase() }
    : { key: { kty: 'OKP', crv, x: NO_PUBLIC_KEY, d: toBase64Url(bytes) }, format: 'jwk' };
  return createPrivateKey(input as unknown as SecretInput); // the types know no raw format yet
}

function importPublicKey(crv: Curve, bytes: Uint8Array, raw: boolean): KeyObject {
  const input = raw
    ? { key: bytes, format: 'raw-public', asymmetricKeyType: crv.toLowerCase() }
    : { key: { kty: 'OKP', crv, x: toBase64Url(bytes) }, format: 'jwk' };
  return createPublicKey(input as unknown as PublicInput);
}
