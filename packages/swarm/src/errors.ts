import { EdgeError } from '@ruvector/core';

/**
 * The swarm could not be joined: no answer, a refusal, or an answer that does not prove itself.
 *
 * `details.reason` says which, in words.
 *
 * @example
 * const error = new JoinError('the invitation has no address');
 * error.details['reason']; // => 'the invitation has no address'
 */
export class JoinError extends EdgeError {
  override readonly name = 'JoinError';
  override readonly code = 'ERR_SWARM_JOIN';
  constructor(
    reason: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(`could not join the swarm: ${reason}`, {
      ...options,
      details: { reason, ...options.details },
    });
  }
}

/**
 * This needs the swarm: `connect()` first.
 *
 * @example
 * const swarm = new P2PSwarm('worker-1', undefined, []);
 * const refused = swarm.publish('news', 'hello').catch((error: NotConnectedError) => error.code);
 * await refused; // => 'ERR_SWARM_NOT_CONNECTED'
 * await swarm.close();
 */
export class NotConnectedError extends EdgeError {
  override readonly name = 'NotConnectedError';
  override readonly code = 'ERR_SWARM_NOT_CONNECTED';
  constructor() {
    super('the swarm is not connected: call connect() first');
  }
}

/**
 * A coordinator has expelled this member, which is closed; its id and keys cannot come back.
 *
 * @example
 * new ExpelledError('swarm-1').code; // => 'ERR_SWARM_EXPELLED'
 */
export class ExpelledError extends EdgeError {
  override readonly name = 'ExpelledError';
  override readonly code = 'ERR_SWARM_EXPELLED';
  constructor(swarmId: string, options?: ErrorOptions) {
    super(`this member was expelled from swarm ${swarmId}`, { details: { swarmId }, ...options });
  }
}

/**
 * A registration breaks a rule of the registry; `details.reason` is the rule's code.
 *
 * @example
 * const [hub, stranger] = [new P2PSwarm('hub', undefined, []), new P2PSwarm('x', undefined, [])];
 * const refused = hub.registerMember(await stranger.createRegistration());
 * const code = await refused.catch((error: RegistrationError) => error.details['reason']);
 * code; // => 'ERR_REGISTRATION_SWARM'
 * await Promise.all([hub.close(), stranger.close()]);
 */
export class RegistrationError extends EdgeError {
  override readonly name = 'RegistrationError';
  override readonly code = 'ERR_SWARM_REGISTRATION';
  constructor(reason: string) {
    super(`the registration was refused: ${reason}`, { details: { reason } });
  }
}

/**
 * A task ended without a result: cancelled, past its deadline, out of attempts, or failed by its
 * executor.
 *
 * @example
 * const swarm = new P2PSwarm('hub', undefined, []);
 * await swarm.connect();
 * const task = swarm.submit({ description: 'add these numbers', input: [1, 2] });
 * task.cancel();
 * await task.result.catch((error: TaskError) => error.code); // => 'ERR_TASK_CANCELLED'
 * await swarm.close();
 */
export class TaskError extends EdgeError {
  override readonly name = 'TaskError';
  override readonly code: TaskErrorCode;
  /** The id that its handle has too. */
  readonly taskId: string;
  constructor(
    taskId: string,
    code: TaskErrorCode,
    reason: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(`task ${taskId} ${reason}`, { ...options, details: { taskId, ...options.details } });
    this.code = code;
    this.taskId = taskId;
  }
}

/**
 * How a task ended without a result: withdrawn; past its deadline; as many executors were lost as
 * it may have; its executor threw; its executor took longer than it may.
 */
export type TaskErrorCode =
  | 'ERR_TASK_CANCELLED'
  | 'ERR_TASK_DEADLINE'
  | 'ERR_TASK_ATTEMPTS'
  | 'ERR_TASK_FAILED'
  | 'ERR_TASK_TIMEOUT';
