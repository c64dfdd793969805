import type { CryptoProvider } from '@ruvector/core';
import { bytesKey } from './bytes-key.js';
import { halvesOf } from './hybrid-keys.js';
import type { Member } from './member.js';

/** One public key of a member and its only use; a hybrid key counts as two. */
export interface KeyUse {
  readonly use: 'ed25519' | 'x25519' | 'composite' | 'composite-ed25519' | 'kem' | 'kem-x25519';
  /** Same for the same key, whatever its use: the key itself, or the hash of a long one. */
  readonly key: string;
}

/** The keys that stand for a member until it changes them. */
export function identityKeysOf(member: Member, provider: CryptoProvider): KeyUse[] {
  const { ed25519PublicKey, x25519PublicKey, compositePublicKey } = member;
  const classical: KeyUse[] = [
    { use: 'ed25519', key: bytesKey(ed25519PublicKey) },
    { use: 'x25519', key: bytesKey(x25519PublicKey) },
  ];
  if (compositePublicKey === undefined) return classical;
  return [...classical, ...halvesAs('composite', compositePublicKey, provider)];
}

/** The keys that it changes every day. */
export function prekeysOf({ kemPublicKey }: Member, provider: CryptoProvider): KeyUse[] {
  return kemPublicKey === undefined ? [] : halvesAs('kem', kemPublicKey, provider);
}

function halvesAs(
  use: 'composite' | 'kem',
  hybrid: Uint8Array,
  { sha256 }: CryptoProvider,
): KeyUse[] {
  const { postQuantum, classical } = halvesOf(hybrid);
  const second = use === 'composite' ? 'composite-ed25519' : 'kem-x25519';
  return [
    { use, key: bytesKey(sha256(postQuantum)) },
    { use: second, key: bytesKey(classical) },
  ];
}
