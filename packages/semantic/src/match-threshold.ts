import { checkId, checkObject } from '@ruvector/core';
import type { AgentMatch } from './agent-ranking.js';

/** A task with the agent that should get it; `undefined`: no agent should. */
export interface MatchSample {
  readonly task: string;
  readonly agentId: string | undefined;
}

/** How well samples are matched. A share of nothing is NaN. */
export interface MatchEvaluation {
  /** How many there were. */
  samples: number;
  /** Share of samples that got exactly what they should: their agent, or none. */
  accuracy: number;
  /** Of the samples with an agent: the share whose agent scored highest, whatever the threshold. */
  top1: number;
  /** Of the samples with an agent: the share that got their agent. */
  matched: number;
  /** Of the samples without an agent: the share that got none. */
  refused: number;
}

/** @throws TypeError, RangeError for what is no sample; the task is checked when it is read. */
export function checkSample(sample: MatchSample): MatchSample {
  const { agentId } = checkObject('sample', sample);
  if (agentId !== undefined) checkId('sample.agentId', agentId);
  return sample;
}

/** A sample with the best match that there is for it. */
export interface JudgedSample {
  readonly expected: string | undefined;
  readonly best: AgentMatch | undefined;
}

/** How a threshold does on samples. */
export function evaluateThreshold(
  judged: readonly JudgedSample[],
  threshold: number,
): MatchEvaluation {
  let [withAgent, top1, matched, refused] = [0, 0, 0, 0];
  for (const { expected, best } of judged) {
    const passes = best !== undefined && best.score >= threshold;
    if (expected === undefined) {
      if (!passes) refused++;
      continue;
    }
    withAgent++;
    if (best?.agentId !== expected) continue;
    top1++;
    if (passes) matched++;
  }
  const without = judged.length - withAgent;
  return {
    samples: judged.length,
    accuracy: (matched + refused) / judged.length,
    top1: top1 / withAgent,
    matched: matched / withAgent,
    refused: refused / without,
  };
}

/**
 * The threshold with the highest accuracy on samples: half way between two neighbouring scores; of
 * equally good ones that in the widest gap.
 */
export function bestThreshold(judged: readonly JudgedSample[], fallback: number): number {
  // A right match is lost when the threshold rises above its score, a match for a sample without
  // agent is won; a wrong agent is wrong at every threshold.
  const steps = judged
    .filter(({ expected, best }) => best && (expected ?? best.agentId) === best.agentId)
    .map(({ expected, best }) => ({ score: best!.score, gain: expected === undefined ? 1 : -1 }))
    .sort((a, b) => a.score - b.score);
  if (steps.length === 0) return fallback; // nothing to choose by
  let [best, bestGain, bestGap, gain] = [fallback, -Infinity, 0, 0];
  for (let i = 0; i <= steps.length; i++) {
    const below = steps[i - 1]?.score ?? 0;
    const above = steps[i]?.score ?? 1;
    if (above > below && (gain > bestGain || (gain === bestGain && above - below > bestGap)))
      [best, bestGain, bestGap] = [(below + above) / 2, gain, above - below];
    gain += steps[i]?.gain ?? 0;
  }
  return best;
}
