import type { Clock } from '../clock.js';
import { equalBytes } from '../bytes.js';
import { isEdgeError } from '../edge-error.js';

const show = (value: unknown): string => {
  if (value instanceof Uint8Array)
    return `${value.length} bytes [${value.slice(0, 8).join(' ')} …]`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
};

export function assertTrue(condition: boolean, claim: string): void {
  if (!condition) throw new Error(claim);
}

export function assertSame<T>(actual: T, expected: T, what: string): void {
  if (!Object.is(actual, expected))
    throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

export function assertBytes(actual: Uint8Array | undefined, expected: Uint8Array, what: string) {
  if (actual === undefined || !equalBytes(actual, expected))
    throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

export function assertThrows(act: () => unknown, code: string, what: string): void {
  try {
    act();
  } catch (error) {
    assertCode(error, code, what);
    return;
  }
  throw new Error(`${what}: expected ${code}, nothing was thrown`);
}

/** Rejects with `code` if that is a string, else with exactly that value. */
export async function assertRejects(
  promise: Promise<unknown>,
  reason: unknown,
  what: string,
): Promise<void> {
  let caught: { readonly error: unknown } | undefined;
  await promise.catch((error: unknown) => (caught = { error }));
  if (caught === undefined) throw new Error(`${what}: expected ${show(reason)}, it resolved`);
  if (typeof reason === 'string') assertCode(caught.error, reason, what);
  else assertSame(caught.error, reason, what);
}

function assertCode(error: unknown, code: string, what: string): void {
  if (!isEdgeError(error, code))
    throw new Error(`${what}: expected ${code}, got ${show(error)}`, { cause: error });
}

/** Waiting with an end: for an event, never for a duration. */
export class Deadline {
  readonly #clock: Clock;
  readonly #ms: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** The promise's own outcome, or an error once the time is over. */
  async within<T>(promise: Promise<T>, what: string): Promise<T> {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.setTimeout(() => reject(this.#late(what)), this.#ms);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      cancel();
    }
  }

  /** Repeats `act` after each `pause` until it returns true. */
  async until(act: () => boolean, pause: () => Promise<void>, what: string): Promise<void> {
    const end = this.#clock.monotonic() + this.#ms;
    while (!act()) {
      if (this.#clock.monotonic() > end) throw this.#late(what);
      await this.within(pause(), what);
    }
  }

  /** Resolves after everything that was ready to run has run. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimeout(resolve, 0));
  }

  #late(what: string): Error {
    return new Error(`${what}: not within ${this.#ms} ms`);
  }
}
