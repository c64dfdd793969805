import type { CryptoProvider } from '@ruvector/core';
import { batchBytes, scopeOfHeader } from './batch.js';
import { signedBytes, type EnvelopeParts } from './envelope-format.js';
import type { Member } from './member.js';
import { rootFromPath } from './merkle-tree.js';
import { postQuantumOf, type Suite } from './suite.js';
import type { VerifiedRoots } from './verified-roots.js';

type Verify = (signature: Uint8Array, message: Uint8Array) => boolean;

/**
 * How the envelopes of a member are verified in that suite; `undefined` if they must not be: the
 * member is registered for more, has no key for it, or the provider cannot.
 */
export function verifierOf(
  member: Member,
  suite: Suite,
  provider: CryptoProvider,
  ed25519Suffices: boolean,
): Verify | undefined {
  const { compositePublicKey } = member;
  if (suite === 1) {
    if (compositePublicKey !== undefined && !ed25519Suffices) return undefined;
    return (signature, message) =>
      provider.ed25519.verify(signature, message, member.ed25519PublicKey);
  }
  const { compositeSignature } = postQuantumOf(provider) ?? {};
  if (compositePublicKey === undefined || compositeSignature === undefined) return undefined;
  return (signature, message) => compositeSignature.verify(signature, message, compositePublicKey);
}

/** Whether an envelope is signed; of a batched one its path, then the root that this leads to. */
export function isSigned(
  parts: EnvelopeParts,
  verify: Verify,
  roots: VerifiedRoots | undefined,
): boolean {
  const { signature, batch, header } = parts;
  const message = signedBytes(parts);
  if (batch === undefined) return verify(signature, message);
  const root = rootFromPath(message, batch.index, batch.count, batch.path);
  if (root === undefined) return false;
  const signed = batchBytes(scopeOfHeader(header), batch.count, root);
  if (roots === undefined) return verify(signature, signed);
  return roots.check(signature, signed, () => verify(signature, signed));
}
