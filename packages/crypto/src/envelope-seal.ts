import type { CryptoProvider } from '@ruvector/core';
import { isEdgeError } from '@ruvector/core';
import { TAG_BYTES } from './backend.js';
import type { EnvelopeParts } from './envelope-format.js';
import type { EnvelopeKind } from './envelope-header.js';
import { wipe, type MessageKeys } from './skipped-keys.js';

/** What the seal adds to the payload. */
export function sealBytes(kind: EnvelopeKind): number {
  return kind === 'plain' ? 0 : TAG_BYTES;
}

/**
 * Seals the payload that stands in its place, under the header and nonce that stand there too, and
 * puts what comes out into the same place.
 */
export function sealPayload(
  kind: EnvelopeKind,
  { messageKey }: MessageKeys,
  parts: EnvelopeParts,
  provider: CryptoProvider,
): void {
  if (kind === 'plain') return;
  const nonce = nonceOf(kind, parts);
  const payload = parts.sealed.subarray(0, -TAG_BYTES);
  const { ciphertext, tag } = provider.aes256gcm.sealDetached(
    messageKey,
    nonce,
    payload,
    parts.header,
  );
  parts.sealed.set(ciphertext);
  parts.sealed.set(tag, ciphertext.length);
}

/** The payload, in memory of its own; `undefined` if the seal does not open. */
export function unsealPayload(
  kind: EnvelopeKind,
  { messageKey }: MessageKeys,
  parts: EnvelopeParts,
  provider: CryptoProvider,
): Uint8Array | undefined {
  if (kind === 'plain') return parts.sealed.slice();
  const ciphertext = parts.sealed.subarray(0, -TAG_BYTES);
  const tag = parts.sealed.subarray(-TAG_BYTES);
  try {
    return provider.aes256gcm.openDetached(
      messageKey,
      nonceOf(kind, parts),
      ciphertext,
      tag,
      parts.header,
    );
  } catch (error) {
    if (isEdgeError(error, 'ERR_CRYPTO_OPEN')) return undefined;
    throw error;
  }
}

/** Erases the keys of one message; a session's key is for more than one. */
export function wipeUsed(kind: EnvelopeKind, keys: MessageKeys): void {
  if (kind === 'group' || kind === 'batched') wipe(keys);
}

/** A random one travels along; in a session it is u32 0 ‖ u64 counter, which the header has. */
function nonceOf(kind: EnvelopeKind, { header, nonce }: EnvelopeParts): Uint8Array {
  if (kind !== 'pairwise') return nonce;
  const counting = new Uint8Array(12);
  counting.set(header.subarray(112, 120), 4);
  return counting;
}
