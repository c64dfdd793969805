import { checkBytes, checkString, type StorageOperation } from '@ruvector/core';

/** What becomes of each key: its new bytes, or `undefined` if it goes. */
export type Changes = Map<string, Uint8Array | undefined>;

/**
 * The operations of a batch, checked and copied. Of several on one key the last decides, since
 * nobody sees a batch half done.
 *
 * @param keep - makes bytes that the caller cannot change any more.
 */
export function changesOf(
  operations: readonly StorageOperation[],
  keep: (bytes: Uint8Array) => Uint8Array = copyOf,
): Changes {
  if (!Array.isArray(operations))
    throw new TypeError(`operations must be an array, got ${typeof operations}`);
  const changes: Changes = new Map();
  for (let i = 0; i < operations.length; i++) {
    // by index, since a hole is a mistake too
    const [key, bytes] = checked(operations[i], `operations[${i}]`);
    changes.set(key, bytes);
  }
  // kept last: nothing is copied in vain
  for (const [key, bytes] of changes) if (bytes !== undefined) changes.set(key, keep(bytes));
  return changes;
}

/**
 * Bytes of our own, in a buffer of their own that no thread shares, whatever was given: `slice` of
 * a subclass would make another one.
 */
export const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

function checked(operation: unknown, name: string): [string, Uint8Array | undefined] {
  if (typeof operation !== 'object' || operation === null)
    throw new TypeError(`${name} must be { put } or { delete }, got ${String(operation)}`);
  if (Object.hasOwn(operation, 'put') === Object.hasOwn(operation, 'delete'))
    throw new TypeError(`${name} must be either { put } or { delete }`);
  if ('delete' in operation) return [checkString(`${name}.delete`, operation.delete), undefined];
  const { put } = operation as { put: unknown };
  if (!Array.isArray(put) || put.length !== 2)
    throw new TypeError(`${name}.put must be [key, bytes]`);
  return [checkString(`${name}.put[0]`, put[0]), checkBytes(`${name}.put[1]`, put[1])];
}
