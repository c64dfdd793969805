import { fromBase64Url, toBase64Url } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { COMPOSITE_SIGNATURE_BYTES } from './hybrid-keys.js';
import { base64UrlField, nullOr, readExact, type FieldReader } from './record-fields.js';
import { postQuantumOf } from './suite.js';

/** Signatures over the same bytes, base64url. */
export interface SignaturePair {
  readonly ed25519: string;
  /** By the signer's composite key; `null` if it has none. */
  readonly composite: string | null;
}

/**
 * Whose signatures are meant: an `IdentityManager` or a `Member` is one. Who has a composite key
 * has signed with both keys, or not at all.
 */
export interface SignerPublicKeys {
  /** 32 bytes. */
  readonly ed25519PublicKey: Uint8Array;
  /** 1,984 bytes; none in suite 1. */
  readonly compositePublicKey?: Uint8Array | undefined;
}

/** Who signs, and proves by its public keys with what. An `IdentityManager` is one. */
export interface Signer extends SignerPublicKeys {
  /** An Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /** A composite signature, 3,373 bytes; asked only of who has a composite key. */
  signComposite?(message: Uint8Array): Uint8Array;
}

export const ed25519SignatureField = /* @__PURE__ */ base64UrlField(64);
export const compositeSignatureField = /* @__PURE__ */ base64UrlField(COMPOSITE_SIGNATURE_BYTES);

export const signaturePairField: FieldReader<SignaturePair> = (value, field) =>
  readExact<SignaturePair>(field, value, {
    ed25519: ed25519SignatureField,
    composite: nullOr(compositeSignatureField),
  });

/** Signs with all keys of a signer. */
export function signPair(
  message: Uint8Array,
  signer: Omit<Signer, 'ed25519PublicKey'>,
): SignaturePair {
  const ed25519 = toBase64Url(signer.sign(message));
  if (signer.compositePublicKey === undefined) return { ed25519, composite: null };
  if (signer.signComposite === undefined)
    throw new TypeError('signer must have a method signComposite, since it has a composite key');
  return { ed25519, composite: toBase64Url(signer.signComposite(message)) };
}

/**
 * Whether the holder of these keys signed, with all of them: one without the other is no signature,
 * nor is one that the provider cannot judge.
 */
export function isSignedBy(
  message: Uint8Array,
  { ed25519, composite }: SignaturePair,
  { ed25519PublicKey, compositePublicKey }: SignerPublicKeys,
  provider: CryptoProvider,
): boolean {
  if ((composite === null) !== (compositePublicKey === undefined)) return false;
  if (!provider.ed25519.verify(fromBase64Url(ed25519), message, ed25519PublicKey)) return false;
  if (composite === null || compositePublicKey === undefined) return true;
  const signature = fromBase64Url(composite);
  const { compositeSignature } = postQuantumOf(provider) ?? {};
  return compositeSignature?.verify(signature, message, compositePublicKey) === true;
}
