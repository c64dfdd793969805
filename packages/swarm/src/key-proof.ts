import { constantTimeEqual, hkdfSha256, type Member, type PairwiseSession } from '@ruvector/crypto';

const NO_PROOF = /* @__PURE__ */ new Uint8Array(32);

/**
 * Shows the other end of a session that one holds the swarm key, without telling it: bound to the
 * session and to whoever shows it, so that it is of no use anywhere else. Zeros without a key.
 *
 * @param from - member key id of who shows it.
 */
export function keyProof(
  swarmKey: Uint8Array | undefined,
  { exporter }: PairwiseSession,
  from: Uint8Array,
): Uint8Array {
  if (!swarmKey || !exporter) return NO_PROOF;
  const salt = exporter.derive('swarm key');
  const proof = hkdfSha256(swarmKey, salt, from, NO_PROOF.length);
  salt.fill(0);
  return proof;
}

/** Whether the peer has shown that it holds the same swarm key. */
export function isKeyProven(
  swarmKey: Uint8Array,
  { session, member }: { readonly session: PairwiseSession; readonly member: Member },
  proof: Uint8Array,
): boolean {
  if (!session.exporter) return false;
  return constantTimeEqual(keyProof(swarmKey, session, member.memberKeyId), proof);
}
