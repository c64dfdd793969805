import { checkInteger, checkObject, checkSignal, checkText, type Clock } from '@ruvector/core';

import { encodeValue, hashText } from './assignment.js';
import type { SwarmLimits } from './limits.js';
import { encodeJson } from './message.js';
import type { TaskRequest } from './task.js';

/** A `TaskRequest` with every default filled in and every value checked. */
export interface CheckedTask {
  readonly description: string;
  readonly type: string | undefined;
  readonly capability: string | undefined;
  /** As `encodeValue` makes it. */
  readonly input: Uint8Array;
  readonly inputHash: string;
  readonly timeoutMs: number;
  readonly outputBytesMax: number;
  readonly deadline: number;
  readonly priority: number;
  readonly attemptsMax: number;
}

const DEADLINE_MS = 5 * 60_000;
const KNOWN = [
  'description',
  'type',
  'capability',
  'input',
  'budgets',
  'deadline',
  'priority',
  'attemptsMax',
];
const BUDGETS = ['timeoutMs', 'outputBytesMax'];

export function checkTask(task: TaskRequest, limits: SwarmLimits, clock: Clock): CheckedTask {
  if (typeof task !== 'object' || task === null)
    throw new TypeError(`task must be an object, got ${String(task)}`);
  checkNames('task', task, KNOWN);
  if (task.input === undefined) throw new TypeError('task.input must be bytes or JSON');
  const input = encodeValue(task.input, limits.payloadBytesMax);
  const inputBytes = input.length - 1; // without its kind
  if (inputBytes > limits.payloadBytesMax)
    throw new RangeError(
      `task.input must have at most ${limits.payloadBytesMax} bytes, got ${inputBytes}`,
    );
  const { budgets = {} } = task;
  if (typeof budgets !== 'object' || budgets === null)
    throw new TypeError(`task.budgets must be an object, got ${String(budgets)}`);
  checkNames('task.budgets', budgets, BUDGETS);
  const { timeoutMs = 30_000, outputBytesMax = limits.payloadBytesMax } = budgets;
  const { deadline = clock.now() + DEADLINE_MS, priority = 5, attemptsMax = 5 } = task;
  return {
    description: checkText('task.description', task.description, { max: 4096 }),
    type: checkName('task.type', task.type),
    capability: checkName('task.capability', task.capability),
    input,
    inputHash: hashText(input),
    timeoutMs: checkInteger('task.budgets.timeoutMs', timeoutMs, { min: 1, max: 86_400_000 }),
    outputBytesMax: checkInteger('task.budgets.outputBytesMax', outputBytesMax, {
      min: 1,
      max: limits.payloadBytesMax,
    }),
    deadline: checkInteger('task.deadline', Math.ceil(deadline), { min: 0 }),
    priority: checkInteger('task.priority', priority, { min: 0, max: 9 }),
    attemptsMax: checkInteger('task.attemptsMax', attemptsMax, { min: 1, max: 1000 }),
  };
}

/** What `submit` takes beside the task. */
export interface SubmitOptions {
  /** Cancels the task. */
  readonly signal?: AbortSignal;
  /** 1–256 characters; the same key and task give the same handle. */
  readonly idempotencyKey?: string;
}

export function checkSubmitOptions(options: SubmitOptions): SubmitOptions {
  checkObject('options', options, { keys: ['signal', 'idempotencyKey'] });
  checkSignal('options.signal', options.signal);
  return options;
}

/**
 * The same for the same task. The deadline does not count: who submits a task once more usually
 * means so long from then.
 */
export function requestDigest(task: CheckedTask): string {
  const { description, type = null, capability = null, inputHash, priority, attemptsMax } = task;
  const { timeoutMs, outputBytesMax } = task;
  const what = { description, type, capability, inputHash, priority, attemptsMax };
  return hashText(encodeJson({ ...what, timeoutMs, outputBytesMax }));
}

function checkNames(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given))
    if (!known.includes(name)) throw new RangeError(`${what}.${name} is not part of a task`);
}

function checkName(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : checkText(name, value, { min: 1, max: 128 });
}
