import { checkBytes, checkObject, equalBytes, fromBase64Url } from '@ruvector/core';
import { COMPOSITE_KEY_BYTES } from './hybrid-keys.js';
import type { SignerPublicKeys } from './signature-pair.js';

/** Copies of the public keys of admins, which no later change of the caller's arrays reaches. */
export function copyAdmins(admins: readonly SignerPublicKeys[]): SignerPublicKeys[] {
  if (!Array.isArray(admins))
    throw new TypeError(`admins must be an array of public keys, got ${typeof admins}`);
  return admins.map((admin: SignerPublicKeys, i) => {
    const { ed25519PublicKey, compositePublicKey: composite } = checkObject(`admins[${i}]`, admin);
    checkBytes(`admins[${i}].ed25519PublicKey`, ed25519PublicKey, { length: 32 });
    if (composite !== undefined)
      checkBytes(`admins[${i}].compositePublicKey`, composite, { length: COMPOSITE_KEY_BYTES });
    return { ed25519PublicKey: ed25519PublicKey.slice(), compositePublicKey: composite?.slice() };
  });
}

/** The admin whose Ed25519 key a statement names. */
export function adminBy(
  publicKey: string,
  admins: readonly SignerPublicKeys[],
): SignerPublicKeys | undefined {
  const named = fromBase64Url(publicKey);
  return admins.find(({ ed25519PublicKey }) => equalBytes(ed25519PublicKey, named));
}
