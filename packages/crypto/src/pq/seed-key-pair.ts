import { checkBytes, systemEntropy } from '@ruvector/core';
import type { KeyPair } from '@ruvector/core';

/** A pair whose secret key is a copy of the seed, or drawn if there is none. */
export function seedKeyPair(
  seed: Uint8Array | undefined,
  length: number,
  publicKeyOf: (secretKey: Uint8Array) => Uint8Array,
): KeyPair {
  const secretKey = newSeed(seed, length);
  return { secretKey, publicKey: publicKeyOf(secretKey) };
}

/** The same where the public key takes its time; the seed is read during the call. */
export async function asyncSeedKeyPair(
  seed: Uint8Array | undefined,
  length: number,
  publicKeyOf: (secretKey: Uint8Array) => Promise<Uint8Array>,
): Promise<KeyPair> {
  const secretKey = newSeed(seed, length);
  return { secretKey, publicKey: await publicKeyOf(secretKey) };
}

function newSeed(seed: Uint8Array | undefined, length: number): Uint8Array {
  const secretKey = new Uint8Array(length);
  if (seed === undefined) systemEntropy.fill(secretKey);
  else secretKey.set(checkBytes('seed', seed, { length }));
  return secretKey;
}
