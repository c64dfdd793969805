import { EdgeError } from '@ruvector/core';

/** The swarm could not be joined: no answer, a refusal, or an answer that does not prove itself. */
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

/** This needs the swarm: `connect()` first. */
export class NotConnectedError extends EdgeError {
  override readonly name = 'NotConnectedError';
  override readonly code = 'ERR_SWARM_NOT_CONNECTED';
  constructor() {
    super('the swarm is not connected: call connect() first');
  }
}

/** A registration breaks a rule of the registry; `details.reason` is the rule's code. */
export class RegistrationError extends EdgeError {
  override readonly name = 'RegistrationError';
  override readonly code = 'ERR_SWARM_REGISTRATION';
  constructor(reason: string) {
    super(`the registration was refused: ${reason}`, { details: { reason } });
  }
}

/** A task ended without a result: cancelled, past its deadline, out of attempts, or failed by its executor. */
export class TaskError extends EdgeError {
  override readonly name = 'TaskError';
  override readonly code: TaskErrorCode;
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

export type TaskErrorCode =
  | 'ERR_TASK_CANCELLED'
  | 'ERR_TASK_DEADLINE'
  | 'ERR_TASK_ATTEMPTS'
  | 'ERR_TASK_FAILED'
  | 'ERR_TASK_TIMEOUT';
