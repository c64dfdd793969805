import type { Random } from '@ruvector/core';

/** Index of the greatest value; of equals the first. */
export function greedy(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** ε-greedy: any index with probability `epsilon`, else a greatest one; equals by lot. */
export function epsilonGreedy(values: ArrayLike<number>, epsilon: number, random: Random): number {
  if (random.next() < epsilon) return Math.floor(random.next() * values.length);
  let best = 0;
  let equals = 1;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[best]!) {
      best = i;
      equals = 1;
    } else if (values[i] === values[best] && random.next() * ++equals < 1) best = i;
  }
  return best;
}

/** The probabilities with which `epsilonGreedy` draws. */
export function epsilonGreedyChances(values: ArrayLike<number>, epsilon: number): number[] {
  const all = Array.from(values);
  const most = values[greedy(values)];
  const equals = all.filter((value) => value === most).length;
  return all.map((v) => epsilon / all.length + (v === most ? (1 - epsilon) / equals : 0));
}

/** Softmax (Boltzmann): probability in proportion to exp(value / temperature). */
export function softmaxChances(values: ArrayLike<number>, temperature: number): number[] {
  const most = values[greedy(values)]!;
  const weights = Array.from(values, (value) => Math.exp((value - most) / temperature));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** An index drawn with the given probabilities, which add up to 1. */
export function draw(chances: readonly number[], random: Random): number {
  let left = random.next();
  for (let i = 0; i < chances.length - 1; i++) if ((left -= chances[i]!) < 0) return i;
  return chances.length - 1;
}
