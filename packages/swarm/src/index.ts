export { P2PSwarm, P2PSwarm as P2PSwarmV2 } from './swarm.js';
export {
  ExpelledError,
  JoinError,
  NotConnectedError,
  RegistrationError,
  TaskError,
} from './errors.js';
export type { TaskErrorCode } from './errors.js';
export { parseInvitation } from './invitation.js';
export type { Invitation } from './invitation.js';
export { topicMatches } from './topics.js';
export { isRole } from './role.js';
export type { Role } from './role.js';
export type { HeartbeatOptions } from './failure-detector.js';
export type { Message } from './message.js';
export type { SwarmOptions } from './options.js';
export type { MemberView, PeerState } from './peer.js';
export type { MessageHandler, ReplyHandler, RequestOptions } from './pub-sub.js';
export type {
  EpochEvent,
  MemberEvent,
  RefusedEvent,
  SwarmEventMap,
  TaskEvent,
} from './swarm-events.js';
export type { SwarmLimits } from './limits.js';
export type { SwarmStats } from './swarm-stats.js';
export type {
  Executor,
  Task,
  TaskContext,
  TaskHandle,
  TaskProgress,
  TaskRequest,
  TaskState,
} from './task.js';
