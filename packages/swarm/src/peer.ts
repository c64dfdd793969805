import type { Member, ReplayWindow, SenderChain } from '@ruvector/crypto';

import type { Outbox } from './outbox.js';
import type { Role } from './role.js';

/** How a member stands with this one. `known`: registered, and has not answered a greeting yet. */
export type PeerState = 'known' | 'live' | 'suspected' | 'dead';

/** What is needed to open one stream of a sender's messages. */
export interface InboundChain {
  readonly epoch: bigint;
  /** How many chains the sender had before for this stream: chains only ever get newer. */
  readonly generation: number;
  readonly chain: SenderChain;
  readonly window: ReplayWindow;
  /** Messages below this were sealed before this member was met. */
  readonly counterMin: number;
}

/** One stream of our own messages. */
export interface OutboundChain {
  readonly epoch: bigint;
  readonly generation: number;
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

/**
 * Another member, as seen from this one. Times are by our monotonic clock, ms, unless they say
 * else.
 */
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
  /** Greetings under unproven epochs that were opened, by epoch and counter, and when. */
  readonly openedGreetings: Map<string, number>;
  /** Group messages that wait for the member to answer, in the order of their counters. */
  pending: PendingFrame[];
  heardAt: number;
  /** It has no coordinator to listen to and expects our beats until then. */
  beatsWantedUntil: number;
  /** When it was last greeted without an answer. */
  greetingAt: number;
  /** 0 (idle) to 1 (full), as last told. */
  load: number;
}

/** Puts other chains in place of a peer's present ones, whose keys are erased. */
export function replaceInbound(
  peer: Peer,
  next: { readonly direct?: InboundChain; readonly group?: InboundChain },
): void {
  const { direct = next.direct, group = next.group } = peer.inbound ?? {};
  if (next.direct && direct !== next.direct) direct?.chain.destroy();
  if (next.group && group !== next.group) group?.chain.destroy();
  const [newDirect, newGroup] = [next.direct ?? direct, next.group ?? group];
  if (newDirect && newGroup) peer.inbound = { direct: newDirect, group: newGroup };
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
