import { checkBytes, checkId, checkObject, concatBytes, equalBytes, utf8 } from '@ruvector/core';
import type { Clock, Entropy } from '@ruvector/core';
import type { HandshakeProvider, Party } from './handshake-pattern.js';
import { HandshakeTimes } from './handshake-times.js';
import { IdentityManager } from './identity.js';
import type { Member } from './member.js';
import { STATIC_DIFFIE_HELLMAN } from './static-diffie-hellman.js';
import { isStrongX25519Key } from './x25519-rules.js';

/** Whom a handshake is with; a `Member` of the registry is one. */
export type HandshakePeer = Pick<Member, 'agentId' | 'memberKeyId' | 'x25519PublicKey'>;

/** What both ends of a pair are made of. */
export interface PairwiseOptions {
  /** Whose X25519 key it is; needed for as long as handshakes are made. */
  readonly identity: IdentityManager;
  /** Own member key id, 32 bytes: of the registration that the peer knows. */
  readonly memberKeyId: Uint8Array;
  readonly peer: HandshakePeer;
  readonly swarmId: string;
  readonly clock: Clock;
  /** One with ML-KEM-768, such as `postQuantumProvider()` of `@ruvector/crypto/pq`. */
  readonly provider: HandshakeProvider;
  /** What is known of the peers' earlier handshakes, one for all pairs. */
  readonly times: HandshakeTimes;
  /** Where ephemeral keys come from, for tests. @default the provider's own randomness */
  readonly entropy?: Entropy | undefined;
}

export const PAIRWISE_OPTIONS: readonly (keyof PairwiseOptions)[] = [
  'identity',
  'memberKeyId',
  'peer',
  'swarmId',
  'clock',
  'provider',
  'times',
  'entropy',
];

/** @throws TypeError, RangeError for what no pair can be made of. */
export function checkPairwise(options: PairwiseOptions): void {
  const { identity, memberKeyId, peer, swarmId, clock, provider, times } = options;
  if (!(identity instanceof IdentityManager))
    throw new TypeError('identity must be an IdentityManager');
  checkBytes('memberKeyId', memberKeyId, { length: 32 });
  checkObject('peer', peer);
  checkId('peer.agentId', peer.agentId);
  checkBytes('peer.memberKeyId', peer.memberKeyId, { length: 32 });
  checkBytes('peer.x25519PublicKey', peer.x25519PublicKey, { length: 32 });
  if (!isStrongX25519Key(peer.x25519PublicKey))
    throw new RangeError('peer.x25519PublicKey must be canonical and not of low order');
  if (equalBytes(memberKeyId, peer.memberKeyId))
    throw new RangeError('peer must be another member than the own one');
  checkId('swarmId', swarmId);
  checkObject('clock', clock, { methods: ['now', 'monotonic'] });
  checkObject('provider', provider, { methods: ['sha256', 'hkdfSha256'] });
  checkObject('provider.mlKem768', provider.mlKem768, {
    methods: ['keygen', 'encapsulate', 'decapsulate'],
  });
  if (!(times instanceof HandshakeTimes)) throw new TypeError('times must be a HandshakeTimes');
  if (options.entropy !== undefined) checkObject('entropy', options.entropy, { methods: ['fill'] });
}

/** This end, as the pattern sees it. */
export function partyOf(options: PairwiseOptions): Party {
  const { identity, peer, swarmId, provider, entropy } = options;
  return {
    provider,
    entropy,
    swarmId,
    publicKey: identity.x25519PublicKey,
    peerPublicKey: peer.x25519PublicKey.slice(),
    agree: (publicKey) => identity[STATIC_DIFFIE_HELLMAN](publicKey),
  };
}

/** What both must agree on before a word is said: swarm and members, in their roles. */
export function prologueOf(swarmId: string, initiator: Uint8Array, responder: Uint8Array) {
  return concatBytes(utf8(`p2p-swarm-v2:${swarmId}`), initiator, responder);
}
