import { writeFileSync } from 'node:fs';
import { seededRandom } from '../../packages/core/src/random.js';
import { judge, type Bound } from './goal.js';
import { leftOut } from './peer.js';
import type { BenchResult, Comparison, ContenderResult, Figure } from './result.js';
import {
  timeRounds,
  timeStages,
  type Contender,
  type StagedContender,
  type Timing,
} from './rounds.js';
import { runContext } from './run-context.js';
import { median, medianRatio, quantile } from './statistics.js';

/** What the first contender should reach: against another one, or by itself. */
export type Goal =
  | { readonly ratio: Bound; readonly against: string }
  | { readonly micros: Bound }
  /** Per second of CPU. */
  | { readonly perSecond: Bound };

interface CompareOptions {
  readonly goals?: readonly Goal[];
  /**
   * How many of what the title names a call does; times and rates are for one of them. Wants to be
   * more than one for what takes nanoseconds, and where it matters how many come at once.
   * @default 1
   */
  readonly per?: number;
}

interface StageOptions extends CompareOptions {
  /** How many there are; twenty or more make a ratio that one disturbance does not move. */
  readonly stages: number;
}

interface FigureOptions {
  /** @default 0 */
  readonly digits?: number;
  /** Stands behind the value: a unit, a range. */
  readonly detail?: string;
  readonly goal?: Bound;
}

/** What a bench does its work with. */
export interface Bench<P> {
  /** As stated, with what the command line says instead. */
  readonly parameters: P;
  /** Whether to do only as much as shows that the bench runs. */
  readonly quick: boolean;
  /**
   * Lets contenders take turns. The first is ours, and the others are what it is compared with; one
   * that is `undefined` is a peer that could not be had.
   */
  compare(
    title: string,
    contenders: Readonly<Record<string, Contender | undefined>>,
    options?: CompareOptions,
  ): Promise<void>;
  /**
   * Lets contenders take turns at work that can be done once only, such as filling an index, stage
   * by stage. The ratio is the median of those of the stages.
   *
   * @returns what all stages took, in microseconds of CPU for each that was there, by name.
   */
  compareStages(
    title: string,
    contenders: Readonly<Record<string, StagedContender | undefined>>,
    options: StageOptions,
  ): Promise<ReadonlyMap<string, number>>;
  /**
   * Reports what is not a time, with `digits` behind the point and whatever else there is to say.
   */
  figure(title: string, value: number, options?: FigureOptions): void;
}

const FULL = { turnMicros: 5_000, budgetMicros: 1_200_000, roundsMin: 5, roundsMax: 51 };
const QUICK = { turnMicros: 300, budgetMicros: 10_000, roundsMin: 2, roundsMax: 3 };

/**
 * CPU time of the whole process, which a busy machine disturbs less than the clock on the wall. Not
 * `threadCpuUsage`, which newer versions of Node have: it leaves out what the garbage collector and
 * the compiler do for a contender on threads of their own. It counts in microseconds.
 */
const processCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/**
 * One bench file: states its parameters, which the report prints, and measures. A goal that is
 * missed is reported and does not fail; a wrong answer should throw.
 */
export async function bench<P extends Readonly<Record<string, number>>>(
  parameters: P,
  measure: (bench: Bench<P>) => unknown,
): Promise<void> {
  const context = runContext();
  const given = Object.entries(context.parameters).filter(([name]) => name in parameters);
  const stated: P = { ...parameters, ...Object.fromEntries(given) };
  const comparisons: Comparison[] = [];
  const figures: Figure[] = [];
  const random = seededRandom(1);
  await measure({
    parameters: stated,
    quick: context.quick,
    async compare(title, contenders, { goals = [], per = 1 } = {}) {
      const pace = context.quick ? QUICK : FULL;
      const options = { ...pace, clock: processCpu, random, per };
      const timings = await timeRounds(presentOf(contenders), options);
      comparisons.push({ title, contenders: evaluate(Object.keys(contenders), timings, goals) });
    },
    async compareStages(title, contenders, { goals = [], per = 1, stages }) {
      const options = { clock: processCpu, random, per, stages };
      const timings = await timeStages(presentOf(contenders), options);
      comparisons.push({ title, contenders: evaluate(Object.keys(contenders), timings, goals) });
      const total = (micros: readonly number[]) =>
        per * micros.reduce((sum, each) => sum + each, 0);
      return new Map(timings.map(({ contender, micros }) => [contender, total(micros)]));
    },
    figure(title, value, { digits = 0, detail, goal } = {}) {
      const verdicts = goal === undefined ? [] : [judge(goal, value)];
      figures.push({ title, value, digits, ...(detail && { detail }), verdicts });
    },
  });
  const missing = [...leftOut].map(([name, reason]) => `${name} (${reason})`);
  const { name, resultFile } = context;
  const result: BenchResult = { name, parameters: stated, comparisons, figures, leftOut: missing };
  writeFileSync(resultFile, JSON.stringify(result));
}

/** Without the peers that could not be had. */
const presentOf = <T>(contenders: Readonly<Record<string, T | undefined>>): Map<string, T> =>
  new Map(
    Object.entries(contenders).filter((entry): entry is [string, T] => entry[1] !== undefined),
  );

/** @throws RangeError for a goal against a contender that nobody named. */
export function evaluate(
  named: readonly string[],
  timings: readonly Timing[],
  goals: readonly Goal[],
): ContenderResult[] {
  for (const goal of goals)
    if ('against' in goal && !named.slice(1).includes(goal.against))
      throw new RangeError(`a goal is against ${goal.against}, which is no other contender`);
  const ours = timings[0]!;
  const micros = median(ours.micros);
  const absolute = goals.flatMap((goal) =>
    'micros' in goal
      ? [judge(goal.micros, micros, ' µs')]
      : 'perSecond' in goal
        ? [judge(goal.perSecond, 1e6 / micros, '/s')]
        : [],
  );
  return timings.map(({ contender, callsPerRound, micros: times }) => {
    const ratio = contender === ours.contender ? undefined : medianRatio(ours.micros, times);
    return {
      contender,
      rounds: times.length,
      callsPerRound,
      median: median(times),
      p95: quantile(times, 0.95),
      ...(ratio === undefined ? {} : { ratio }),
      verdicts:
        ratio === undefined
          ? absolute
          : goals.flatMap((goal) =>
              'against' in goal && goal.against === contender
                ? [judge(goal.ratio, ratio, '×')]
                : [],
            ),
    };
  });
}
