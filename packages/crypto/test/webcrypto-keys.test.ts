import { createCryptoProvider } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { createAsyncPrimitives } from '../src/webcrypto/async-provider.js';
import { createWebBackend } from '../src/webcrypto/web-backend.js';
import { altered, type Subtle } from './subtle.js';

const noble = await createCryptoProvider('noble', { pq: true });
const { subtle } = globalThis.crypto;
const bytes = (n: number) => new Uint8Array(32).fill(n);

/** Promises of their own, and all that they import. */
function watched() {
  const imports: Parameters<Subtle['importKey']>[] = [];
  const importKey = (async (...args: Parameters<Subtle['importKey']>) => {
    imports.push(args);
    return subtle.importKey(...args);
  }) as Subtle['importKey'];
  const exportKey = (async () => {
    throw new Error('nothing may be exported');
  }) as Subtle['exportKey'];
  const backend = createWebBackend(altered(subtle, { importKey, exportKey }));
  return { imports, ...createAsyncPrimitives(backend) };
}

describe('keys of WebCrypto', () => {
  it('cannot be exported, whatever they are for', async () => {
    const { imports, ed25519, x25519, aes256gcm } = watched();
    const signature = await ed25519.sign(bytes(1), bytes(2));
    await ed25519.verify(signature, bytes(1), await ed25519.getPublicKey(bytes(2)));
    await x25519.getSharedSecret(bytes(3), await x25519.getPublicKey(bytes(4)));
    await aes256gcm.seal(bytes(5), new Uint8Array(12), bytes(6));
    const kinds = imports.map(([format, , algorithm]) => `${format} ${JSON.stringify(algorithm)}`);
    expect(new Set(kinds)).toEqual(
      new Set(['pkcs8 "Ed25519"', 'raw "Ed25519"', 'pkcs8 "X25519"', 'raw "X25519"']).add(
        'raw "AES-GCM"',
      ),
    );
    expect(imports.every(([, , , extractable]) => extractable === false)).toBe(true);
  });

  it('leave no copy behind of what they were made of', async () => {
    const { imports, ed25519, aes256gcm } = watched();
    await ed25519.sign(bytes(1), bytes(2));
    await aes256gcm.seal(bytes(5), new Uint8Array(12), bytes(6));
    expect(imports).toHaveLength(2);
    for (const [, copy] of imports)
      expect((copy as unknown as Uint8Array).every((byte) => byte === 0)).toBe(true);
  });

  it('are imported once for an array, and again when its owner has overwritten it', async () => {
    const { imports, ed25519 } = watched();
    const secretKey = bytes(1);
    await Promise.all([ed25519.sign(bytes(9), secretKey), ed25519.sign(bytes(8), secretKey)]);
    expect(imports).toHaveLength(1);
    secretKey.fill(2);
    const signature = await ed25519.sign(bytes(9), secretKey);
    expect(signature).toEqual(noble.ed25519.sign(bytes(9), bytes(2)));
    expect(imports).toHaveLength(2);
  });

  it('that are secret have an array each, so that none outlives its owner', async () => {
    const { imports, aes256gcm } = watched();
    for (let n = 0; n < 3; n++) await aes256gcm.seal(bytes(1), new Uint8Array(12), bytes(n));
    expect(imports).toHaveLength(3);
  });

  it('that are public are found by their bytes, the 1,024 that were used last', async () => {
    const { imports, x25519 } = watched();
    const secretKey = bytes(1);
    const agree = (n: number) => {
      const publicKey = new Uint8Array(32);
      publicKey.set([9, n & 255, n >> 8]);
      return x25519.getSharedSecret(secretKey, publicKey);
    };
    const first = await agree(0);
    expect(await agree(0)).toEqual(first);
    expect(imports).toHaveLength(2);
    for (let n = 1; n < 1024; n++) await agree(n);
    await agree(0); // is still there
    expect(imports).toHaveLength(1 + 1024);
    await agree(1024); // in place of 1
    await agree(0);
    expect(imports).toHaveLength(1 + 1025);
    await agree(1);
    expect(imports).toHaveLength(1 + 1026);
  });
});

describe('promises of WebCrypto', () => {
  it('are about what arrays held during the call, whatever becomes of them, key cached or not', async () => {
    const { ed25519, aes256gcm } = watched();
    const [key, nonce, text] = [bytes(1), new Uint8Array(12), bytes(2)];
    for (let round = 0; round < 2; round++) {
      const sealing = aes256gcm.seal(key, nonce, text, text);
      const signing = ed25519.sign(text, key);
      for (const array of [key, nonce, text]) array.fill(0xff);
      const expected = noble.aes256gcm.seal(bytes(1), new Uint8Array(12), bytes(2), bytes(2));
      expect(await sealing).toEqual(expected);
      expect(await signing).toEqual(noble.ed25519.sign(bytes(2), bytes(1)));
      [key, nonce, text].forEach((array, i) => array.fill([1, 0, 2][i]!));
    }
  });

  it('take bytes in memory that threads share', async () => {
    const { sha256 } = watched();
    const shared = new Uint8Array(new SharedArrayBuffer(5));
    expect(await sha256(shared)).toEqual(noble.sha256(new Uint8Array(5)));
  });

  it('answer many calls at once, each with its own', async () => {
    const { aes256gcm } = watched();
    const nonce = (n: number) => new Uint8Array(12).fill(n);
    const all = Array.from({ length: 100 }, (_, n) => n);
    const key = bytes(1);
    const sealed = await Promise.all(all.map((n) => aes256gcm.seal(key, nonce(n), bytes(n))));
    expect(sealed).toEqual(all.map((n) => noble.aes256gcm.seal(key, nonce(n), bytes(n))));
    const opened = await Promise.all(sealed.map((s, n) => aes256gcm.open(key, nonce(n), s)));
    expect(opened).toEqual(all.map(bytes));
  });
});
