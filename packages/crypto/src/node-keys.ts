import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { equalBytes, fromBase64Url, toBase64Url } from '@ruvector/core';
import { bytesKey } from './bytes-key.js';
import { LruMap } from './lru-map.js';

export type Curve = 'Ed25519' | 'X25519';

/** Public keys kept ready for one curve; importing one again costs some microseconds. */
export const PUBLIC_KEY_OBJECTS_MAX = 4096;

type SecretInput = Parameters<typeof createPrivateKey>[0];
type PublicInput = Parameters<typeof createPublicKey>[0];

/**
 * Turns raw keys of one curve into the platform's key objects and keeps them.
 *
 * Public keys stay in a bounded map. A secret key's object lives exactly as long as the array that
 * holds the key: dropping the array drops the object too, so nothing outlives `destroy()`. The
 * array's content is compared on every use, because its owner may have overwritten it.
 */
export class NodeKeys {
  readonly #curve: Curve;
  readonly #raw: boolean;
  readonly #publicKeys = new LruMap<string, KeyObject>(PUBLIC_KEY_OBJECTS_MAX);
  readonly #secretKeys = new WeakMap<Uint8Array, { copy: Uint8Array; object: KeyObject }>();

  /** @param raw - whether this Node imports raw keys: see `importsRawKeys`. */
  constructor(curve: Curve, raw: boolean) {
    this.#curve = curve;
    this.#raw = raw;
  }

  secretKey(bytes: Uint8Array): KeyObject {
    const known = this.#secretKeys.get(bytes);
    if (known !== undefined && equalBytes(known.copy, bytes)) return known.object;
    const object = importSecretKey(this.#curve, bytes, this.#raw);
    known?.copy.fill(0);
    this.#secretKeys.set(bytes, { copy: bytes.slice(), object });
    return object;
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

const NO_PUBLIC_KEY = 'A'.repeat(43); // where raw import is missing, x is required but not looked at

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
