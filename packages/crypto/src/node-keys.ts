import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { fromBase64Url, toBase64Url } from '@ruvector/core';
import type { KeyPair } from '@ruvector/core';
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

  /** A new pair, ready for use: quicker than importing bytes that were drawn, if keys are raw. */
  draw(): KeyPair | undefined {
    if (!this.#raw) return undefined;
    const { privateKey, publicKey } = generateKeyPairSync(
      this.#curve.toLowerCase() as Lowercase<Curve> as 'x25519',
    );
    const secretKey = rawBytes(privateKey, 'private');
    this.#secretKeys.keep(secretKey, privateKey);
    return { secretKey, publicKey: rawBytes(publicKey, 'public') };
  }

  /** The public key that belongs to a secret one. */
  publicKeyOf(secretKey: Uint8Array): Uint8Array {
    const jwk = createPublicKey(this.secretKey(secretKey)).export({ format: 'jwk' });
    return fromBase64Url(jwk.x!);
  }
}

/** Newer versions of Node read and write raw keys; older ones read JWK ten times as fast as DER. */
export function importsRawKeys(): boolean {
  try {
    return rawBytes(importSecretKey('Ed25519', new Uint8Array(32), true), 'private').length === 32;
  } catch {
    return false;
  }
}

/** Where raw import is missing, x is required but not looked at. */
const NO_PUBLIC_KEY = /* @__PURE__ */ 'A'.repeat(43);

/** What stands before the bytes of a public key in SubjectPublicKeyInfo (RFC 8410), as base64. */
const SPKI = { Ed25519: 'MCowBQYDK2VwAyEA', X25519: 'MCowBQYDK2VuAyEA' } as const;

function importSecretKey(crv: Curve, bytes: Uint8Array, raw: boolean): KeyObject {
  const input = raw
    ? { key: bytes, format: 'raw-private', asymmetricKeyType: crv.toLowerCase() }
    : { key: { kty: 'OKP', crv, x: NO_PUBLIC_KEY, d: toBase64Url(bytes) }, format: 'jwk' };
  return createPrivateKey(input as unknown as SecretInput); // the types know no raw format yet
}

/**
 * Where there are raw keys, PEM is read quickest: Node 24 finds out what an object is by errors
 * that it throws and catches, which takes longer than the import, and a text is none. Node 26 does
 * not and reads raw keys in 3 µs, PEM in 11; on 24 these are 20 and 10.
 */
function importPublicKey(crv: Curve, bytes: Uint8Array, raw: boolean): KeyObject {
  if (!raw) {
    const key = { kty: 'OKP', crv, x: toBase64Url(bytes) };
    return createPublicKey({ key, format: 'jwk' } as unknown as PublicInput);
  }
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return createPublicKey(toPem(SPKI[crv] + base64));
}

/** As `createPublicKey` takes a public key: from the base64 of its SubjectPublicKeyInfo. */
export function toPem(base64: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}

/** The bytes of a key alone, where this Node writes them, in memory of their own. */
export function rawBytes(key: KeyObject, what: 'public' | 'private' | 'seed'): Uint8Array {
  const format = `raw-${what}`;
  const exported = key.export({ format } as unknown as { format: 'der'; type: 'spki' });
  const bytes = Uint8Array.from(exported);
  exported.fill(0);
  return bytes;
}
