import { checkInteger, checkObject } from '@ruvector/core';
import type { LedgerLimits } from './ledger.js';

/**
 * UTF-8 takes so many bytes for a UTF-16 code unit at most: where a reader may give up on a text.
 */
export const UTF8_BYTES_PER_UNIT = 3;

/**
 * Bounds on what one store takes in; above them it refuses with `ERR_LIMIT` and stays as it was.
 */
export interface LearningLimits {
  /** Agents whose observations are held. @default 256 */
  agentsMax?: number;
  /** Patterns, or state–action pairs, of one agent. @default 10_000 patterns, 20_000 pairs */
  entriesMax?: number;
  /** The same of all agents together. @default 100_000 patterns, 200_000 pairs */
  totalMax?: number;
}

const NAMES: readonly (keyof LearningLimits)[] = ['agentsMax', 'entriesMax', 'totalMax'];

/** The caller's limits, checked, over the defaults. */
export function checkLimits(limits: LearningLimits = {}, defaults: LedgerLimits): LedgerLimits {
  checkObject('limits', limits, { keys: NAMES });
  const check = (name: keyof LedgerLimits) =>
    checkInteger(`limits.${name}`, limits[name] ?? defaults[name], { min: 1 });
  return {
    agentsMax: check('agentsMax'),
    entriesMax: check('entriesMax'),
    totalMax: check('totalMax'),
  };
}
