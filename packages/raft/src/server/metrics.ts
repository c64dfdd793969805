/** Counts since a server was started. */
export interface RaftMetrics {
  /** Commands put into the log by this member as leader, those of others included. */
  proposals: number;
  /** Bytes of them, as they stand in the log. */
  proposedBytes: number;
  /** Commands sent to a leader. */
  forwarded: number;
  /** Commands sent here by others. */
  forwardedHere: number;
  /** Entries that were applied, or need not be. */
  commits: number;
  /** Calls of the storage's `append`: with a log on disk, as many syncs. */
  batches: number;
  /** Entries in them. */
  storedEntries: number;
  /** Bytes of their data. */
  storedBytes: number;
  /** How often this member began to stand for election. */
  elections: number;
  /** How often a leader was found or lost. */
  leaderChanges: number;
  /** Frames sent. */
  framesOut: number;
  /** Bytes of them. */
  bytesOut: number;
  /** Frames received. */
  framesIn: number;
  /** Bytes of them. */
  bytesIn: number;
  /** Frames that the transport did not take, or that would have been too large for it. */
  refusedOut: number;
  /**
   * Frames that are malformed, not from whom they say, from no member, or answers not asked for.
   */
  refusedIn: number;
  /** Reads whose index was asked for, in batches. */
  readBatches: number;
  /** Of those, answered by the lease alone. */
  leaseReads: number;
  /** Snapshots made here. */
  snapshots: number;
  /** Snapshots received from a leader. */
  snapshotsReceived: number;
}

/** All at zero. */
export const noMetrics = (): RaftMetrics => ({
  proposals: 0,
  proposedBytes: 0,
  forwarded: 0,
  forwardedHere: 0,
  commits: 0,
  batches: 0,
  storedEntries: 0,
  storedBytes: 0,
  elections: 0,
  leaderChanges: 0,
  framesOut: 0,
  bytesOut: 0,
  framesIn: 0,
  bytesIn: 0,
  refusedOut: 0,
  refusedIn: 0,
  readBatches: 0,
  leaseReads: 0,
  snapshots: 0,
  snapshotsReceived: 0,
});
