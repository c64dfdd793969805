import type { Member, PairwiseSession } from '@ruvector/crypto';

import type { Outbox } from './outbox.js';
import type { Role } from './role.js';
import type { SealedMessage } from './sealed-message.js';

/** How a member stands with this one. `known`: registered, and nothing was heard of it yet. */
export type PeerState = 'known' | 'live' | 'suspected' | 'dead';

/** A message to all that waits for a member, or for keys. */
interface PendingMessage {
  readonly message: SealedMessage;
  /** By our monotonic clock, ms. */
  readonly since: number;
}

/** A message for one member that waits for the session with it. */
interface UnsentMessage {
  readonly message: SealedMessage;
  readonly settle: (taken: boolean | Promise<boolean>) => void;
}

/**
 * Another member, as seen from this one. Times are by our monotonic clock, ms, unless they say
 * else.
 */
export interface Peer {
  readonly agentId: string;
  readonly member: Member;
  readonly role: Role;
  readonly outbox: Outbox;
  /** What is for it alone goes through here. */
  session: PairwiseSession;
  /**
   * Whether it may be in the epochs: a coordinator vouches for it, or it has shown that it holds
   * the swarm key.
   */
  isAdmitted: boolean;
  /** It has shown that it does not make the commits, though it would be its turn. */
  isPassedOver: boolean;
  state: PeerState;
  /** Which run of its process was heard last. */
  incarnation: bigint | undefined;
  pending: PendingMessage[];
  unsent: UnsentMessage[];
  heardAt: number;
  /** It has no coordinator to listen to and expects our beats until then. */
  beatsWantedUntil: number;
  /** When it was last greeted without an answer. */
  greetingAt: number;
  /** What it last asked of the member that makes commits, and when; how often since some time. */
  readonly asked: { what: string; at: number; since: number; times: number };
  /** 0 (idle) to 1 (full), as last told. */
  load: number;
}

export function isReachable(peer: Peer): boolean {
  return peer.state === 'live' || peer.state === 'suspected';
}

/** A member as others may see it. */
export interface MemberView {
  readonly agentId: string;
  readonly role: Role;
  readonly state: PeerState;
  readonly capabilities: readonly string[];
}

export function viewOf({ agentId, role, state, member }: Peer): MemberView {
  return { agentId, role, state, capabilities: [...member.capabilities] };
}
