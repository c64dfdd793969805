import type { CryptoProvider } from '@ruvector/core';
import { identityKeysOf, prekeysOf, type KeyUse } from './member-keys.js';
import type { Member } from './member.js';

/**
 * Keys of one agent that no other agent may register, the newest: it may change them without end.
 * So many of those that stand for it, and as many prekeys: daily ones push nothing else out.
 */
const KEYS_PER_AGENT_MAX = 16;

/** All that is remembered of one agent id, member or not. */
export interface KnownAgent {
  member: Member;
  state: 'member' | 'absent' | 'left' | 'revoked';
  /** Public keys that it signs and agrees with, newest last. */
  keys: KeyUse[];
  /** Its prekeys, newest last. */
  prekeys: KeyUse[];
  /** When the last of its records seen so far has expired. */
  replayableUntil: number;
}

/** Whose a key is, and the one thing that it is for. */
interface Owner {
  readonly agentId: string;
  readonly use: KeyUse['use'];
}

/**
 * What a registry remembers of agents, whether they are members or not: whose an id and a key is,
 * for as long as an old record could still bring it back. At most `max` agents.
 */
export class KnownAgents {
  readonly #max: number;
  readonly #provider: CryptoProvider;
  readonly #agents = new Map<string, KnownAgent>();
  readonly #keyOwners = new Map<string, Owner>();
  readonly #spellings = new Set<string>();

  constructor(max: number, provider: CryptoProvider) {
    this.#max = max;
    this.#provider = provider;
  }

  get(agentId: string): KnownAgent | undefined {
    return this.#agents.get(agentId);
  }

  /** Whether an id is known that is this one but for case. */
  hasTwinOf(agentId: string): boolean {
    return this.#spellings.has(agentId.toLowerCase());
  }

  /** Whether one of its keys belongs to somebody else, or was its own for another use. */
  isKeyTaken(member: Member): boolean {
    const keys = [...identityKeysOf(member, this.#provider), ...prekeysOf(member, this.#provider)];
    return keys.some(({ use, key }) => {
      const owner = this.#keyOwners.get(key);
      return owner !== undefined && (owner.agentId !== member.agentId || owner.use !== use);
    });
  }

  /** Whether an agent that is not known yet can be stored: there is room, or somebody to forget. */
  hasRoom(now: number): boolean {
    return !this.#isFull() || this.#forgettable(now) !== undefined;
  }

  /** Takes in the newest record of an agent, who is a member by it. The caller asked `hasRoom`. */
  store(member: Member, now: number): void {
    const { agentId } = member;
    const known = this.#agents.get(agentId);
    if (known === undefined && this.#isFull()) this.#forget(this.#forgettable(now));
    for (const { key } of known ? keysOf(known) : []) this.#keyOwners.delete(key);
    const agent: KnownAgent = {
      member,
      state: 'member',
      keys: newest(known?.keys, identityKeysOf(member, this.#provider)),
      prekeys: newest(known?.prekeys, prekeysOf(member, this.#provider)),
      replayableUntil: Math.max(known?.replayableUntil ?? 0, member.registration.record.expires_at),
    };
    for (const { key, use } of keysOf(agent)) this.#keyOwners.set(key, { agentId, use });
    this.#agents.set(agentId, agent);
    this.#spellings.add(agentId.toLowerCase());
  }

  #isFull(): boolean {
    return this.#agents.size >= this.#max;
  }

  /** One who left and whose records nobody can replay any more. */
  #forgettable(now: number): string | undefined {
    for (const [agentId, { state, replayableUntil }] of this.#agents)
      if (state === 'left' && now >= replayableUntil) return agentId;
    return undefined;
  }

  #forget(agentId: string | undefined): void {
    const known = agentId === undefined ? undefined : this.#agents.get(agentId);
    if (agentId === undefined || known === undefined) return;
    for (const { key } of keysOf(known)) this.#keyOwners.delete(key);
    this.#agents.delete(agentId);
    this.#spellings.delete(agentId.toLowerCase());
  }
}

const keysOf = ({ keys, prekeys }: KnownAgent): KeyUse[] => [...keys, ...prekeys];

/** The present keys last, so that they are never the ones that are dropped. */
function newest(former: readonly KeyUse[] = [], present: readonly KeyUse[]): KeyUse[] {
  const others = former.filter(({ key }) => !present.some((own) => own.key === key));
  return [...others, ...present].slice(-KEYS_PER_AGENT_MAX);
}
