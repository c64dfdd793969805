import { type ByteReader, type ByteWriter, LimitError } from '@ruvector/core';
import type { EntryCodec } from './ledger-bytes.js';
import { type Action, readState, type State, writeState } from './state.js';

/** Where an action led, how often, and the rewards on the way summed up. */
export interface Outcome {
  /** `undefined`: the episode ended. */
  readonly next: State | undefined;
  count: number;
  rewardSum: number;
}

/** All that one agent saw of one action in one state: sufficient statistics of its model. */
export interface Transitions {
  readonly state: State;
  readonly action: Action;
  readonly outcomes: Outcome[];
}

const OUTCOME_BYTES_MIN = 17; // kind of next state 1, count 8, sum of rewards 8

/** |reward| above this is refused, so that sums stay finite. */
export const REWARD_MAX = 1e12;

/** One text per pair; JSON keeps 1 and "1" apart. */
export const pairKey = (state: State, action: Action): string => JSON.stringify([state, action]);

export function visitsOf(transitions: Transitions): number {
  let count = 0;
  for (const outcome of transitions.outcomes) count += outcome.count;
  return count;
}

/**
 * Counts one more observation, in place.
 * @throws LimitError if it would be one outcome too many.
 */
export function countOutcome(
  { outcomes }: Transitions,
  next: State | undefined,
  reward: number,
  outcomesMax: number,
): void {
  for (const outcome of outcomes)
    if (outcome.next === next) {
      outcome.count++;
      outcome.rewardSum += reward;
      return;
    }
  if (outcomes.length >= outcomesMax) throw new LimitError('outcomesMax', outcomesMax);
  outcomes.push({ next, count: 1, rewardSum: reward });
}

/** Key: state, action. Value: u32 outcomes, each next state, f64 count, f64 reward sum. */
export function transitionsCodec(
  actions: ReadonlySet<Action>,
  outcomesMax: number,
): EntryCodec<string, Transitions> {
  return {
    magic: 'RVLQ',
    entryBytesMin: 31, // state and action as empty texts 10, outcomes 4 and one of them 17
    write(writer: ByteWriter, _key, { state, action, outcomes }) {
      writeState(writer, state);
      writeState(writer, action);
      writer.u32(outcomes.length);
      for (const { next, count, rewardSum } of outcomes) {
        writeState(writer, next);
        writer.f64(count).f64(rewardSum);
      }
    },
    read(reader: ByteReader) {
      const state = readState(reader);
      const action = readState(reader);
      if (state === undefined) reader.fail('a pair without state');
      if (action === undefined || !actions.has(action))
        reader.fail('an action that is not in the list of actions');
      const outcomes = readOutcomes(reader, outcomesMax);
      return { key: pairKey(state, action), value: { state, action, outcomes } };
    },
  };
}

function readOutcomes(reader: ByteReader, outcomesMax: number): Outcome[] {
  const length = reader.count(OUTCOME_BYTES_MIN, outcomesMax);
  if (length === 0) reader.fail('a pair without outcomes');
  const seen = new Set<State | undefined>();
  const outcomes: Outcome[] = [];
  for (let i = 0; i < length; i++) {
    const next = readState(reader);
    if (seen.has(next)) reader.fail('the same outcome twice');
    seen.add(next);
    const count = reader.f64();
    if (!Number.isSafeInteger(count) || count < 1) reader.fail('a count that counts nothing');
    const rewardSum = reader.f64();
    if (!(Math.abs(rewardSum) <= REWARD_MAX * count)) reader.fail('a reward out of range');
    outcomes.push({ next, count, rewardSum });
  }
  return outcomes;
}
