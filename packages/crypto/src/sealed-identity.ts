import { isEdgeError, randomBytes } from '@ruvector/core';
import type { CryptoProvider, Entropy } from '@ruvector/core';
import { IdentityPasswordError } from './identity-errors.js';
import {
  readContent,
  readFile,
  writeContent,
  writeFile,
  writeHeader,
  type IdentityFileContent,
} from './identity-file.js';
import { KDF_COST_LOG2 } from './identity-file-limits.js';
import { checkCost, deriveKey, KDF_SALT_BYTES, passwordBytes } from './password-key.js';
import { needPostQuantum } from './suite.js';

/** How an identity is exported. */
export interface ExportOptions {
  /**
   * Work that a guess of the password costs: scrypt with N = 2^costLog2 and 1 KiB blocks, 15 to 18.
   *
   * @default 17, which is 128 MiB and a second or two
   */
  costLog2?: number;
}

/**
 * Seals what `content` gives under a password.
 *
 * @param content - called when the key is there: no copy of a secret waits for it.
 */
export async function sealIdentity(
  password: string,
  content: () => IdentityFileContent,
  { costLog2 = KDF_COST_LOG2 }: ExportOptions,
  { provider, random }: { provider: CryptoProvider; random: Entropy },
): Promise<Uint8Array> {
  checkCost(costLog2);
  const salt = randomBytes(random, KDF_SALT_BYTES);
  const nonce = randomBytes(random, 12);
  const key = await deriveKey(passwordBytes(password), salt, costLog2);
  let plaintext: Uint8Array | undefined;
  try {
    const saved = content();
    const suite = saved.secrets.hybrid === undefined ? 1 : 2;
    const header = writeHeader({ suite, costLog2, salt, nonce });
    plaintext = writeContent(saved);
    return writeFile(header, provider.aes256gcm.seal(key, nonce, plaintext, header));
  } finally {
    key.fill(0);
    plaintext?.fill(0);
  }
}

/**
 * Opens what `sealIdentity` made. Everything that can be told without the password is told before
 * any work is done.
 *
 * @throws TypeError, RangeError for a password that is none.
 * @throws EdgeError `ERR_MALFORMED` for what is no export, `ERR_CRYPTO_UNSUPPORTED` if the provider
 *   lacks what the keys are for, `ERR_IDENTITY_PASSWORD` if it does not open.
 */
export async function openIdentity(
  file: Uint8Array,
  password: string,
  provider: CryptoProvider,
): Promise<IdentityFileContent> {
  const { suite, costLog2, salt, nonce, aad, sealed } = readFile(file);
  if (suite === 2) needPostQuantum(provider, 'an identity of suite 2');
  const key = await deriveKey(passwordBytes(password), salt, costLog2);
  let plaintext: Uint8Array | undefined;
  try {
    plaintext = provider.aes256gcm.open(key, nonce, sealed, aad);
    return readContent(plaintext, suite);
  } catch (error) {
    throw isEdgeError(error, 'ERR_CRYPTO_OPEN') ? new IdentityPasswordError() : error;
  } finally {
    key.fill(0);
    plaintext?.fill(0);
  }
}
