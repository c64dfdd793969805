import { concatBytes, fromHex } from '@ruvector/core';
import { bytesKey } from '../bytes-key.js';
import { LruMap } from '../lru-map.js';
import { SecretForms } from '../pq/secret-forms.js';
import { onCopies } from './own-copies.js';

/** Imported public keys of one algorithm that are kept ready. */
const WEB_PUBLIC_KEYS_MAX = 1024;

interface Encoding {
  /** What WebCrypto calls it; newer names are unknown to the types. */
  readonly format: string;
  readonly usages: readonly string[];
}

/** How the keys of one algorithm come in. */
export interface KeyKind {
  readonly algorithm: string;
  /** `prefix`: what stands before the bytes, in hexadecimal. */
  readonly secret: Encoding & { readonly prefix?: string };
  readonly public?: Encoding;
}

/** What newer platforms have and the types do not. */
interface WithPublicKeys {
  getPublicKey?(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
}

/** Turns raw keys of one algorithm into keys of WebCrypto, and keeps them ready. */
export class WebKeys {
  readonly #subtle: SubtleCrypto;
  readonly #kind: KeyKind;
  readonly #publicKeys = new LruMap<string, Promise<CryptoKey>>(WEB_PUBLIC_KEYS_MAX);
  /** Found by the array that holds the key, so that no key outlives its owner here. */
  readonly #secretKeys: SecretForms<Promise<CryptoKey>>;

  constructor(subtle: SubtleCrypto, kind: KeyKind) {
    this.#subtle = subtle;
    this.#kind = kind;
    const prefix = fromHex(kind.secret.prefix ?? '');
    this.#secretKeys = new SecretForms(
      (bytes) => this.#import(kind.secret, concatBytes(prefix, bytes)),
      () => undefined, // the platform erases a key that is collected
    );
  }

  /** @param bytes - read at once. */
  secretKey(bytes: Uint8Array): Promise<CryptoKey> {
    return this.#secretKeys.get(bytes);
  }

  /** @param bytes - read at once. The promise rejects for what the platform takes for no key. */
  publicKey(bytes: Uint8Array): Promise<CryptoKey> {
    const id = bytesKey(bytes);
    let key = this.#publicKeys.get(id);
    if (key === undefined) {
      key = this.#import(this.#kind.public!, bytes);
      this.#publicKeys.set(id, key);
    }
    return key;
  }

  /**
   * The public key that belongs to a secret one, on platforms that tell: older ones would have to
   * export the secret key, which none here can be.
   */
  async publicKeyOf(secretKey: Uint8Array): Promise<Uint8Array> {
    const { format, usages } = this.#kind.public!;
    const subtle = this.#subtle as SubtleCrypto & Required<WithPublicKeys>;
    const publicKey = await subtle.getPublicKey(await this.secretKey(secretKey), usages);
    return new Uint8Array((await subtle.exportKey(format as 'raw', publicKey)) as ArrayBuffer);
  }

  #import({ format, usages }: Encoding, bytes: Uint8Array): Promise<CryptoKey> {
    return onCopies([bytes], (copy) =>
      this.#subtle.importKey(
        format as 'raw',
        copy,
        this.#kind.algorithm,
        false, // no key can be exported again
        usages as KeyUsage[],
      ),
    );
  }
}
