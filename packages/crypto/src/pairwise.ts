import { checkBytes, checkId, concatBytes, utf8 } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { defaultProvider } from './default-provider.js';

/**
 * The key that two agents of one swarm share: HKDF-SHA256 over their X25519 secret, salted with the
 * hash of both public keys in byte order, bound to the swarm id. Both sides get the same 32 bytes.
 *
 * @param secretKey - X25519, 32 bytes.
 * @param peerPublicKey - X25519, 32 bytes.
 * @throws RangeError for a peer key of low order, or a swarm id outside 1–128 of `[A-Za-z0-9._:-]`.
 * @example
 * const [a, b] = [x25519.keygen(), x25519.keygen()];
 * const key = derivePairwiseKey(a.secretKey, b.publicKey, 'swarm-1');
 * equalBytes(key, derivePairwiseKey(b.secretKey, a.publicKey, 'swarm-1')); // => true
 */
export function derivePairwiseKey(
  secretKey: Uint8Array,
  peerPublicKey: Uint8Array,
  swarmId: string,
  provider: CryptoProvider = defaultProvider(),
): Uint8Array {
  checkBytes('secretKey', secretKey, { length: 32 });
  checkBytes('peerPublicKey', peerPublicKey, { length: 32 });
  checkId('swarmId', swarmId);
  const ownPublicKey = provider.x25519.getPublicKey(secretKey);
  const shared = provider.x25519.getSharedSecret(secretKey, peerPublicKey);
  const key = pairwiseKeyOf(shared, [ownPublicKey, peerPublicKey], swarmId, provider);
  shared.fill(0);
  return key;
}

/** The same from the X25519 secret, for who has it already. Both keys in any order. */
export function pairwiseKeyOf(
  shared: Uint8Array,
  [a, b]: readonly [Uint8Array, Uint8Array],
  swarmId: string,
  provider: CryptoProvider,
): Uint8Array {
  const salt = provider.sha256(isBefore(a, b) ? concatBytes(a, b) : concatBytes(b, a));
  return provider.hkdfSha256(shared, salt, utf8(`p2p-swarm-v2:${swarmId}`), 32);
}

/** Whether `a` stands before `b` in byte order; both of one length and public. */
export function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}
