/**
 * Compares secret bytes: the time depends on the length only, never on where they differ.
 *
 * @example
 * constantTimeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2)); // => true
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
