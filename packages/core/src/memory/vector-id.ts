import { checkInteger, checkText } from '../argument.js';
import type { VectorId } from '../vector-index.js';

const ID_CHARS_MAX = 65_536;

/**
 * A safe integer (−0 is 0) or a string of whole characters: a lone surrogate has no bytes of its
 * own.
 */
export function checkVectorId(id: unknown, name = 'id'): VectorId {
  if (typeof id === 'number') return checkInteger(name, id) + 0;
  if (typeof id !== 'string')
    throw new TypeError(`${name} must be a string or a number, got ${typeof id}`);
  return checkText(name, id, { max: ID_CHARS_MAX });
}

/** Numbers before strings, numbers by size, strings by UTF-16 code units. */
export function compareIds(a: VectorId, b: VectorId): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
