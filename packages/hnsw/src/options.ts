import { checkInteger, checkNumber, checkObject, type Metric } from '@ruvector/core';
import { DIMENSIONS_MAX, METRICS } from './collection.js';
import { SHARD_BYTES_MAX } from './shard-memory.js';
import { STORAGES, type VectorStorage } from './shard-options.js';

/** How an `HnswIndex` is made. */
export interface HnswIndexOptions {
  /** From 1 to 65,535. @default that of the first vector */
  dimensions?: number;
  /** @default 'l2' */
  metric?: Metric;
  /**
   * Links of a node on each level, twice as many on level 0, from 2 to 128: more for data of many
   * dimensions and high recall, at the price of memory and time. @default 16
   */
  M?: number;
  /**
   * How many candidates an insert looks at, from 1 to 4,096: more make a better graph and a slower
   * insert. @default 200
   */
  efConstruction?: number;
  /**
   * What is kept of a vector. `f32+sq7`: it and a code of 7 bits a value, which searches walk on;
   * `sq7`: the code alone, in a quarter of the memory; `f32`: the vector alone; `bit`: the vector
   * and one bit a value, for vectors of some hundreds of dimensions or more. Bits say less than
   * codes, so that a search looks at more of them, and then at the vectors.
   * @default 'f32+sq7'
   */
  storage?: VectorStorage;
  /**
   * Vectors that there is room for from the start, under `sq7` from when codes are trained; more
   * come with growth.
   * @default 0
   */
  capacity?: number;
  /** Of the levels that are drawn: an unsigned integer of 32 bits. @default 1 */
  seed?: number;
  /**
   * Recall of the 10 nearest that a search aims at which does not say its `efSearch`, from 0.5 to
   * 0.999: the index measures on a sample of itself what that takes. @default 0.95
   */
  targetRecall?: number;
  /**
   * Bytes of one memory at most, from 1 MiB to 4 GiB; more vectors get more memories. What workers
   * and broad searches need is part of it: where that is too little, one thread does it, and all
   * are compared. Only what has to be in one memory makes it larger: one vector, and under `sq7`
   * those that codes are trained on.
   * @default 2^32
   */
  shardBytes?: number;
}

const KEYS: readonly (keyof HnswIndexOptions)[] = [
  'dimensions',
  'metric',
  'M',
  'efConstruction',
  'storage',
  'capacity',
  'seed',
  'targetRecall',
  'shardBytes',
];
const SHARD_BYTES_MIN = 2 ** 20;
const EF_SEARCH_MAX = 65_536;

/** All options of an index, checked. */
export type CheckedOptions = Required<Omit<HnswIndexOptions, 'dimensions'>> & {
  dimensions: number | undefined;
};

/**
 * Fills in what is not given.
 *
 * @throws TypeError or RangeError that names the option, the value and the rule.
 */
export function checkOptions(options: HnswIndexOptions): CheckedOptions {
  const given = checkObject('options', options, { keys: KEYS });
  const { dimensions, metric = 'l2', M = 16, efConstruction = 200, storage = 'f32+sq7' } = given;
  const { capacity = 0, seed = 1, targetRecall = 0.95, shardBytes = SHARD_BYTES_MAX } = given;
  if (dimensions !== undefined)
    checkInteger('dimensions', dimensions, { min: 1, max: DIMENSIONS_MAX });
  return {
    dimensions,
    metric: checkOneOf('metric', metric, METRICS),
    M: checkInteger('M', M, { min: 2, max: 128 }),
    efConstruction: checkInteger('efConstruction', efConstruction, { min: 1, max: 4_096 }),
    storage: checkOneOf('storage', storage, STORAGES),
    capacity: checkInteger('capacity', capacity, { min: 0 }),
    seed: checkInteger('seed', seed, { min: 0, max: 0xffffffff }),
    targetRecall: checkNumber('targetRecall', targetRecall, { min: 0.5, max: 0.999 }),
    shardBytes: checkInteger('shardBytes', shardBytes, {
      min: SHARD_BYTES_MIN,
      max: SHARD_BYTES_MAX,
    }),
  };
}

/** @throws TypeError or RangeError for what no search may ask for. */
export function checkEfSearch(efSearch: number | undefined): void {
  if (efSearch !== undefined) checkInteger('efSearch', efSearch, { min: 1, max: EF_SEARCH_MAX });
}

/** @throws RangeError that names the choices. */
function checkOneOf<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (!choices.includes(value))
    throw new RangeError(`${name} must be one of ${choices.join(', ')}, got ${String(value)}`);
  return value;
}
