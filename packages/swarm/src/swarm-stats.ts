import type { Transport, TransportStats } from '@ruvector/core';

import type { Mesh } from './mesh.js';
import { isReachable, type PeerState } from './peer.js';
import type { TaskDesk } from './task-desk.js';

/** Counts since this member was made; `members` and `tasks.open` as of now. */
export interface SwarmStats {
  readonly members: { registered: number; live: number; suspected: number; dead: number };
  readonly messages: {
    sent: number;
    received: number;
    /** Sealed for a member that then went away, or held for one that never came. */
    dropped: number;
    /** Frames thrown away, by reason. */
    refused: Record<string, number>;
  };
  /**
   * Payload before sealing, and frames as sent, in bytes; a frame to three members counts three
   * times.
   */
  readonly bytes: { raw: number; sent: number };
  readonly tasks: {
    submitted: number;
    completed: number;
    failed: number;
    cancelled: number;
    /** Assignments taken back from a member that died, refused, or was late. */
    reassigned: number;
    /** Results for tasks that had settled, and timeouts of attempts that others had taken over. */
    duplicates: number;
    open: number;
    /** Tasks of others that this member has finished. */
    executed: number;
  };
  readonly receipts: { verified: number; rejected: number };
  readonly patterns: { merged: number };
  readonly transports: TransportStats[];
}

export function collectStats(from: {
  readonly mesh: Mesh;
  readonly desk: TaskDesk;
  readonly refused: Record<string, number>;
  readonly merged: number;
  readonly transports: readonly Transport[];
}): SwarmStats {
  const { mesh, desk } = from;
  const peers = [...mesh.peers.values()];
  const count = (state: PeerState) => peers.filter((peer) => peer.state === state).length;
  const { receiptsVerified, receiptsRejected, ...tasks } = desk.ledger.tally;
  const { sent, dropped, rawBytes, sentBytes } = mesh.delivery.counts;
  return {
    members: {
      registered: peers.length + 1,
      live: peers.filter(isReachable).length,
      suspected: count('suspected'),
      dead: count('dead'),
    },
    messages: { sent, received: mesh.received, dropped, refused: { ...from.refused } },
    bytes: { raw: rawBytes, sent: sentBytes },
    tasks: { ...tasks, open: desk.ledger.openCount, executed: desk.runner.executed },
    receipts: { verified: receiptsVerified, rejected: receiptsRejected },
    patterns: { merged: from.merged },
    transports: from.transports.map((transport) => transport.stats()),
  };
}
