import { deepStrictEqual, ok } from 'node:assert';
import * as bare from 'node:crypto';
import { gcm } from '@noble/ciphers/aes.js';
import { ed25519 as noble } from '@noble/curves/ed25519.js';
import { aes256gcm, defaultProviderName, ed25519 } from '@ruvector/crypto';
import { toHex } from '@ruvector/core';
import { bench, type Bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';
import { original } from './original.js';

const rust = await original();

async function signatures(messageBytes: number, { compare }: Pick<Bench<object>, 'compare'>) {
  const { secretKey, publicKey } = ed25519.keygen(randomBytes(32));
  const text = toHex(randomBytes(messageBytes / 2)); // the original verifies strings
  const message = new TextEncoder().encode(text);
  const signature = ed25519.sign(message, secretKey);
  const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(publicKey) };
  const key = { ...jwk, d: base64url(secretKey) };
  const privateKey = bare.createPrivateKey({ key, format: 'jwk' });
  const verifyKey = bare.createPublicKey({ key: jwk, format: 'jwk' });
  deepStrictEqual(new Uint8Array(bare.sign(null, message, privateKey)), signature);
  deepStrictEqual(noble.sign(message, secretKey), signature);
  const theirs = rust && new rust.WasmIdentity();
  const [theirKey, theirs64] = [theirs?.publicKeyHex() ?? '', theirs?.signBytes(message) ?? ''];
  if (rust) ok(rust.WasmIdentity.verify(theirKey, text, theirs64));
  await compare(
    `Ed25519 sign, ${messageBytes} B`,
    {
      here: () => ed25519.sign(message, secretKey),
      'node:crypto': () => bare.sign(null, message, privateKey),
      noble: () => noble.sign(message, secretKey),
      original: theirs && (() => theirs.signBytes(message)),
    },
    {
      goals: [
        { ratio: '>= 0.95', against: 'node:crypto' },
        { ratio: '>= 1.2', against: 'original' },
      ],
    },
  );
  await compare(
    `Ed25519 verify, ${messageBytes} B`,
    {
      here: () => ed25519.verify(signature, message, publicKey),
      'node:crypto': () => bare.verify(null, message, verifyKey, signature),
      noble: () => noble.verify(signature, message, publicKey),
      original: rust && (() => rust.WasmIdentity.verify(theirKey, text, theirs64)),
    },
    { goals: [{ ratio: '>= 0.9', against: 'node:crypto' }] },
  );
}

async function seals({ compare }: Pick<Bench<object>, 'compare'>) {
  const [key, nonce, aad] = [randomBytes(32), randomBytes(12), randomBytes(132)];
  const [keyObject, keyHex] = [bare.createSecretKey(key), toHex(key)];
  for (const [bytes, ofBare, ofOriginal] of [
    [1024, '>= 0.8', '>= 9'],
    [65_536, '>= 0.95', '>= 60'],
  ] as const) {
    const plaintext = randomBytes(bytes);
    const bareSeal = () => {
      const cipher = bare.createCipheriv('aes-256-gcm', keyObject, nonce, { authTagLength: 16 });
      cipher.setAAD(aad);
      const ciphertext = cipher.update(plaintext);
      cipher.final();
      return Buffer.concat([ciphertext, cipher.getAuthTag()]);
    };
    deepStrictEqual(new Uint8Array(bareSeal()), aes256gcm.seal(key, nonce, plaintext, aad));
    await compare(
      `AES-256-GCM seal, ${bytes} B`,
      {
        here: () => aes256gcm.seal(key, nonce, plaintext, aad),
        'node:crypto': bareSeal,
        noble: () => gcm(key, nonce, aad).encrypt(plaintext),
        original: rust && (() => rust.WasmCrypto.encrypt(plaintext, keyHex)),
      },
      {
        goals: [
          { ratio: ofBare, against: 'node:crypto' },
          { ratio: ofOriginal, against: 'original' },
        ],
      },
    );
  }
}

/** Without joining ciphertext and tag, which costs a copy. */
async function detached({ compare }: Pick<Bench<object>, 'compare'>) {
  const bytes = 65_536;
  const [key, nonce, plaintext] = [randomBytes(32), randomBytes(12), randomBytes(bytes)];
  const keyObject = bare.createSecretKey(key);
  const bareSeal = () => {
    const cipher = bare.createCipheriv('aes-256-gcm', keyObject, nonce, { authTagLength: 16 });
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return { ciphertext, tag: cipher.getAuthTag() };
  };
  const { ciphertext, tag } = aes256gcm.sealDetached(key, nonce, plaintext);
  const theirs = bareSeal();
  deepStrictEqual(new Uint8Array(theirs.ciphertext), new Uint8Array(ciphertext));
  deepStrictEqual(new Uint8Array(theirs.tag), new Uint8Array(tag));
  await compare(
    `AES-256-GCM seal, detached, ${bytes} B`,
    { here: () => aes256gcm.sealDetached(key, nonce, plaintext), 'node:crypto': bareSeal },
    { goals: [{ perSecond: '>= 25940' }] }, // 1.7 GB/s
  );
}

await bench({ messageBytes: 200 }, async (b) => {
  ok(defaultProviderName() === 'node');
  await signatures(b.parameters.messageBytes, b);
  await seals(b);
  await detached(b);
});
