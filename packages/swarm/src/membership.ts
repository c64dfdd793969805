import { equalBytes, toHex, type Clock } from '@ruvector/core';
import {
  MemberRegistry,
  memberKeyId,
  verifyRegistration,
  type Member,
  type Registration,
} from '@ruvector/crypto';

import type { RosterEntry } from './join-wire.js';
import type { SwarmLimits } from './limits.js';
import type { Peer } from './peer.js';
import type { Role } from './role.js';

export interface MembershipOptions {
  readonly swarmId: string;
  readonly clock: Clock;
  readonly limits: SwarmLimits;
  readonly self: RosterEntry;
  readonly createPeer: (member: Member, role: Role) => Peer;
}

/**
 * Who belongs to the swarm. Keys come from here and never from a message.
 *
 * Registrations get here by the application's own hand, by an invitation that this member gave out,
 * or from a coordinator; each has been decided on before, so the registry itself admits all that
 * break no rule.
 */
export class Membership {
  readonly registry: MemberRegistry;
  /** All other members by agent id. */
  readonly peers: ReadonlyMap<string, Peer>;
  readonly #o: MembershipOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #byKeyId = new Map<string, Peer>();
  readonly #selfKeyId: Uint8Array;

  constructor(options: MembershipOptions) {
    this.#o = options;
    this.peers = this.#peers;
    this.#selfKeyId = memberKeyId(options.self.registration.record);
    this.registry = new MemberRegistry({
      swarmId: options.swarmId,
      clock: options.clock,
      maxMembers: options.limits.membersMax,
      admission: () => true,
    });
    // this member's own id and keys are taken: nobody else can register with them
    this.registry.apply(options.self.registration);
  }

  /** @returns the member, new or known, or the code of the rule that the registration breaks. */
  register(registration: unknown, role: Role): Peer | { readonly code: string } {
    const verdict = this.registry.apply(registration as Registration);
    if (!verdict.ok) return { code: verdict.code ?? 'ERR_SWARM_REGISTRATION' };
    const { record } = registration as Registration;
    const known = this.#peers.get(record.agent_id);
    const keyId = memberKeyId(record);
    if (equalBytes(keyId, this.#selfKeyId)) return { code: 'ERR_SWARM_SELF' };
    if (known && equalBytes(known.member.memberKeyId, keyId)) return known;
    if (known) this.#drop(known);
    const member = this.registry.get(record.agent_id);
    if (!member) return { code: 'ERR_SWARM_REGISTRATION' };
    const peer = this.#o.createPeer(member, role);
    this.#peers.set(peer.agentId, peer);
    this.#byKeyId.set(toHex(keyId), peer);
    return peer;
  }

  byKeyId(memberKeyIdHex: string): Peer | undefined {
    return this.#byKeyId.get(memberKeyIdHex);
  }

  /** The member has left by its own word. */
  remove(peer: Peer): void {
    this.registry.remove(peer.agentId, 'left');
    this.#drop(peer);
  }

  /** This member first, then all others whose registrations still hold. */
  roster(): RosterEntry[] {
    const checks = { swarmId: this.#o.swarmId, now: this.#o.clock.now() };
    const others = [...this.#peers.values()]
      .map(({ member, role }) => ({ registration: member.registration, role }))
      .filter(({ registration }) => verifyRegistration(registration, checks));
    return [this.#o.self, ...others];
  }

  #drop(peer: Peer): void {
    peer.outbox.clear();
    this.#peers.delete(peer.agentId);
    this.#byKeyId.delete(toHex(peer.member.memberKeyId));
  }
}
