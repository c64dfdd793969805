import { isEdgeError } from '@ruvector/core';
import {
  availableProviders,
  createCryptoProvider,
  defaultProvider,
  defaultProviderFallback,
  defaultProviderName,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { choose } from '../src/default-provider.js';
import { nobleBackend } from '../src/noble-backend.js';
import { createNativeBackend } from '../src/native-backend.js';
import { createNativeBackend as browserBackend } from '../src/native-backend.browser.js';

const native = { ...nobleBackend, name: 'native' };

describe('the default provider', () => {
  it('in Node is the platform, with nothing to explain', () => {
    expect(defaultProviderName()).toBe('node');
    expect(defaultProviderFallback()).toBeUndefined();
    expect(availableProviders()).toEqual(['node', 'noble', 'webcrypto']);
    expect(defaultProvider()).toBe(defaultProvider());
  });

  it('is the native one if it passes the self-test', () => {
    expect(choose(() => native)).toMatchObject({ native: { name: 'native' } });
    expect(choose(createNativeBackend)).toMatchObject({ native: { name: 'node' } });
  });

  it('falls back to noble, and says why, without a native one', () => {
    expect(choose(browserBackend)).toMatchObject({
      noble: { name: 'noble' },
      reason: 'this platform has no synchronous crypto of its own',
    });
  });

  it('falls back to noble, and says why, if the native one does not load', () => {
    const choice = choose(() => {
      throw new Error('no such module');
    });
    expect(choice.native).toBeUndefined();
    expect(choice.reason).toMatch(/no such module/);
  });

  it.each([
    ['SHA-256', { sha256: () => new Uint8Array(32) }],
    ['Ed25519', { ed25519Sign: () => new Uint8Array(64) }],
    ['Ed25519', { ed25519Verify: () => true }],
    ['Ed25519', { ed25519Verify: () => false }],
    ['X25519', { x25519SharedSecret: () => new Uint8Array(32).fill(1) }],
    ['X25519', { x25519PublicKey: () => new Uint8Array(32).fill(1) }],
    ['AES-256-GCM', { gcmOpenJoined: (_k: unknown, _n: unknown, s: Uint8Array) => s }],
    ['AES-256-GCM', { gcmSealJoined: () => new Uint8Array(76) }],
    ['AES-256-GCM', { gcmOpenJoined: () => undefined }],
  ])('falls back to noble if the native %s is wrong', (primitive, sabotage) => {
    const choice = choose(() => ({ ...native, ...sabotage }));
    expect(choice.native).toBeUndefined();
    expect(choice.reason).toContain(primitive);
  });
});

describe('createCryptoProvider', () => {
  it('refuses an option that it does not know', async () => {
    const options = { pqq: true } as { pq?: boolean };
    await expect(createCryptoProvider('noble', options)).rejects.toThrow(/must have only pq/);
  });

  it.each(availableProviders())('makes %s', async (name) => {
    expect((await createCryptoProvider(name)).name).toBe(name);
  });

  it.each(['WebCrypto', 'Node', '', 'toString'])('rejects %j as unsupported', async (name) => {
    const error: unknown = await createCryptoProvider(name).catch((e: unknown) => e);
    expect(isEdgeError(error, 'ERR_CRYPTO_UNSUPPORTED')).toBe(true);
    expect((error as Error).message).toContain('node, noble, webcrypto');
  });

  it.each(availableProviders())('makes %s with the full surface for pq: true', async (name) => {
    const provider = await createCryptoProvider(name, { pq: true });
    expect(provider.name).toBe(name);
    expect(provider.xwing.keygen().publicKey).toHaveLength(1216);
    expect(await createCryptoProvider(name, { pq: true })).toBe(provider);
  });

  it('leaves the post-quantum primitives out for pq: false', async () => {
    expect(await createCryptoProvider('noble', { pq: false })).not.toHaveProperty('xwing');
  });

  it('refuses a pq that is neither true nor false', async () => {
    const options = { pq: 'false' } as unknown as { pq: boolean };
    await expect(createCryptoProvider('noble', options)).rejects.toThrow(/options.pq must be true/);
  });

  it('rejects a name that is no text with a TypeError', async () => {
    await expect(createCryptoProvider(7 as unknown as string)).rejects.toThrow(TypeError);
  });
});
