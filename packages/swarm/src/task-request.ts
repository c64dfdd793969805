import { checkInteger, checkString, type Clock } from '@ruvector/core';

import { encodeValue } from './assignment.js';
import type { SwarmLimits } from './limits.js';
import type { TaskRequest } from './task.js';

/** A `TaskRequest` with every default filled in and every value checked. */
export interface CheckedTask {
  readonly description: string;
  readonly type: string | undefined;
  readonly capability: string | undefined;
  readonly input: Uint8Array;
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

export function checkTask(task: TaskRequest, limits: SwarmLimits, clock: Clock): CheckedTask {
  if (typeof task !== 'object' || task === null)
    throw new TypeError(`task must be an object, got ${String(task)}`);
  for (const name of Object.keys(task))
    if (!KNOWN.includes(name)) throw new RangeError(`task.${name} is not part of a task`);
  if (task.input === undefined) throw new TypeError('task.input must be bytes or JSON');
  const input = encodeValue(task.input, limits.payloadBytesMax);
  if (input.length > limits.payloadBytesMax)
    throw new RangeError(
      `task.input must have at most ${limits.payloadBytesMax} bytes, got ${input.length}`,
    );
  const { timeoutMs = 30_000, outputBytesMax = limits.payloadBytesMax } = task.budgets ?? {};
  const { deadline = clock.now() + DEADLINE_MS, priority = 5, attemptsMax = 5 } = task;
  return {
    description: checkString('task.description', task.description, { max: 4096 }),
    type: checkName('task.type', task.type),
    capability: checkName('task.capability', task.capability),
    input,
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

function checkName(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : checkString(name, value, { min: 1, max: 128 });
}
