/**
 * Throws unless `act` throws a mistake of this kind that names the parameter.
 * @returns that mistake
 */
export function assertNamedMistake(
  act: () => unknown,
  kind: TypeErrorConstructor | RangeErrorConstructor,
  parameter: string,
): unknown {
  const error = thrownBy(act);
  const fits = error instanceof kind && new RegExp(`\\b${parameter}\\b`).test(error.message);
  if (!fits)
    throw new Error(`expected a ${kind.name} that names ${parameter}, got ${String(error)}`, {
      cause: error,
    });
  return error;
}

/** What `act` throws, or `undefined`. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
