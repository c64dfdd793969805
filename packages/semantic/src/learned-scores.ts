import type { Profile } from './profile.js';

/** A candidate and the score it had when the outcome came. */
export interface Lesson {
  readonly agentId: string;
  readonly score: number;
}

/** Length of an agent's learned weights; features are folded into it. */
export const LEARNED_DIMENSIONS = 1024;
/** Agents with learned weights, 4 kB each; the one longest without a lesson is forgotten first. */
export const LEARNERS_MAX = 4096;

const STEP = 0.2;
const TEMPERATURE = 0.05; // a score that is higher by 0.05 makes an agent e times as likely
// "No agent at all" competes with this score, so that lessons also move scores past a threshold,
// which being ahead of the rivals alone would not.
const NOBODY_SCORE = 0.3;

/**
 * What outcomes taught: for each agent a weight vector that moves its score towards 1 for tasks
 * like those it did well and towards 0 for tasks like those it failed. One step of gradient ascent
 * on the log-likelihood of a softmax over the agents for each outcome; a vector's length never
 * exceeds 1.
 */
export class LearnedScores {
  readonly #weights = new Map<string, Float32Array>();

  /** The weights of each agent that has any, the one longest without a lesson first. */
  get weights(): ReadonlyMap<string, Float32Array> {
    return this.#weights;
  }

  restore(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [id, values] of weights) this.#weights.set(id, values);
  }

  forget(id: string): void {
    this.#weights.delete(id);
  }

  /** A function that moves the score of an agent for one task; 0 and 1 are its limits. */
  lifts(task: Profile): (agentId: string, score: number) => number {
    if (this.#weights.size === 0) return (_, score) => score;
    const { places, values } = fold(task);
    return (agentId, score) => {
      const weights = this.#weights.get(agentId);
      if (weights === undefined) return score;
      let lift = 0;
      for (let i = 0; i < places.length; i++) lift += weights[places[i]!]! * values[i]!;
      lift = Math.max(-1, Math.min(1, lift));
      return lift > 0 ? score + (1 - score) * lift : score * (1 + lift);
    };
  }

  learn(task: Profile, agent: Lesson, rivals: readonly Lesson[], success: boolean): void {
    const { places, values } = fold(task);
    const all = [agent, ...rivals];
    const chances = softmax([...all.map(({ score }) => score), NOBODY_SCORE]);
    const own = chances[0]!;
    // success: d log p(agent); failure: d log (1 − p(agent)), which never fades where it matters
    const slopes = success
      ? chances.map((chance, i) => (i === 0 ? 1 - chance : -chance))
      : chances.map((chance, i) => (i === 0 ? -own : (own * chance) / Math.max(1e-9, 1 - own)));
    // backwards, so that the agent itself is the last touched and the last to be forgotten
    for (let a = all.length - 1; a >= 0; a--) {
      const step = STEP * slopes[a]!;
      const weights = this.#touch(all[a]!.agentId);
      for (let i = 0; i < places.length; i++) weights[places[i]!]! += step * values[i]!;
      shorten(weights);
    }
  }

  #touch(id: string): Float32Array {
    const weights = this.#weights.get(id) ?? new Float32Array(LEARNED_DIMENSIONS);
    this.#weights.delete(id);
    this.#weights.set(id, weights);
    const [oldest] = this.#weights.keys();
    if (this.#weights.size > LEARNERS_MAX && oldest !== undefined) this.#weights.delete(oldest);
    return weights;
  }
}

/** A profile of length 1 in `LEARNED_DIMENSIONS` places. */
function fold({ keys, values, norm }: Profile): { places: Uint16Array; values: Float32Array } {
  const places = new Uint16Array(keys.length);
  const folded = new Float32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    places[i] = keys[i]! % LEARNED_DIMENSIONS;
    const sign = keys[i]! & LEARNED_DIMENSIONS ? -1 : 1; // what falls together may cancel out
    folded[i] = (sign * values[i]!) / norm;
  }
  return { places, values: folded };
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp((score - highest) / TEMPERATURE));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Scales a vector longer than 1 to length 1. */
function shorten(vector: Float32Array): void {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += vector[i]! * vector[i]!;
  if (square <= 1) return;
  const scale = 1 / Math.sqrt(square);
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
}
