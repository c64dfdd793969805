export { RaftCore } from './raft-core.js';
export type { FollowerStatus, RaftStatus } from './status.js';
export type { LeaseOptions, RaftCoreOptions } from './core-options.js';
export type { ConfChange, Configuration } from './configuration.js';
export type { Entry, HardState, Restored, Snapshot } from './entry.js';
export type { Ready, ReadState } from './ready.js';
export type { Proposed } from './leadership.js';
export type { Role } from './member-state.js';
export type { ProgressState } from './progress.js';
export { tlaTrace } from './tla-trace.js';
export type { TraceEvent } from './trace.js';
export type {
  AppendEntries,
  AppendEntriesResponse,
  Heartbeat,
  HeartbeatResponse,
  InstallSnapshot,
  InstallSnapshotResponse,
  Message,
  RequestVote,
  RequestVoteResponse,
  TimeoutNow,
} from './message.js';
export { decodeMessage, encodeMessage, messageToJson } from './message-codec.js';
export {
  ChangePendingError,
  InconsistentLogError,
  NotLeaderError,
  OverloadedError,
} from './errors.js';
export type { Batch, RaftStorage } from './storage.js';
export { RaftNode } from './raft-node.js';
export type { RaftNodeOptions } from './raft-node.js';
export type {
  LogEntry,
  RaftAppendEntries,
  RaftAppendEntriesResponse,
  RaftState,
  RaftVoteRequest,
  RaftVoteResponse,
} from './raft-node-messages.js';
export { MemoryStorage } from './memory-storage.js';
export { IndexedDbStorage } from './browser-storage/indexed-db-storage.js';
export { OpfsStorage } from './browser-storage/opfs-storage.js';
export type { WalOptions } from './wal/write-ahead-log.js';
export {
  LogCorruptError,
  StorageFailedError,
  StorageLockedError,
  StorageUnsupportedError,
} from './storage-errors.js';
export { RaftServer } from './server/server.js';
export type { ProposeOptions } from './server/server.js';
export type { RaftServerOptions } from './server/options.js';
export type { CallOptions } from './server/calls.js';
export type { Applied } from './server/proposals.js';
export type { Command, StateMachine } from './server/state-machine.js';
export type { RaftSession } from './server/sessions.js';
export type { RaftMetrics } from './server/metrics.js';
export { SessionExpiredError, UnknownOutcomeError } from './server/errors.js';
export { SqliteStorage } from './sqlite-storage.js';
export { WalStorage } from './wal/wal-storage.js';
