import type { Random } from '../../packages/core/src/random.js';

/** What competes, as one call, which is awaited if it returns a promise. */
export type Contender = () => unknown;

/** CPU time used so far, in microseconds. */
type CpuClock = () => number;

export interface RoundOptions {
  readonly clock: CpuClock;
  /** Decides who goes first, round by round. */
  readonly random: Random;
  /** What one contender's turn should take at least. */
  readonly turnMicros: number;
  /** What all measured rounds together should take at most, if that leaves `roundsMin`. */
  readonly budgetMicros: number;
  readonly roundsMin: number;
  readonly roundsMax: number;
  /** Times are for one of so many that a call does. */
  readonly per: number;
}

export interface Timing {
  readonly contender: string;
  readonly callsPerRound: number;
  /** Microseconds of CPU for one, by round. */
  readonly micros: readonly number[];
}

const WARM_UP_ROUNDS = 3;
const CALLS_MAX = 1e7;

/** Holds the last result, so that no compiler may think that it is not wanted. */
const consumed: { result: unknown } = { result: undefined };

/**
 * Lets contenders take turns, in an order drawn anew for every round, and says what a call cost in
 * each. Everybody has as many calls in a turn as make it last `turnMicros`: found cold, which warms
 * up as well, and again once warm.
 */
export async function timeRounds(
  contenders: ReadonlyMap<string, Contender>,
  options: RoundOptions,
): Promise<Timing[]> {
  const lanes = [...contenders].map(([name, contender]) => ({
    name,
    contender,
    calls: 1,
    micros: [] as number[],
  }));
  for (const lane of lanes) lane.calls = await calibrate(lane.contender, 1, options);
  for (let round = 0; round < WARM_UP_ROUNDS; round++)
    for (const { contender, calls } of lanes) await turn(contender, calls, options.clock);
  let roundMicros = 0;
  for (const lane of lanes) {
    lane.calls = await calibrate(lane.contender, lane.calls, options);
    roundMicros += await turn(lane.contender, lane.calls, options.clock);
  }
  const { roundsMin, roundsMax, budgetMicros, clock, random, per } = options;
  const affordable = Math.floor(budgetMicros / roundMicros);
  const rounds = Math.max(roundsMin, Math.min(roundsMax, affordable));
  for (let round = 0; round < rounds; round++)
    for (const { contender, calls, micros } of shuffled(lanes, random))
      micros.push((await turn(contender, calls, clock)) / calls / per);
  return lanes.map(({ name, calls, micros }) => ({
    contender: name,
    callsPerRound: calls,
    micros,
  }));
}

/** Work that can be done once only, such as filling an index: what a stage is to do, made ready. */
export type StagedContender = (stage: number) => Contender;

interface StageOptions extends Pick<RoundOptions, 'clock' | 'random' | 'per'> {
  readonly stages: number;
}

/**
 * Lets contenders take turns stage by stage, each stage in an order drawn anew. Nothing is repeated
 * or warmed up. Making a stage ready is not timed.
 */
export async function timeStages(
  contenders: ReadonlyMap<string, StagedContender>,
  { clock, random, per, stages }: StageOptions,
): Promise<Timing[]> {
  const lanes = [...contenders].map(([name, ready]) => ({ name, ready, micros: [] as number[] }));
  for (let stage = 0; stage < stages; stage++)
    for (const { ready, micros } of shuffled(lanes, random))
      micros.push((await turn(ready(stage), 1, clock)) / per);
  return lanes.map(({ name, micros }) => ({ contender: name, callsPerRound: 1, micros }));
}

/**
 * How many calls make a turn of at least `turnMicros`. The clock may stand still for short turns.
 */
export async function calibrate(
  contender: Contender,
  from: number,
  { clock, turnMicros }: Pick<RoundOptions, 'clock' | 'turnMicros'>,
): Promise<number> {
  for (let calls = from; ;) {
    const micros = await turn(contender, calls, clock);
    if (micros >= turnMicros || calls >= CALLS_MAX) return calls;
    const wanted = (1.1 * turnMicros) / Math.max(micros, 1);
    calls = Math.min(CALLS_MAX, Math.ceil(calls * Math.max(1.2, Math.min(10, wanted))));
  }
}

async function turn(call: Contender, calls: number, clock: CpuClock): Promise<number> {
  const start = clock();
  const first = call();
  if (first instanceof Promise) await awaitAll(first, call, calls);
  else callAll(first, call, calls);
  return clock() - start;
}

function callAll(first: unknown, call: Contender, calls: number): void {
  consumed.result = first;
  for (let i = 1; i < calls; i++) consumed.result = call();
}

async function awaitAll(first: unknown, call: Contender, calls: number): Promise<void> {
  consumed.result = await first;
  for (let i = 1; i < calls; i++) consumed.result = await call();
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.uint32() % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
