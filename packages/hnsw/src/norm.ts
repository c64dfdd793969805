/** The length of a vector, in 64 bits. */
export function normOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value ** 2;
  return Math.sqrt(sum);
}
