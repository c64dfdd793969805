import { checkId, checkInteger, checkObject, LimitError } from '@ruvector/core';
import { LearningForgedError, LearningGapError } from './learning-errors.js';

/**
 * How much is known of each agent: agent id → how many changes that agent has made. Plain data, so
 * that it may be sent as JSON.
 */
export type VersionVector = Readonly<Record<string, number>>;

/** Which agents' state is meant; without it, everybody's. */
export interface DeltaOptions {
  /** Ids of agents. @default all that are known */
  agents?: readonly string[];
}

/** The agents meant, checked: in a string, ids could be found that nobody listed. */
export function readAgents(options: DeltaOptions): readonly string[] | undefined {
  const { agents } = checkObject('options', options, { keys: ['agents'] });
  if (agents === undefined) return undefined;
  if (!Array.isArray(agents)) throw new TypeError(`agents must be an array, got ${typeof agents}`);
  return agents.map((id, i) => checkId(`agents[${i}]`, id));
}

export interface LedgerEntry<V> {
  /** The agent's version when it last changed this entry; no two entries of an agent share one. */
  stamp: number;
  value: V;
}

/** What one agent has written since its version `from`; entries ascend by stamp, at least one. */
export interface LedgerPart<K, V> {
  readonly agentId: string;
  readonly from: number;
  readonly entries: readonly (LedgerEntry<V> & { readonly key: K })[];
}

export interface LedgerLimits {
  readonly agentsMax: number;
  /** Entries of one agent. */
  readonly entriesMax: number;
  /** Entries of all agents together. */
  readonly totalMax: number;
}

interface Component<K, V> {
  version: number;
  readonly entries: Map<K, LedgerEntry<V>>;
}

/**
 * Per-agent observations that merge without conflict (a state-based CRDT, Shapiro, Preguiça,
 * Baquero, Zawirski, "Conflict-free replicated data types", 2011, in its delta form).
 *
 * Only an agent itself writes under its id, and its versions count up. So what anyone holds of an
 * agent is that agent's state at some version, two such states are ordered, and taking the newer
 * one is a join: idempotent, commutative and associative. Two writers under one id break this.
 */
export class Ledger<K, V> {
  readonly agentId: string;
  readonly limits: LedgerLimits;
  readonly #components = new Map<string, Component<K, V>>();
  readonly #own: Component<K, V> = { version: 0, entries: new Map() };
  #total = 0;

  constructor(agentId: string, limits: LedgerLimits) {
    this.agentId = agentId;
    this.limits = limits;
    this.#components.set(agentId, this.#own);
  }

  get versions(): VersionVector {
    const known = this.agents().map((id) => [id, this.#components.get(id)!.version] as const);
    return Object.fromEntries(known);
  }

  /** Ids of the agents that have written anything, in one order everywhere. */
  agents(): string[] {
    const ids = [...this.#components.keys()];
    return ids.filter((id) => this.#components.get(id)!.version > 0).sort();
  }

  entries(agentId: string): ReadonlyMap<K, LedgerEntry<V>> | undefined {
    return this.#components.get(agentId)?.entries;
  }

  get own(): ReadonlyMap<K, LedgerEntry<V>> {
    return this.#own.entries;
  }

  /**
   * Writes one entry of this agent itself.
   * @throws LimitError if it is new and there is no room.
   */
  write(key: K, value: V): void {
    const entry = this.#own.entries.get(key);
    if (!entry) {
      const { entriesMax, totalMax } = this.limits;
      if (this.#own.entries.size >= entriesMax) throw new LimitError('entriesMax', entriesMax);
      if (this.#total >= totalMax) throw new LimitError('totalMax', totalMax);
      this.#own.entries.set(key, { stamp: ++this.#own.version, value });
      this.#total++;
      return;
    }
    entry.stamp = ++this.#own.version;
    entry.value = value;
  }

  /** What `since` lacks, optionally of some agents only. */
  parts(since: VersionVector, agents: readonly string[] = this.agents()): LedgerPart<K, V>[] {
    checkObject('since', since);
    const out: LedgerPart<K, V>[] = [];
    for (const agentId of [...new Set(agents)].sort()) {
      const from = Object.hasOwn(since, agentId)
        ? checkInteger(`since[${agentId}]`, since[agentId], { min: 0 })
        : 0;
      const component = this.#components.get(agentId);
      if (!component || component.version <= from) continue;
      const entries = [];
      for (const [key, { stamp, value }] of component.entries)
        if (stamp > from) entries.push({ key, stamp, value });
      entries.sort((a, b) => a.stamp - b.stamp);
      out.push({ agentId, from, entries });
    }
    return out;
  }

  /**
   * Takes in what others wrote: all of it or, on any error, nothing. Values are kept, not copied.
   *
   * @param allowed - if given, parts of any other agent are refused.
   * @returns the keys that are new or changed.
   * @throws LearningGapError, LearningForgedError, LimitError
   */
  apply(parts: readonly LedgerPart<K, V>[], allowed?: readonly string[]): Set<K> {
    for (const part of parts) this.#checkAuthor(part, allowed);
    return this.#takeIn(parts);
  }

  /** Puts back a saved state, the agent's own part too; for `load` only. */
  restore(parts: readonly LedgerPart<K, V>[]): Set<K> {
    return this.#takeIn(parts);
  }

  #takeIn(parts: readonly LedgerPart<K, V>[]): Set<K> {
    const news = parts.filter((part) => this.#isNews(part));
    this.#checkRoom(news);
    const changed = new Set<K>();
    for (const { agentId, entries } of news) this.#commit(agentId, entries, changed);
    return changed;
  }

  #checkAuthor({ agentId, entries }: LedgerPart<K, V>, allowed?: readonly string[]): void {
    if (allowed && !allowed.includes(agentId))
      throw new LearningForgedError(agentId, 'only others were allowed here');
    const version = entries.at(-1)!.stamp;
    if (agentId === this.agentId && version > this.#own.version)
      throw new LearningForgedError(
        agentId,
        `version ${version} came in, but the agent itself is at ${this.#own.version}`,
      );
  }

  #isNews({ agentId, from, entries }: LedgerPart<K, V>): boolean {
    const have = this.#components.get(agentId)?.version ?? 0;
    if (entries.at(-1)!.stamp <= have) return false;
    if (from > have) throw new LearningGapError(agentId, have, from);
    return true;
  }

  #checkRoom(parts: readonly LedgerPart<K, V>[]): void {
    const { agentsMax, entriesMax, totalMax } = this.limits;
    let agents = this.#components.size;
    let total = this.#total;
    for (const { agentId, entries } of parts) {
      const held = this.#components.get(agentId)?.entries;
      let fresh = 0;
      for (const { key } of entries) if (!held?.has(key)) fresh++;
      if (!held && ++agents > agentsMax) throw new LimitError('agentsMax', agentsMax);
      if ((held?.size ?? 0) + fresh > entriesMax) throw new LimitError('entriesMax', entriesMax);
      total += fresh;
      if (total > totalMax) throw new LimitError('totalMax', totalMax);
    }
  }

  #commit(agentId: string, entries: LedgerPart<K, V>['entries'], changed: Set<K>): void {
    const component = this.#components.get(agentId) ?? { version: 0, entries: new Map() };
    this.#components.set(agentId, component);
    for (const { key, stamp, value } of entries) {
      if (stamp <= component.version) continue;
      if (!component.entries.has(key)) this.#total++;
      component.entries.set(key, { stamp, value });
      changed.add(key);
    }
    component.version = entries.at(-1)!.stamp;
  }
}
