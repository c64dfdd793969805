import { deepStrictEqual, ok } from 'node:assert';
import * as bare from 'node:crypto';
import { concatBytes, equalBytes, fromHex } from '@ruvector/core';
import type { PostQuantumCryptoProvider } from '@ruvector/core';
import { createCryptoProvider } from '@ruvector/crypto';
import { postQuantumFallback, postQuantumProvider } from '@ruvector/crypto/pq';
import { bench, type Bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

type Compare = Pick<Bench<object>, 'compare'>;

const here = postQuantumProvider();
const noble = await createCryptoProvider('noble', { pq: true });
/** Whether this Node has lattices: without, `here` is noble, and there is nothing bare. */
const native = postQuantumFallback() === undefined;

interface Lattices {
  encapsulate(key: bare.KeyObject): { ciphertext: Buffer; sharedKey: Buffer };
  decapsulate(key: bare.KeyObject, ciphertext: Uint8Array): Buffer;
}
const { encapsulate, decapsulate } = bare as unknown as Lattices;

/** A key object of the platform from a seed in PKCS #8. */
function bareKey(prefix: string, seed: Uint8Array): bare.KeyObject {
  const key = Buffer.from(concatBytes(fromHex(prefix), seed));
  return bare.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

async function mlDsa(message: Uint8Array, { compare }: Compare) {
  const seed = randomBytes(32);
  const { secretKey, publicKey } = here.mlDsa65.keygen(seed);
  const known = noble.mlDsa65.sign(message, secretKey, { deterministic: true });
  deepStrictEqual(here.mlDsa65.sign(message, secretKey, { deterministic: true }), known);
  const key = native ? bareKey('3034020100300b060960864801650304031204228020', seed) : undefined;
  const publicObject = key && bare.createPublicKey(key);
  await compare(`ML-DSA-65 sign, ${message.length} B`, {
    here: () => here.mlDsa65.sign(message, secretKey),
    'node:crypto': key && (() => bare.sign(null, message, key)),
    noble: () => noble.mlDsa65.sign(message, secretKey),
  });
  await compare(`ML-DSA-65 verify, ${message.length} B`, {
    here: () => ok(here.mlDsa65.verify(known, message, publicKey)),
    'node:crypto': publicObject && (() => ok(bare.verify(null, message, publicObject, known))),
    noble: () => ok(noble.mlDsa65.verify(known, message, publicKey)),
  });
}

async function composite(message: Uint8Array, { compare }: Compare) {
  const { secretKey, publicKey } = here.compositeSignature.keygen(randomBytes(64));
  const signature = here.compositeSignature.sign(message, secretKey);
  const signs = (of: PostQuantumCryptoProvider) => () =>
    of.compositeSignature.sign(message, secretKey);
  const verifies = (of: PostQuantumCryptoProvider) => () =>
    ok(of.compositeSignature.verify(signature, message, publicKey));
  await compare(
    `composite sign, ${message.length} B`,
    { here: signs(here), noble: signs(noble) },
    { goals: native ? [{ perSecond: '>= 1200' }] : [] },
  );
  await compare(
    `composite verify, ${message.length} B`,
    { here: verifies(here), noble: verifies(noble) },
    { goals: native ? [{ perSecond: '>= 4200' }] : [] },
  );
}

async function encapsulation({ compare }: Compare) {
  const seed = randomBytes(64);
  const { secretKey, publicKey } = here.mlKem768.keygen(seed);
  const { ciphertext, sharedSecret } = here.mlKem768.encapsulate(publicKey);
  ok(equalBytes(noble.mlKem768.decapsulate(ciphertext, secretKey), sharedSecret));
  const key = native ? bareKey('3054020100300b060960864801650304040204428040', seed) : undefined;
  const publicObject = key && bare.createPublicKey(key);
  await compare('ML-KEM-768 encapsulate', {
    here: () => here.mlKem768.encapsulate(publicKey),
    'node:crypto': publicObject && (() => encapsulate(publicObject)),
    noble: () => noble.mlKem768.encapsulate(publicKey),
  });
  await compare('ML-KEM-768 decapsulate', {
    here: () => here.mlKem768.decapsulate(ciphertext, secretKey),
    'node:crypto': key && (() => decapsulate(key, ciphertext)),
    noble: () => noble.mlKem768.decapsulate(ciphertext, secretKey),
  });
}

async function xwing({ compare }: Compare) {
  const { secretKey, publicKey } = here.xwing.keygen(randomBytes(32));
  const { ciphertext, sharedSecret } = here.xwing.encapsulate(publicKey);
  ok(equalBytes(noble.xwing.decapsulate(ciphertext, secretKey), sharedSecret));
  await compare('X-Wing encapsulate', {
    here: () => here.xwing.encapsulate(publicKey),
    noble: () => noble.xwing.encapsulate(publicKey),
  });
  await compare('X-Wing decapsulate', {
    here: () => here.xwing.decapsulate(ciphertext, secretKey),
    noble: () => noble.xwing.decapsulate(ciphertext, secretKey),
  });
}

await bench({ messageBytes: 200 }, async (b) => {
  const message = randomBytes(b.parameters.messageBytes);
  await mlDsa(message, b);
  await composite(message, b);
  await encapsulation(b);
  await xwing(b);
});
