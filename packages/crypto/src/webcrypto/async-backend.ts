import type { Backend } from '../backend.js';
import type { Promised } from './async-primitives.js';

/**
 * A `Backend` of promises. Arrays are the caller's: a backend copies before its first `await` what
 * it reads later.
 */
export type AsyncBackend = Promised<Omit<Backend, 'name'>>;

type Synchronous = Record<string, (...args: never[]) => unknown>;

/** A synchronous backend as promises; it is done with its arguments when the call returns. */
export function promisedBackend<B extends { readonly name: string }>({
  name: _,
  ...functions
}: B): Promised<Omit<B, 'name'>> {
  const entries = Object.entries(functions as unknown as Synchronous).map(([key, f]) => [
    key,
    async (...args: never[]) => f(...args),
  ]);
  return Object.fromEntries(entries) as Promised<Omit<B, 'name'>>;
}
