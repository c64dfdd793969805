import { checkInteger, checkObject, checkSignal } from '@ruvector/core';
import { UnknownOutcomeError } from './errors.js';

/** How long a call may wait. */
export interface CallOptions {
  /** From 1 to 86,400,000 (a day), by the server's clock, to the tick. @default 5000 */
  readonly timeoutMs?: number;
  /**
   * Ends the wait with the signal's reason. A command that was proposed may take effect all the
   * same.
   */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 5_000;
const DAY_MS = 86_400_000;

/** @throws TypeError or RangeError that names the option and the rule. */
export function checkCallOptions(
  options: CallOptions,
): Required<Pick<CallOptions, 'timeoutMs'>> & Pick<CallOptions, 'signal'> {
  const { timeoutMs = TIMEOUT_MS, signal } = checkObject('options', options, {
    keys: ['timeoutMs', 'signal', 'session'],
  });
  checkInteger('options.timeoutMs', timeoutMs, { min: 1, max: DAY_MS });
  return { timeoutMs, ...(signal && { signal: checkSignal('options.signal', signal)! }) };
}

interface Setting {
  readonly dueMs: number;
  /** What it fails with when it is due. */
  readonly late: () => Error;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when it is settled. */
  readonly over: () => void;
}

/** Something that is waited for, and settled by whoever knows first. */
export class Call<T> {
  readonly promise: Promise<T>;
  readonly dueMs: number;
  /** What it asks for may have come about, though nobody has said so. */
  mayBeDone = false;
  readonly #setting: Setting;
  readonly #onAbort: (() => void) | undefined;
  #isOver = false;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.dueMs = setting.dueMs;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { signal } = setting;
    if (!signal) return;
    this.#onAbort = () => this.reject(signal.reason);
    signal.addEventListener('abort', this.#onAbort);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  resolve(value: T): void {
    if (this.#end()) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  /** Nobody will say what came of it. */
  giveUp(cause: Error): void {
    this.reject(this.mayBeDone ? new UnknownOutcomeError({ cause }) : cause);
  }

  /** The time is over. */
  expire(): void {
    this.giveUp(this.#setting.late());
  }

  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    if (this.#onAbort) this.#setting.signal?.removeEventListener('abort', this.#onAbort);
    this.#setting.over();
    return true;
  }
}

type Waiting = Pick<Call<unknown>, 'dueMs' | 'expire' | 'giveUp'>;

/**
 * The calls that are waiting. They have no timers of their own: `expire` is called at each tick,
 * and looks at them only if one may be due.
 */
export class Calls {
  readonly #open = new Set<Waiting>();
  #nextDueMs = Infinity;

  /** @param over - called once, when the call is settled. */
  open<T>(setting: Omit<Setting, 'over'>, over: () => void = () => undefined): Call<T> {
    const call: Call<T> = new Call<T>({
      ...setting,
      over: () => {
        this.#open.delete(call);
        over();
      },
    });
    this.#open.add(call);
    this.#nextDueMs = Math.min(this.#nextDueMs, call.dueMs);
    return call;
  }

  expire(nowMs: number): void {
    if (nowMs < this.#nextDueMs) return;
    for (const call of [...this.#open]) if (call.dueMs <= nowMs) call.expire();
    this.#nextDueMs = Infinity;
    for (const { dueMs } of this.#open) this.#nextDueMs = Math.min(this.#nextDueMs, dueMs);
  }

  giveUpAll(cause: Error): void {
    for (const call of [...this.#open]) call.giveUp(cause);
  }
}
