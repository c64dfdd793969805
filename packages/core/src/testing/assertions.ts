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
