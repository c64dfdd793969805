import { cryptoProviderCompliance } from '@ruvector/core/testing';
import { createCryptoProvider } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { Replaying } from './replaying.js';
import { SEED } from './seed.js';

const noble = await createCryptoProvider('noble', { pq: true });
const webcrypto = await createCryptoProvider('webcrypto', { pq: true });
const { mlDsa65, mlKem768 } = webcrypto.fallbacks;
const [hasMlDsa, hasMlKem] = [mlDsa65 === undefined, mlKem768 === undefined];

// what this platform has not is noble's, which passes elsewhere and takes its time
const replaying = new Replaying();
cryptoProviderCompliance(
  replaying.runner({ describe, it }),
  'the async face of webcrypto, with lattices',
  {
    ...{ sha256: false, hkdfSha256: false, ed25519: false, x25519: false, aes256gcm: false },
    ...{ mlDsa65: hasMlDsa, compositeSignature: hasMlDsa },
    ...{ mlKem768: hasMlKem, xwing: hasMlKem },
  },
  replaying.provider('webcrypto', webcrypto.async),
  { reference: replaying.remembering(noble), seed: SEED },
);

describe('the provider webcrypto with the full surface', () => {
  it('has the functions of noble', () => {
    expect(webcrypto.name).toBe('webcrypto');
    expect(webcrypto.xwing).toBe(noble.xwing);
    expect(webcrypto.ed25519).toBe(noble.ed25519);
  });

  it('is made once', async () => {
    expect(await createCryptoProvider('webcrypto', { pq: true })).toBe(webcrypto);
  });

  it('keeps the classical promises', async () => {
    const { async: classical } = await createCryptoProvider('webcrypto');
    expect(webcrypto.async).toMatchObject(classical);
  });

  it('lets noble open and verify what it seals and signs, and the other way round', async () => {
    const own = webcrypto.async;
    const [signer, receiver] = [await own.compositeSignature.keygen(), await own.xwing.keygen()];
    const message = new Uint8Array(100).fill(7);
    const signature = await own.compositeSignature.sign(message, signer.secretKey);
    const signed = noble.compositeSignature.sign(message, signer.secretKey);
    const { verify } = own.compositeSignature;
    expect(noble.compositeSignature.verify(signature, message, signer.publicKey)).toBe(true);
    expect(await verify(signed, message, signer.publicKey)).toBe(true);
    expect(await verify(signed, message.fill(8), signer.publicKey)).toBe(false);
    const [made, sent] = [
      await own.xwing.encapsulate(receiver.publicKey),
      noble.xwing.encapsulate(receiver.publicKey),
    ];
    const opened = noble.xwing.decapsulate(made.ciphertext, receiver.secretKey);
    expect(opened).toEqual(made.sharedSecret);
    const received = await own.xwing.decapsulate(sent.ciphertext, receiver.secretKey);
    expect(received).toEqual(sent.sharedSecret);
  });
});
