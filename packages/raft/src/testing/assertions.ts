import { isEdgeError } from '@ruvector/core';
import type { Restored } from '../entry.js';
import { difference, type Model } from './model.js';

export function assertTrue(condition: boolean, claim: string): void {
  if (!condition) throw new Error(claim);
}

export function assertLoaded(loaded: Restored, model: Model, what: string): void {
  const found = difference(loaded, model);
  if (found !== undefined) throw new Error(`${what}: ${found}`);
}

/** Rejects, and does not throw, with this code. */
export async function assertRejects(
  act: () => Promise<unknown>,
  code: string,
  what: string,
): Promise<void> {
  const error = await rejection(act, what);
  if (!isEdgeError(error, code))
    throw new Error(`${what}: expected ${code}, got ${String(error)}`, { cause: error });
}

/** Rejects with a mistake of the caller's that names the parameter. */
export async function assertMistake(
  act: () => Promise<unknown>,
  names: string,
  what: string,
): Promise<void> {
  const error = await rejection(act, what);
  const isMistake = error instanceof TypeError || error instanceof RangeError;
  if (!isMistake || !error.message.includes(names))
    throw new Error(`${what}: expected a mistake that names ${names}, got ${String(error)}`);
}

async function rejection(act: () => Promise<unknown>, what: string): Promise<unknown> {
  const promise = act();
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: it resolved`);
}
