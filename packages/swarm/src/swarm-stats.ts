import type { TransportStats } from '@ruvector/core';

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
  /** Payload before sealing, and frames as sent, in bytes; a frame to three members counts three times. */
  readonly bytes: { raw: number; sent: number };
  readonly tasks: {
    submitted: number;
    completed: number;
    failed: number;
    cancelled: number;
    /** Assignments taken back from a member that died, refused, or was late. */
    reassigned: number;
    /** Results for tasks that had already settled. */
    duplicates: number;
    open: number;
    /** Tasks of others that this member has finished. */
    executed: number;
  };
  readonly receipts: { verified: number; rejected: number };
  readonly patterns: { merged: number };
  readonly transports: TransportStats[];
}
