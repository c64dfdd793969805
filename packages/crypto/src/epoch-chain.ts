import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { ByteWriter, checkBytes, checkId, concatBytes, utf8 } from '@ruvector/core';
import { DST } from './domain.js';
import { hkdf } from './hkdf.js';
import { SenderChain } from './sender-chain.js';
import type { SkippedKeyBudget } from './skipped-keys.js';

/** What a chain is derived from. */
export interface SenderChainOptions {
  swarmId: string;
  /** The swarm's shared key, 32 bytes. */
  swarmKey: Uint8Array;
  /** A random u64 for each time the sender connects. */
  epoch: bigint;
  /** Member key id of the sender, 32 bytes. */
  sender: Uint8Array;
  /** A bound shared with other chains. */
  skippedKeys?: SkippedKeyBudget;
  /** Keys of messages below are not kept. @default 0 */
  from?: number;
}

/**
 * The chain of one sender in one epoch, for swarms that share a key but commit no epochs: everybody
 * who holds the swarm key can make the chains of all senders, now and for recorded epochs.
 *
 * @throws TypeError, RangeError for a wrong length, or an epoch outside 0 … 2^64 − 1.
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const sender = memberKeyId(identity.createRegistration('worker-1', []).record);
 * const options = { swarmId: 'swarm-1', swarmKey: new Uint8Array(32).fill(7), epoch: 1n, sender };
 * createSenderChain(options).next; // => 0
 */
export function createSenderChain(options: SenderChainOptions): SenderChain {
  const { swarmKey, epoch, sender, skippedKeys, from = 0 } = options;
  checkId('swarmId', options.swarmId);
  checkBytes('swarmKey', swarmKey, { length: 32 });
  checkBytes('sender', sender, { length: 32 });
  checkEpoch(epoch);
  const salt = nobleSha256(concatBytes(DST('swarm'), utf8(options.swarmId)));
  const ikm = new ByteWriter(40).raw(swarmKey).u64(epoch).bytes();
  const info = new ByteWriter(80).raw(DST('sender')).u64(epoch).raw(sender).bytes();
  const chainKey = hkdf(ikm, salt, info, 32);
  const chain = new SenderChain(chainKey, { from, ...(skippedKeys && { skippedKeys }) });
  for (const secret of [ikm, chainKey]) secret.fill(0);
  return chain;
}

/** A u64. @throws TypeError, RangeError otherwise */
export function checkEpoch(epoch: unknown): bigint {
  if (typeof epoch !== 'bigint') throw new TypeError(`epoch must be a bigint, got ${typeof epoch}`);
  if (epoch < 0n || epoch > 0xffff_ffff_ffff_ffffn)
    throw new RangeError(`epoch must be from 0 to 2^64 - 1, got ${epoch}n`);
  return epoch;
}
