/** `TypeError` or `RangeError`: what a contract answers to a mistake of its caller. */
export type Mistake = typeof TypeError | typeof RangeError;

/** Throws that kind of error, and its message says `names` if that is given. */
export function assertMistake(act: () => unknown, kind: Mistake, what: string, names = ''): void {
  try {
    act();
  } catch (error) {
    assertKind(error, kind, what, names);
    return;
  }
  throw new Error(`${what}: expected a ${kind.name}, nothing was thrown`);
}

/** As `assertMistake`, of a call that rejects and does not throw. */
export async function assertMistakeLater(
  act: () => Promise<unknown>,
  kind: Mistake,
  what: string,
  names = '',
): Promise<void> {
  const pending = started(act, what);
  try {
    await pending;
  } catch (error) {
    assertKind(error, kind, what, names);
    return;
  }
  throw new Error(`${what}: expected a ${kind.name}, it resolved`);
}

/** The promise of a call, which must not throw: whoever handles promises would not hear of it. */
export function started<T>(act: () => Promise<T>, what: string): Promise<T> {
  try {
    return act();
  } catch (cause) {
    throw new Error(`${what}: threw at once, where it should reject`, { cause });
  }
}

function assertKind(error: unknown, kind: Mistake, what: string, names: string): void {
  if (!(error instanceof kind))
    throw new Error(`${what}: expected a ${kind.name}, got ${String(error)}`, { cause: error });
  if (!error.message.includes(names))
    throw new Error(`${what}: the message does not name ${names}: ${error.message}`);
}
