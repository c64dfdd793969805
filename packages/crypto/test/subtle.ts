import { ed25519 as curve } from '@noble/curves/ed25519.js';

/** The methods of WebCrypto that a provider calls. */
export type Subtle = Pick<
  SubtleCrypto,
  'digest' | 'sign' | 'verify' | 'deriveBits' | 'encrypt' | 'decrypt' | 'importKey' | 'exportKey'
>;

/** A platform's WebCrypto with some methods of another kind. */
export function altered(subtle: SubtleCrypto, over: Partial<Subtle>): SubtleCrypto {
  return new Proxy(subtle, {
    get: (target, name) => {
      const own: unknown = Reflect.get(target, name);
      const method = (over as Record<PropertyKey, unknown>)[name] ?? own;
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}

/** Verifies Ed25519 as RFC 8032 allows and this project does not: with cofactor. */
export function withCofactor(subtle: SubtleCrypto): Partial<Subtle> {
  const publicKeys = new WeakMap<CryptoKey, Uint8Array>();
  const importKey = async (...args: Parameters<Subtle['importKey']>) => {
    const bytes = (args[1] as Uint8Array).slice();
    const key = await subtle.importKey(...args);
    publicKeys.set(key, bytes);
    return key;
  };
  return {
    importKey: importKey as Subtle['importKey'],
    verify: async (_, key, signature, message) => {
      const [s, m] = [signature as Uint8Array, message as Uint8Array];
      return curve.verify(s, m, publicKeys.get(key)!, { zip215: true });
    },
  };
}
