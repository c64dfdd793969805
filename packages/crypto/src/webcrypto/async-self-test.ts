import { concatBytes, equalBytes, utf8 } from '@ruvector/core';
import {
  answer,
  ED25519_ANSWER,
  GCM_ANSWER,
  SHA256_ANSWER,
  X25519_ANSWER,
} from '../known-answers.js';
import type { AsyncPrimitives } from './async-primitives.js';

/** The known answers of the synchronous self-test; each primitive also has to refuse something. */
const CHECKS: Record<keyof AsyncPrimitives, [string, (own: AsyncPrimitives) => Promise<boolean>]> =
  {
    sha256: ['SHA-256', checkSha256],
    ed25519: ['Ed25519', checkEd25519],
    x25519: ['X25519', checkX25519],
    aes256gcm: ['AES-256-GCM', checkGcm],
  };

/** @returns why a primitive must not be used, or `undefined` if its answers came out right. */
export function failedAnswer(
  own: AsyncPrimitives,
  primitive: keyof AsyncPrimitives,
): Promise<string | undefined> {
  const [called, check] = CHECKS[primitive];
  return failure(called, () => check(own));
}

/** What is wrong with a primitive of this name, as this check sees it. */
export async function failure(
  called: string,
  check: () => Promise<boolean>,
): Promise<string | undefined> {
  try {
    if (await check()) return undefined;
    return `${called} gave a wrong answer in the self-test`;
  } catch (error) {
    return `${called} failed in the self-test: ${String(error)}`;
  }
}

async function checkSha256({ sha256 }: AsyncPrimitives): Promise<boolean> {
  const { message, digest } = answer(SHA256_ANSWER);
  return equalBytes(await sha256(message), digest);
}

/**
 * Signatures of "mixed order" whose A and R have a part of order 8 each: in one these parts cancel,
 * in the other they do not, and only who multiplies by the cofactor takes it. Platforms differ.
 */
const MIXED_ORDER = {
  publicKey: '3c60e60c1868f00ee9fc085d2421acbb3640e41edb633a64bb8abeab517e997e',
  r: 'e6ff0e4955925b2100e8ceebbd4ffe93e6fdfc71c226b33409a570d916254f72',
  s: '5bde07d178614d8352585b6d479bf4455b37d7c7cc41b900bbe0cd6dc5187c01',
  otherKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
  otherS: '55fb9f93eabad42bf8e99433dcf66a94c001cd757c4391398f53c8113d443106',
};

async function checkEd25519({ ed25519 }: AsyncPrimitives): Promise<boolean> {
  const { secretKey, publicKey, message, signature } = answer(ED25519_ANSWER);
  return (
    equalBytes(await ed25519.getPublicKey(secretKey), publicKey) &&
    equalBytes(await ed25519.sign(message, secretKey), signature) &&
    (await ed25519.verify(signature, message, publicKey)) &&
    !(await ed25519.verify(signature, Uint8Array.of(0x73), publicKey)) &&
    (await checkCofactorless(ed25519))
  );
}

async function checkCofactorless({ verify }: AsyncPrimitives['ed25519']): Promise<boolean> {
  const { publicKey, r, s, otherKey, otherS } = answer(MIXED_ORDER);
  const message = utf8('mixed order');
  return (
    (await verify(concatBytes(r, s), message, publicKey)) &&
    !(await verify(concatBytes(r, otherS), message, otherKey))
  );
}

/** Also with a key of low order. */
async function checkX25519({ x25519 }: AsyncPrimitives): Promise<boolean> {
  const { secretKey, publicKey, peerKey, sharedSecret } = answer(X25519_ANSWER);
  return (
    equalBytes(await x25519.getPublicKey(secretKey), publicKey) &&
    equalBytes(await x25519.getSharedSecret(secretKey, peerKey), sharedSecret) &&
    (await rejects(x25519.getSharedSecret(secretKey, new Uint8Array(32))))
  );
}

async function checkGcm({ aes256gcm }: AsyncPrimitives): Promise<boolean> {
  const { key, nonce, aad, plaintext, sealed } = answer(GCM_ANSWER);
  const forged = sealed.slice();
  forged[0]! ^= 1;
  return (
    equalBytes(await aes256gcm.seal(key, nonce, plaintext, aad), sealed) &&
    equalBytes(await aes256gcm.open(key, nonce, sealed, aad), plaintext) &&
    (await rejects(aes256gcm.open(key, nonce, forged, aad)))
  );
}

async function rejects(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => false,
    () => true,
  );
}
