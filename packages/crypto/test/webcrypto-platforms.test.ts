import { isEdgeError } from '@ruvector/core';
import { availableProviders, createCryptoProvider } from '@ruvector/crypto';
import { describe, expect, it, vi } from 'vitest';
import { chooseWebLattices } from '../src/pq/webcrypto-post-quantum.js';
import { chooseWebCrypto, webCryptoProvider } from '../src/webcrypto/webcrypto-provider.js';
import { altered, withCofactor, type Subtle } from './subtle.js';

const noble = await createCryptoProvider('noble', { pq: true });
const { subtle } = globalThis.crypto;
const zeros = (length: number) => async () => new ArrayBuffer(length);

/** What goes wrong on a platform, and which primitive is noble's then. */
const BROKEN: [string, keyof typeof NAMES, Partial<Subtle>][] = [
  ['hashes to zeros', 'sha256', { digest: zeros(32) }],
  ['signs with zeros', 'ed25519', { sign: zeros(64) }],
  ['takes every signature', 'ed25519', { verify: async () => true }],
  ['takes no signature', 'ed25519', { verify: async () => false }],
  ['verifies with cofactor', 'ed25519', withCofactor(subtle)],
  ['agrees on zeros', 'x25519', { deriveBits: zeros(32) }],
  ['seals to zeros', 'aes256gcm', { encrypt: zeros(76) }],
  ['opens everything', 'aes256gcm', { decrypt: zeros(60) }],
];
const NAMES = {
  sha256: 'SHA-256',
  ed25519: 'Ed25519',
  x25519: 'X25519',
  aes256gcm: 'AES-256-GCM',
} as const;

describe('on a platform that', () => {
  it.each(BROKEN)('%s, %s is noble’s, and it says why', async (_, primitive, flaw) => {
    const provider = await chooseWebCrypto(noble, altered(subtle, flaw));
    expect(Object.keys(provider.fallbacks)).toEqual([primitive]);
    expect(provider.fallbacks[primitive]).toMatch(`${NAMES[primitive]} `);
    const [a, b] = [await provider.async.ed25519.keygen(), await provider.async.x25519.keygen()];
    expect(a.publicKey).toEqual(noble.ed25519.getPublicKey(a.secretKey));
    expect(b.publicKey).toEqual(noble.x25519.getPublicKey(b.secretKey));
    const [key, nonce, text] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(50)];
    const sealed = await provider.async.aes256gcm.seal(key, nonce, text);
    expect(sealed).toEqual(noble.aes256gcm.seal(key, nonce, text));
    expect(await provider.async.aes256gcm.open(key, nonce, sealed)).toEqual(text);
    expect(await provider.async.sha256(text)).toEqual(noble.sha256(text));
    const signature = await provider.async.ed25519.sign(text, a.secretKey);
    expect(await provider.async.ed25519.verify(signature, text, a.publicKey)).toBe(true);
  });

  it('knows AES alone, the curves are noble’s', async () => {
    const importKey = (async (...args: Parameters<Subtle['importKey']>) => {
      if (args[2] !== 'AES-GCM') throw new Error('unknown algorithm');
      return subtle.importKey(...args);
    }) as Subtle['importKey'];
    const { fallbacks } = await chooseWebCrypto(noble, altered(subtle, { importKey }));
    expect(fallbacks).toEqual({
      ed25519: 'Ed25519 failed in the self-test: Error: unknown algorithm',
      x25519: 'X25519 failed in the self-test: Error: unknown algorithm',
    });
  });

  it('has no lattices, they are noble’s, and it says why', async () => {
    const importKey: Subtle['importKey'] = async () => {
      throw new Error('unknown algorithm');
    };
    const web = await createCryptoProvider('webcrypto');
    const provider = await chooseWebLattices(web, noble, altered(subtle, { importKey }));
    expect(provider.fallbacks).toEqual({
      mlDsa65: 'ML-DSA-65 failed in the self-test: Error: unknown algorithm',
      mlKem768: 'ML-KEM-768 failed in the self-test: Error: unknown algorithm',
    });
    const { secretKey, publicKey } = await provider.async.xwing.keygen(new Uint8Array(32));
    const { ciphertext, sharedSecret } = await provider.async.xwing.encapsulate(publicKey);
    expect(await provider.async.xwing.decapsulate(ciphertext, secretKey)).toEqual(sharedSecret);
    const signed = await provider.async.compositeSignature.sign(ciphertext, new Uint8Array(64));
    const signer = noble.compositeSignature.keygen(new Uint8Array(64));
    expect(noble.compositeSignature.verify(signed, ciphertext, signer.publicKey)).toBe(true);
  });

  // where there are no lattices at all these say no more than the test before
  it.each([
    ['signs with zeros', 'mlDsa65', { sign: zeros(3309) }],
    ['takes every signature', 'mlDsa65', { verify: async () => true }],
    ['takes no signature', 'mlDsa65', { verify: async () => false }],
    ['decapsulates zeros', 'mlKem768', { decapsulateBits: zeros(32) }],
    [
      'encapsulates zeros',
      'mlKem768',
      {
        encapsulateBits: async () => ({
          ciphertext: new ArrayBuffer(1088),
          sharedKey: new ArrayBuffer(32),
        }),
      },
    ],
  ] as [string, 'mlDsa65' | 'mlKem768', Partial<Subtle>][])(
    '%s, %s of its lattices is noble’s',
    async (_, primitive, flaw) => {
      const web = await createCryptoProvider('webcrypto');
      const provider = await chooseWebLattices(web, noble, altered(subtle, flaw));
      expect(provider.fallbacks[primitive]).toContain('in the self-test');
    },
  );

  it('has no crypto.subtle, as pages that are not secure, there is no such provider', async () => {
    const error: unknown = await webCryptoProvider(noble, false, {}).catch((e: unknown) => e);
    expect(isEdgeError(error, 'ERR_CRYPTO_UNSUPPORTED')).toBe(true);
    expect(String(error)).toContain('secure context');
    vi.stubGlobal('crypto', {});
    const names = availableProviders();
    vi.unstubAllGlobals();
    expect(names).not.toContain('webcrypto');
    expect(availableProviders()).toContain('webcrypto');
  });
});
