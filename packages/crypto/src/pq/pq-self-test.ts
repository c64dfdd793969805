import { equalBytes, fromHex, utf8 } from '@ruvector/core';
import type { PostQuantumCryptoProvider } from '@ruvector/core';
import { COMPOSITE } from './composite-signature.js';
import { ML_KEM_768 } from './ml-kem-768.js';
import { ML_DSA_ANSWER, ML_KEM_ANSWER } from './pq-known-answers.js';
import { XWING } from './xwing.js';

type Provider = PostQuantumCryptoProvider;
type Check = (provider: Provider, noble: Provider) => boolean;

/** Known answers, one for each primitive; each also has to refuse something. */
const CHECKS: Record<string, Check> = {
  'ML-DSA-65': checkMlDsa,
  'ML-KEM-768': checkMlKem,
  'X-Wing': checkXWing,
  'ML-DSA-65 with Ed25519': checkComposite,
};

/**
 * Public keys and signatures are too long to be carried along and are recorded by their SHA-256;
 * noble makes ciphertexts from their seeds, and judges what is not the same twice.
 *
 * @returns why a provider must not be used, or `undefined` if all known answers came out right.
 */
export function failedPqSelfTest(provider: Provider, noble: Provider): string | undefined {
  for (const [primitive, check] of Object.entries(CHECKS)) {
    try {
      if (!check(provider, noble)) return `${primitive} gave a wrong answer in the self-test`;
    } catch (error) {
      return `${primitive} failed in the self-test: ${String(error)}`;
    }
  }
  return undefined;
}

function checkMlDsa(provider: Provider, noble: Provider): boolean {
  const [message, context] = [utf8('self-test'), utf8('context')];
  const { secretKey, publicKey } = provider.mlDsa65.keygen(fromHex(ML_DSA_ANSWER.seed));
  const how = { context, deterministic: true };
  const known = provider.mlDsa65.sign(message, secretKey, how);
  const fresh = provider.mlDsa65.sign(message, secretKey, { context });
  return (
    hashes(provider, publicKey, ML_DSA_ANSWER.publicKey) &&
    hashes(provider, known, ML_DSA_ANSWER.signature) &&
    provider.mlDsa65.verify(known, message, publicKey, { context }) &&
    noble.mlDsa65.verify(fresh, message, publicKey, { context }) &&
    !provider.mlDsa65.verify(known, message, publicKey) &&
    !provider.mlDsa65.verify(known, utf8('self-tess'), publicKey, { context })
  );
}

function checkMlKem(provider: Provider, noble: Provider): boolean {
  const { secretKey, publicKey } = provider.mlKem768.keygen(new Uint8Array(64).fill(1));
  const seed = new Uint8Array(ML_KEM_768.message).fill(2);
  const { ciphertext } = noble.mlKem768.encapsulate(publicKey, { seed });
  const fresh = provider.mlKem768.encapsulate(publicKey);
  const forged = ciphertext.slice();
  forged[0]! ^= 1;
  const { decapsulate } = provider.mlKem768;
  return (
    hashes(provider, publicKey, ML_KEM_ANSWER.publicKey) &&
    isHex(decapsulate(ciphertext, secretKey), ML_KEM_ANSWER.sharedSecret) &&
    isHex(decapsulate(forged, secretKey), ML_KEM_ANSWER.otherSecret) &&
    equalBytes(noble.mlKem768.decapsulate(fresh.ciphertext, secretKey), fresh.sharedSecret)
  );
}

/** The first example of draft-connolly-cfrg-xwing-kem. */
function checkXWing({ sha256, xwing }: Provider, noble: Provider): boolean {
  const { secretKey, publicKey } = xwing.keygen(
    fromHex('7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26'),
  );
  const seed = fromHex(
    '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2' +
      '35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
  );
  const { ciphertext } = noble.xwing.encapsulate(publicKey, { seed });
  return (
    hashes(
      { sha256 },
      publicKey,
      '2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb',
    ) &&
    isHex(
      xwing.decapsulate(ciphertext, secretKey),
      'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
    ) &&
    ciphertext.length === XWING.ciphertext
  );
}

/** Both halves have just been held to their answers: here, that both are asked. */
function checkComposite({ compositeSignature }: Provider): boolean {
  const { secretKey, publicKey } = compositeSignature.keygen(new Uint8Array(64).fill(1));
  const message = utf8('self-test');
  const signature = compositeSignature.sign(message, secretKey);
  const holds = () => compositeSignature.verify(signature, message, publicKey);
  const untouched = holds();
  signature[0]! ^= 1; // the half of ML-DSA
  const otherMlDsa = holds();
  signature[0]! ^= 1;
  signature[COMPOSITE.signature - 64]! ^= 1; // the half of Ed25519
  return untouched && !otherMlDsa && !holds();
}

function hashes(
  { sha256 }: Pick<Provider, 'sha256'>,
  bytes: Uint8Array,
  sha256Hex: string,
): boolean {
  return isHex(sha256(bytes), sha256Hex);
}

function isHex(bytes: Uint8Array, hex: string): boolean {
  return equalBytes(bytes, fromHex(hex));
}
