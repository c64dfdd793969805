import { equalBytes, fromHex, toHex, utf8 } from '@ruvector/core';
import type { KeyEncapsulation, MlDsa65, PostQuantumCryptoProvider } from '@ruvector/core';
import type { Promised } from '../webcrypto/async-primitives.js';
import { failure } from '../webcrypto/async-self-test.js';
import { ML_KEM_768 } from './ml-kem-768.js';
import { ML_DSA_ANSWER, ML_KEM_ANSWER } from './pq-known-answers.js';

/**
 * The known answers of the synchronous self-test. Noble judges what is not the same twice.
 *
 * @returns why ML-DSA-65 of a platform must not be used, or `undefined`.
 */
export function failedMlDsa(
  mlDsa65: Promised<MlDsa65>,
  noble: PostQuantumCryptoProvider,
): Promise<string | undefined> {
  const [message, context] = [utf8('self-test'), utf8('context')];
  return failure('ML-DSA-65', async () => {
    const { secretKey, publicKey } = await mlDsa65.keygen(fromHex(ML_DSA_ANSWER.seed));
    const signature = await mlDsa65.sign(message, secretKey, { context });
    const plain = await mlDsa65.sign(message, secretKey);
    return (
      toHex(noble.sha256(publicKey)) === ML_DSA_ANSWER.publicKey &&
      noble.mlDsa65.verify(signature, message, publicKey, { context }) &&
      noble.mlDsa65.verify(plain, message, publicKey) &&
      (await mlDsa65.verify(signature, message, publicKey, { context })) &&
      !(await mlDsa65.verify(signature, message, publicKey)) &&
      !(await mlDsa65.verify(signature, utf8('self-tess'), publicKey, { context }))
    );
  });
}

/** @returns why ML-KEM-768 of a platform must not be used, or `undefined`. */
export function failedMlKem(
  mlKem768: Promised<KeyEncapsulation>,
  noble: PostQuantumCryptoProvider,
): Promise<string | undefined> {
  return failure('ML-KEM-768', async () => {
    const { secretKey, publicKey } = await mlKem768.keygen(new Uint8Array(64).fill(1));
    if (toHex(noble.sha256(publicKey)) !== ML_KEM_ANSWER.publicKey) return false;
    const seed = new Uint8Array(ML_KEM_768.message).fill(2);
    const { ciphertext } = noble.mlKem768.encapsulate(publicKey, { seed });
    const fresh = await mlKem768.encapsulate(publicKey);
    const forged = ciphertext.slice();
    forged[0]! ^= 1;
    return (
      toHex(await mlKem768.decapsulate(ciphertext, secretKey)) === ML_KEM_ANSWER.sharedSecret &&
      toHex(await mlKem768.decapsulate(forged, secretKey)) === ML_KEM_ANSWER.otherSecret &&
      equalBytes(noble.mlKem768.decapsulate(fresh.ciphertext, secretKey), fresh.sharedSecret)
    );
  });
}
