import { checkBoolean, checkObject, LimitError } from '@ruvector/core';
import type { VectorIndex } from '@ruvector/core';
import { LearnedScores } from './learned-scores.js';
import { Postings } from './postings.js';
import { innerProduct, toProfile } from './profile.js';
import type { Profile } from './profile.js';

/** What a text became: a profile for exact scores, and a vector to search with. */
export interface Encoded {
  readonly profile: Profile;
  /** Of length 1; `undefined` if there is nothing in the text, or no index to want it. */
  readonly vector: Float32Array | undefined;
}

/** An agent and how well it fits a task. */
export interface AgentMatch {
  agentId: string;
  /** How well the agent fits: 0 (not at all) to 1. */
  score: number;
}

/** What else counts in one match. */
export interface MatchOptions {
  /**
   * How busy an agent is, 0 (idle) to 1. A fully loaded agent ranks as if its score were half; the
   * scores returned, and the threshold, are about fitness alone.
   */
  load?: (agentId: string) => number;
}

/** Agents of one matcher. */
export const AGENTS_MAX = 65_536;
/** With more agents than this, and an index, only what the index finds is scored. */
export const SCAN_AGENTS_MAX = 256;

const INDEX_HITS_MIN = 64;
const LOAD_PENALTY = 0.5;
// Rivals of one lesson: the softmax of any agent further down is as good as 0.
const RIVALS_MAX = 32;
// 0 is the cosine, 1 the share of the task that the agent covers. Descriptions are longer than
// tasks and should not pay for it in full; half way, in the spirit of pivoted length normalisation
// (Singhal, Buckley & Mitra, SIGIR 1996).
const COVERAGE = 0.5;

interface Scored extends AgentMatch {
  rank: number;
}

interface Agent {
  readonly slot: number;
  readonly profile: Profile;
}

/**
 * Agents and their profiles, and how well each fits a task: the cosine of the profiles with the
 * task's features weighed by how few agents have them (the SMART scheme lnc.ltc), so that what all
 * agents claim decides nothing, moved by what feedback taught.
 */
export class AgentRanking {
  readonly learned = new LearnedScores();
  readonly #agents = new Map<string, Agent>();
  readonly #postings = new Postings();
  readonly #freeSlots: number[] = [];
  readonly #index: VectorIndex | undefined;

  constructor(index?: VectorIndex) {
    this.#index = index;
  }

  get size(): number {
    return this.#agents.size;
  }

  set(id: string, { profile, vector }: Encoded): void {
    const known = this.#agents.get(id);
    if (known === undefined && this.size >= AGENTS_MAX)
      throw new LimitError('agents of a matcher', AGENTS_MAX);
    if (vector === undefined) this.#index?.delete(id);
    else this.#index?.upsert(id, vector);
    if (known !== undefined) this.#postings.remove(known.slot, known.profile);
    const slot = known?.slot ?? this.#freeSlots.pop() ?? this.size;
    this.#postings.add(slot, profile);
    this.#agents.set(id, { slot, profile });
  }

  delete(id: string): boolean {
    const agent = this.#agents.get(id);
    if (agent === undefined) return false;
    this.#index?.delete(id);
    this.learned.forget(id);
    this.#postings.remove(agent.slot, agent.profile);
    this.#freeSlots.push(agent.slot);
    return this.#agents.delete(id);
  }

  /** The best `k` agents, best first, ties by id. */
  rank(task: Encoded, k: number, options?: MatchOptions): AgentMatch[] {
    return this.#score(task, k, readLoad(options))
      .sort(before)
      .slice(0, k)
      .map(({ agentId, score }) => ({ agentId, score }));
  }

  /** The first of the agents with at least `threshold`. */
  best(task: Encoded, threshold: number, options?: MatchOptions): AgentMatch | undefined {
    let best: Scored | undefined;
    for (const found of this.#score(task, 1, readLoad(options)))
      if (found.score >= threshold && (best === undefined || before(found, best) < 0)) best = found;
    return best && { agentId: best.agentId, score: best.score };
  }

  /** Learns from one outcome. @returns false if the agent is unknown: nothing is learnt then. */
  feedback(task: Encoded, id: string, success: boolean): boolean {
    checkBoolean('success', success);
    if (!this.#agents.has(id)) return false;
    const [agent] = this.#score(task, 1, undefined, [id]) as [Scored];
    const rivals = this.rank(task, RIVALS_MAX).filter(({ agentId }) => agentId !== id);
    this.learned.learn(task.profile, agent, rivals, success);
    return true;
  }

  #score(
    { profile, vector }: Encoded,
    k: number,
    load: MatchOptions['load'],
    ids = this.#candidates(vector, k),
  ): Scored[] {
    const task = this.#weigh(profile);
    // Without candidates all agents are compared at once, feature by feature; a few of them singly.
    const products =
      ids === undefined
        ? this.#postings.products(task, this.size + this.#freeSlots.length)
        : undefined;
    const lift = this.learned.lifts(profile);
    const scored: Scored[] = [];
    for (const agentId of ids ?? this.#agents.keys()) {
      const agent = this.#agents.get(agentId);
      if (agent === undefined) continue; // the index may hold what is not ours
      const product = products ? products[agent.slot]! : innerProduct(task, agent.profile);
      const score = lift(agentId, similarity(product, task.norm, profile.norm, agent.profile.norm));
      const busy = load === undefined ? 0 : loadOf(load, agentId);
      scored.push({ agentId, score, rank: score * (1 - LOAD_PENALTY * busy) });
    }
    return scored;
  }

  /** Those worth scoring, or `undefined` for all. */
  #candidates(vector: Float32Array | undefined, k: number): Iterable<string> | undefined {
    if (this.#index === undefined || vector === undefined || this.size <= SCAN_AGENTS_MAX)
      return undefined;
    const found = new Set(this.learned.weights.keys());
    for (const { id } of this.#index.search(vector, Math.max(INDEX_HITS_MIN, 4 * k)))
      found.add(String(id));
    return found;
  }

  /**
   * The task with its features weighed by log2(1 + (N + 1) / (n + 1)), n agents of N having them.
   */
  #weigh({ keys, values }: Profile): Profile {
    const weighed = new Float32Array(keys.length);
    for (let i = 0; i < keys.length; i++) {
      // what no agent has weighs as what one has: being unknown is no sign of importance
      const agents = Math.max(1, this.#postings.count(keys[i]!));
      weighed[i] = values[i]! * Math.log2(1 + (this.size + 1) / (agents + 1));
    }
    return toProfile(keys, weighed);
  }
}

const before = (a: Scored, b: Scored): number =>
  b.rank - a.rank || (a.agentId < b.agentId ? -1 : 1);

function similarity(
  product: number,
  weighedNorm: number,
  taskNorm: number,
  agentNorm: number,
): number {
  if (product <= 0) return 0;
  const cosine = product / (weighedNorm * agentNorm);
  return Math.min(1, cosine * Math.max(1, agentNorm / taskNorm) ** COVERAGE);
}

function readLoad(options: MatchOptions = {}): MatchOptions['load'] {
  const { load } = checkObject('options', options, { keys: ['load'] });
  if (load !== undefined && typeof load !== 'function')
    throw new TypeError(`load must be a function, got ${typeof load}`);
  return load;
}

function loadOf(load: (agentId: string) => number, id: string): number {
  const value = load(id);
  if (!(value >= 0 && value <= 1))
    throw new RangeError(`load('${id}') must be a number from 0 to 1, got ${value}`);
  return value;
}
