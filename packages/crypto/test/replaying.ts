import { equalBytes } from '@ruvector/core';
import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import type { TestRunner } from '@ruvector/core/testing';
import type { AsyncPrimitives } from '@ruvector/crypto';

/** What a call gave or rejected with, and the bytes that its result had then. */
interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly spoiltArguments: boolean;
  readonly bytes: ReadonlyMap<ArrayBufferLike, Uint8Array>;
}

type Call = (...args: unknown[]) => Promise<unknown>;
type Guess = (...args: unknown[]) => unknown;

/** A call that was made and not awaited yet, and what it was made with. */
interface Asked {
  readonly call: Call;
  readonly args: unknown[];
}

const CALLS_MAX = 20_000;
/** What arguments are overwritten with as soon as a call has returned its promise. */
const OVERWRITTEN = 0xa5;

/**
 * Lets the compliance suite, whose cases are synchronous, judge promises. A case runs up to its
 * first call, which is then made and awaited; it runs again from the beginning, is given what that
 * call gave, and comes to the second; and so on to its end. Cases are deterministic, so each run
 * takes the way of the last one. Arguments are overwritten before the promise is awaited: all cases
 * also say that a provider reads them during the call.
 *
 * Cases of a thousand calls would need as many runs. Where another provider answers in the
 * meantime, a run goes on to its end; what it was told wrong, the next run finds out by a call that
 * is no longer the same, and goes on anew from there.
 */
export class Replaying {
  #log: (Asked & { readonly outcome: Outcome })[] = [];
  #at = 0;
  #asked: Asked[] = [];
  #stopped = false;
  #given = new Map<ArrayBufferLike, Uint8Array>();

  /** The runner for the suite, on top of one. */
  runner({ describe, it }: TestRunner): TestRunner {
    return { describe, it: (title, body) => it(title, () => this.#toTheEnd(body)) };
  }

  /**
   * What the suite is given for promises. Of HKDF there are none.
   *
   * @param meantime - primitives of another provider, as they should be and quick.
   */
  provider(
    name: string,
    face: AsyncPrimitives,
    meantime: Partial<CryptoProvider> = {},
  ): PostQuantumCryptoProvider {
    return { name, ...(this.#synchronous(face, meantime) as object) } as PostQuantumCryptoProvider;
  }

  /** The same of a synchronous provider, so that no run asks it again what it has answered. */
  remembering(provider: CryptoProvider): PostQuantumCryptoProvider {
    return this.provider(provider.name, promisesOf(provider) as unknown as AsyncPrimitives);
  }

  #synchronous(part: object, meantime: unknown): unknown {
    if (typeof part === 'function')
      return (...args: unknown[]) => this.#ask(part as Call, args, meantime as Guess | undefined);
    const entries = Object.entries(part).map(([name, f]: [string, object]) => [
      name,
      this.#synchronous(f, (meantime as Record<string, unknown> | undefined)?.[name]),
    ]);
    return Object.fromEntries(entries);
  }

  async #toTheEnd(body: () => Promise<void>): Promise<void> {
    this.#log = [];
    while (this.#log.length < CALLS_MAX) {
      this.#at = 0;
      this.#asked = [];
      this.#stopped = false;
      this.#given = new Map();
      let failure: { readonly error: unknown } | undefined;
      try {
        await body();
      } catch (error) {
        failure = { error };
      }
      if (this.#asked.length === 0) {
        if (failure !== undefined) throw failure.error;
        return;
      }
      for (const asked of this.#asked)
        this.#log.push({ ...asked, outcome: await settled(asked.call, copyOf(asked.args)) });
    }
    throw new Error(`a case of more than ${CALLS_MAX} calls`);
  }

  #ask(call: Call, args: unknown[], guess: Guess | undefined): unknown {
    const known = this.#log[this.#at];
    if (known !== undefined && (known.call !== call || !isSame(known.args, args)))
      this.#log.length = this.#at; // the way here was another one
    const outcome = this.#log[this.#at++]?.outcome;
    if (outcome === undefined) {
      if (!this.#stopped) this.#asked.push({ call, args: copyOf(args) });
      this.#stopped ||= guess === undefined;
      if (guess === undefined || this.#stopped) throw new Error('not known yet');
      return guess(...args);
    }
    if (outcome.spoiltArguments) arraysIn(args).forEach((array) => array.fill(OVERWRITTEN));
    if ('error' in outcome) throw outcome.error;
    return this.#copied(outcome.value, outcome.bytes);
  }

  /** A copy in which arrays share memory exactly if they did in what the calls of this run gave. */
  #copied(value: unknown, bytes: Outcome['bytes']): unknown {
    if (value instanceof Uint8Array) {
      const then = bytes.get(value.buffer)!;
      const own = this.#given.get(value.buffer) ?? new Uint8Array(then.length);
      own.set(then);
      this.#given.set(value.buffer, own);
      const view = new Uint8Array(own.buffer, value.byteOffset, value.length);
      return Object.setPrototypeOf(view, Object.getPrototypeOf(value) as object);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, part]) => [name, this.#copied(part, bytes)]);
    return Object.fromEntries(entries);
  }
}

async function settled(call: Call, args: unknown[]): Promise<Outcome> {
  const arrays = arraysIn(args);
  const before = arrays.map((array) => array.slice());
  const promise = atOnce(call, args);
  const inTheCall = arrays.some((array, i) => array.some((byte, at) => byte !== before[i]![at]));
  for (const array of arrays) array.fill(OVERWRITTEN);
  const ended = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const later = arrays.some((array) => array.some((byte) => byte !== OVERWRITTEN));
  const results = arraysIn('value' in ended ? [ended.value] : []);
  const bytes = new Map(results.map(({ buffer }) => [buffer, new Uint8Array(buffer).slice()]));
  return { ...ended, spoiltArguments: inTheCall || later, bytes };
}

function atOnce(call: Call, args: unknown[]): Promise<unknown> {
  try {
    const promise: unknown = call(...args);
    if (promise instanceof Promise) return promise;
  } catch (cause) {
    return Promise.reject(new Error('threw at once, where it should reject', { cause }));
  }
  return Promise.reject(new Error('gave no promise'));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function arraysIn(values: readonly unknown[]): Uint8Array[] {
  return values.flatMap((value) => {
    if (value instanceof Uint8Array) return [value];
    return isPlain(value) ? arraysIn(Object.values(value)) : [];
  });
}

/** Arguments with memory of their own, views of a larger buffer as such. */
function copyOf(args: readonly unknown[]): unknown[] {
  return args.map((arg) => {
    if (arg instanceof Uint8Array) {
      const { byteOffset, length } = arg;
      return new Uint8Array(new Uint8Array(arg.buffer).slice().buffer, byteOffset, length);
    }
    if (!isPlain(arg)) return arg;
    const names = Object.keys(arg);
    const values = copyOf(Object.values(arg));
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  });
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, i) => {
      const other = others[i];
      if (one instanceof Uint8Array && other instanceof Uint8Array) return equalBytes(one, other);
      if (!isPlain(one) || !isPlain(other)) return typeof one === typeof other;
      return (
        Object.keys(one).join() === Object.keys(other).join() &&
        isSame(Object.values(one), Object.values(other))
      );
    })
  );
}

/** The functions of a provider, at any depth, as ones that give promises. */
function promisesOf(functions: object): object {
  const entries = Object.entries(functions).flatMap(([name, part]: [string, unknown]) => {
    if (typeof part === 'object' && part !== null) return [[name, promisesOf(part)]];
    if (typeof part !== 'function') return [];
    return [[name, async (...args: unknown[]) => (part as (...a: unknown[]) => unknown)(...args)]];
  });
  return Object.fromEntries(entries) as object;
}
