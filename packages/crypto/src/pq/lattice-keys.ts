import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { concatBytes, fromHex } from '@ruvector/core';
import type { KeyPair } from '@ruvector/core';
import { LruMap } from '../lru-map.js';
import { rawBytes, toPem } from '../node-keys.js';
import { SecretForms } from './secret-forms.js';

/** Public keys of one kind that are kept ready; importing one again costs some ten microseconds. */
const LATTICE_PUBLIC_KEYS_MAX = 1024;

/**
 * What stands before a seed in PKCS #8, and before a public key in SubjectPublicKeyInfo (RFC 9881
 * and RFC 9935). DER, and PEM of it, because every version of Node with these algorithms reads
 * them; raw keys came later. Where there are those, they are written ten times as quickly as DER.
 */
const DER = {
  'ML-DSA-65': {
    seed: '3034020100300b060960864801650304031204228020',
    publicKey: '308207b2300b0609608648016503040312038207a100',
  },
  'ML-KEM-768': {
    seed: '3054020100300b060960864801650304040204428040',
    publicKey: '308204b2300b0609608648016503040402038204a100',
  },
} as const;

export type Lattice = keyof typeof DER;

/** Turns seeds and raw public keys into the platform's key objects, and keeps them ready. */
export class LatticeKeys {
  readonly #lattice: Lattice;
  /** Whether this Node reads and writes bare keys. */
  readonly #isRaw: boolean;
  readonly #publicPrefix: Uint8Array;
  readonly #publicKeys = new LruMap<string, KeyObject>(LATTICE_PUBLIC_KEYS_MAX);
  readonly #secretKeys: SecretForms<KeyObject>;

  constructor(lattice: Lattice, isRaw: boolean) {
    this.#lattice = lattice;
    this.#isRaw = isRaw;
    this.#publicPrefix = fromHex(DER[lattice].publicKey);
    const seedPrefix = fromHex(DER[lattice].seed);
    this.#secretKeys = new SecretForms(
      (seed) => importSecretKey(seedPrefix, seed),
      () => undefined, // the platform erases a key object that is collected
    );
  }

  /** Whether this version of Node knows both algorithms. */
  static exist(): boolean {
    try {
      new LatticeKeys('ML-DSA-65', false).secretKey(new Uint8Array(32));
      new LatticeKeys('ML-KEM-768', false).secretKey(new Uint8Array(64));
      return true;
    } catch {
      return false;
    }
  }

  /** Whether it also reads and writes keys without anything around them. */
  static areRaw(): boolean {
    try {
      const key = new LatticeKeys('ML-KEM-768', false).secretKey(new Uint8Array(64));
      return rawBytes(key, 'seed').length === 64;
    } catch {
      return false;
    }
  }

  secretKey(seed: Uint8Array): KeyObject {
    return this.#secretKeys.get(seed);
  }

  publicKey(bytes: Uint8Array): KeyObject {
    const id = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    let object = this.#publicKeys.get(id);
    if (object === undefined) {
      const der = Buffer.from(concatBytes(this.#publicPrefix, bytes).buffer);
      object = createPublicKey(toPem(der.toString('base64')));
      this.#publicKeys.set(id, object);
    }
    return object;
  }

  /** The public key that belongs to a seed. */
  publicKeyOf(seed: Uint8Array): Uint8Array {
    return this.#publicBytes(createPublicKey(this.secretKey(seed)));
  }

  /** A new pair, ready for use: quicker than importing a seed that was drawn. */
  draw(): KeyPair | undefined {
    if (!this.#isRaw) return undefined;
    const pair = generateKeyPairSync(this.#lattice.toLowerCase() as 'x25519');
    const secretKey = rawBytes(pair.privateKey, 'seed');
    this.#secretKeys.keep(secretKey, pair.privateKey);
    return { secretKey, publicKey: this.#publicBytes(pair.publicKey) };
  }

  #publicBytes(key: KeyObject): Uint8Array {
    if (this.#isRaw) return rawBytes(key, 'public');
    const der = key.export({ format: 'der', type: 'spki' });
    return new Uint8Array(der.subarray(this.#publicPrefix.length));
  }
}

function importSecretKey(prefix: Uint8Array, seed: Uint8Array): KeyObject {
  const key = Buffer.from(concatBytes(prefix, seed).buffer);
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } finally {
    key.fill(0);
  }
}
