import { randomBytes, toBase64Url } from '@ruvector/core';
import {
  defaultProvider,
  EpochManager,
  type EpochChange,
  type EpochIdentity,
  type EpochManagerOptions,
  type EpochMember,
  type EpochProposal,
  type EpochSuite,
  type Member,
} from '@ruvector/crypto';
import { newAgent, newClock, newRegistry, seededEntropy, SWARM, type Agent } from './fixture.js';
import { postQuantum } from './post-quantum.js';

/** An agent with the keys of its suite. */
export interface EpochAgent {
  readonly name: string;
  readonly id: Uint8Array;
  readonly agent: Agent;
  readonly identity: EpochIdentity;
  readonly member: Member & EpochMember;
}

export const NO_NONCE = new Uint8Array(12);

/**
 * A swarm in which every agent is registered before it joins, and keeps a session with every other:
 * a key from both sides' X25519 keys. In suite 2 there are no sessions.
 */
export class EpochSwarm {
  readonly clock = newClock();
  readonly agents = new Map<string, EpochAgent>();
  readonly suite: EpochSuite;
  readonly #registry = newRegistry(this.clock);
  readonly #members = new Map<string, Member & EpochMember>();

  constructor(suite: EpochSuite, names: readonly string[]) {
    this.suite = suite;
    for (const name of names) this.register(name);
  }

  readonly registry = {
    get: (id: string | Uint8Array) => {
      const member = this.#registry.get(id);
      return member && this.#members.get(member.agentId);
    },
  };

  register(name: string): EpochAgent {
    const agent = newAgent(name, this.clock);
    const applied = this.#registry.apply(agent.registration);
    if (!applied.ok) throw new Error(applied.code);
    const { identity, ...keys } =
      this.suite === 1 ? { identity: agent.identity } : suite2Keys(agent, this.agents.size);
    const member = { ...registeredWith(applied.member, keys), ...keys };
    this.#members.set(name, member);
    const made = { name, id: agent.memberKeyId, agent, identity, member };
    this.agents.set(name, made);
    return made;
  }

  /** Revokes an agent: every process hears of it at once. */
  remove(name: string): void {
    this.#registry.remove(name, 'revoked');
  }

  /** Puts a registration before the registry, whoever brings it. */
  apply(registration: Agent['registration']) {
    return this.#registry.apply(registration);
  }

  of(name: string): EpochAgent {
    return this.agents.get(name)!;
  }

  /** A process of an agent. @param roster - who is in the swarm at its anchor */
  start(
    name: string,
    roster: readonly string[],
    anchor: EpochManagerOptions['anchor'] = 'genesis',
    options: Partial<EpochManagerOptions> = {},
  ): EpochManager {
    return new EpochManager({
      swarmId: SWARM,
      suite: this.suite,
      identity: this.of(name).identity,
      self: this.of(name).id,
      registry: this.registry,
      roster: roster.map((each) => this.of(each).member),
      anchor,
      mayCommit: () => true,
      clock: this.clock,
      ...(this.suite === 2 ? { provider: postQuantum } : this.sessionsOf(name)),
      ...options,
    });
  }

  sessionsOf(name: string): Pick<EpochManagerOptions, 'sealFor' | 'openFrom'> {
    const { identity } = this.of(name).agent;
    const keyWith = ({ agentId }: EpochMember) =>
      identity.derivePairwiseKey(this.of(agentId).agent.identity.x25519PublicKey);
    const { aes256gcm } = defaultProvider();
    return {
      sealFor: (member, bytes) => aes256gcm.seal(keyWith(member), NO_NONCE, bytes),
      openFrom: (member, sealed) => {
        try {
          return aes256gcm.open(keyWith(member), NO_NONCE, sealed);
        } catch {
          return undefined;
        }
      },
    };
  }
}

/** The member with its composite key in the record too, where envelopes look for it. */
function registeredWith(member: Member, { compositePublicKey }: Partial<EpochMember>): Member {
  if (!compositePublicKey) return member;
  const composite_public_key = toBase64Url(compositePublicKey) as never;
  const record = { ...member.registration.record, composite_public_key };
  return { ...member, registration: { ...member.registration, record } };
}

function suite2Keys(agent: Agent, seed: number) {
  const { xwing, compositeSignature } = postQuantum;
  const composite = compositeSignature.keygen(randomBytes(seededEntropy(1000 + seed), 64));
  const kem = xwing.keygen(randomBytes(seededEntropy(2000 + seed), 32));
  const identity: EpochIdentity = {
    sign: (message) => agent.identity.sign(message),
    signComposite: (message) => compositeSignature.sign(message, composite.secretKey),
    decapsulate: (ciphertext) => xwing.decapsulate(ciphertext, kem.secretKey),
  };
  return { identity, compositePublicKey: composite.publicKey, kemPublicKey: kem.publicKey };
}

/** The welcome for one of the agents. */
export const welcomeOf = ({ welcomes }: EpochProposal, name: string) =>
  welcomes.find(({ agentId }) => agentId === name)?.bytes;

/** A swarm whose members have all applied the first commit. */
export function runningSwarm(suite: EpochSuite, names: readonly string[], others: string[] = []) {
  const swarm = new EpochSwarm(suite, [...names, ...others]);
  const managers = new Map(names.map((name) => [name, swarm.start(name, names)]));
  const epochsOf = (name: string) => managers.get(name)!;
  /** The named member commits and all managers apply it. */
  const commit = (committer: string, change: EpochChange) => {
    const proposal = epochsOf(committer).commit(change);
    const applied = [...managers].map(([name, epochs]) =>
      epochs.apply(proposal.commit, welcomeOf(proposal, name)),
    );
    return { ...proposal, applied };
  };
  const first = commit(names[0]!, { reason: 'start' });
  return { swarm, managers, epochsOf, commit, first };
}
