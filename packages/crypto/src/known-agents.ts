import { publicKeysOf, type Member } from './member.js';

/**
 * Keys of one agent that no other agent may register, the newest: it may change them without end.
 */
const KEYS_PER_AGENT_MAX = 16;

/** All that is remembered of one agent id, member or not. */
export interface KnownAgent {
  member: Member;
  state: 'member' | 'absent' | 'left' | 'revoked';
  /** Public keys of all kinds, newest last. */
  keys: string[];
  /** When the last of its records seen so far has expired. */
  replayableUntil: number;
}

/**
 * What a registry remembers of agents, whether they are members or not: whose an id and a key is,
 * for as long as an old record could still bring it back. At most `max` agents.
 */
export class KnownAgents {
  readonly #max: number;
  readonly #agents = new Map<string, KnownAgent>();
  readonly #keyOwners = new Map<string, string>();
  readonly #spellings = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  get(agentId: string): KnownAgent | undefined {
    return this.#agents.get(agentId);
  }

  /** Whether an id is known that is this one but for case. */
  hasTwinOf(agentId: string): boolean {
    return this.#spellings.has(agentId.toLowerCase());
  }

  /** Whether one of its keys belongs to somebody else. */
  isKeyTaken(member: Member): boolean {
    return publicKeysOf(member).some((key) => {
      const owner = this.#keyOwners.get(key);
      return owner !== undefined && owner !== member.agentId;
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
    const keys = [...new Set([...(known?.keys ?? []), ...publicKeysOf(member)])];
    for (const key of keys.splice(0, keys.length - KEYS_PER_AGENT_MAX)) this.#keyOwners.delete(key);
    for (const key of keys) this.#keyOwners.set(key, agentId);
    this.#agents.set(agentId, {
      member,
      state: 'member',
      keys,
      replayableUntil: Math.max(known?.replayableUntil ?? 0, member.registration.record.expires_at),
    });
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
    if (agentId === undefined) return;
    for (const key of this.#agents.get(agentId)!.keys) this.#keyOwners.delete(key);
    this.#agents.delete(agentId);
    this.#spellings.delete(agentId.toLowerCase());
  }
}
