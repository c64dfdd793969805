import { ByteWriter } from '@ruvector/core';
import { DST } from './domain.js';
import { hkdfBlocks, hmacSha256 } from './hkdf.js';

/** Length of the fresh secret that a commit brings. */
export const EPOCH_SECRET_BYTES = 32;

/**
 * What a commit says about its secret: HMAC-SHA256(secret, DST("secret") ‖ u64 epoch ‖ hash of the
 * commit before), 32 bytes. It binds the committer to one secret for all, and shows nothing of it.
 */
export function secretCommitment(
  secret: Uint8Array,
  epoch: number,
  previousHash: Uint8Array,
): Uint8Array {
  const message = new ByteWriter(80).raw(DST('secret')).u64(BigInt(epoch)).raw(previousHash);
  return hmacSha256(secret, message.bytes());
}

/**
 * The first chain keys of all senders of an epoch, in their order: HKDF-Expand(epoch secret,
 * DST("sender") ‖ u64 epoch ‖ member key id, 32), where the epoch secret is HKDF-Extract(commit
 * hash, secret) and is erased here. The caller erases `secret`.
 */
export function firstChainKeys(
  secret: Uint8Array,
  epoch: number,
  commitHash: Uint8Array,
  senders: readonly Uint8Array[],
): Uint8Array[] {
  const epochSecret = hmacSha256(commitHash, secret);
  const head = new ByteWriter(40).raw(DST('sender')).u64(BigInt(epoch)).bytes();
  const info = new Uint8Array(head.length + 32);
  info.set(head);
  const keys = senders.map((sender) => {
    info.set(sender, head.length);
    return hkdfBlocks(epochSecret, info, 1)[0]!;
  });
  epochSecret.fill(0);
  return keys;
}
