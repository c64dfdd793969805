import type { Backend } from '../backend.js';
import type { Promised } from './async-primitives.js';

/**
 * A `Backend` of promises. Arrays are the caller's: a backend copies before its first `await` what
 * it reads later.
 */
export type AsyncBackend = Promised<Omit<Backend, 'name'>>;

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A synchronous backend as promises; it is done with its arguments when the call returns. */
export function promisedBackend<B extends { readonly name: string }>(
  backend: B,
): Promised<Omit<B, 'name'>> {
  const { name: _name, ...functions } = backend;
  const promised = Object.entries(functions as unknown as Functions).map(([key, f]) => [
    key,
    async (...args: never[]) => f(...args),
  ]);
  return Object.fromEntries(promised) as Promised<Omit<B, 'name'>>;
}
