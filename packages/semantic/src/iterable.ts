/**
 * Something to go through that is not text: a string is iterable too, but its characters are never
 * what the caller meant.
 */
export function checkIterable<T>(name: string, value: Iterable<T>): Iterable<T> {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
    throw new TypeError(`${name} must be an array or other iterable, got ${typeof value}`);
  return value;
}
