import type { Member, ReplayWindow, SenderChain } from '@ruvector/crypto';

import type { Outbox } from './outbox.js';
import type { Role } from './role.js';

/** How a member stands with this one. `known`: registered, and has not answered a greeting yet. */
export type PeerState = 'known' | 'live' | 'suspected' | 'dead';

/** What is needed to open one stream of a sender's messages. */
export interface InboundChain {
  readonly epoch: bigint;
  readonly chain: SenderChain;
  readonly window: ReplayWindow;
  /** Messages below this were sealed before this member was met. */
  readonly counterMin: number;
}

/** One stream of our own messages. */
export interface OutboundChain {
  readonly epoch: bigint;
  readonly chain: SenderChain;
  /** The counter of the next message. */
  next: number;
}

export interface PendingFrame {
  readonly frame: Uint8Array;
  readonly counter: number;
  /** Milliseconds since 1970. */
  readonly sealedAt: number;
}

/** Another member, as seen from this one. Times are by our monotonic clock, ms, unless they say else. */
export interface Peer {
  readonly agentId: string;
  readonly member: Member;
  readonly role: Role;
  readonly outbox: Outbox;
  state: PeerState;
  /** Our messages for this member alone. */
  outbound: OutboundChain;
  /** Its messages, once it has proven that it is there now. */
  inbound: { readonly direct: InboundChain; readonly group: InboundChain } | undefined;
  /** Which run of its process `inbound` belongs to. */
  incarnation: bigint | undefined;
  /** When its last genuine greeting was sealed, by its own clock, ms since 1970. */
  greetedAt: number;
  /** Greetings under unproven epochs that were opened, by epoch and counter, and when. */
  readonly openedGreetings: Map<string, number>;
  /** Group messages that wait for the member to answer, in the order of their counters. */
  pending: PendingFrame[];
  heardAt: number;
  /** When it was last greeted without an answer. */
  greetingAt: number;
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
