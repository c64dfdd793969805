import { toHex, type Clock, type CryptoProvider } from '@ruvector/core';
import {
  MemberRegistry,
  canonicalize,
  memberKeyId,
  verifyRemoval,
  type ApplyResult,
  type Member,
  type Registration,
  type Removal,
  type RemovalVerdict,
} from '@ruvector/crypto';

import { hasCoordinator } from './commit-order.js';
import type { SwarmLimits } from './limits.js';
import { isReachable, type Peer } from './peer.js';
import type { Role } from './role.js';

/** A registration with the role that a coordinator vouches for. */
export interface RosterEntry {
  readonly registration: Registration;
  readonly role: Role;
}

/** One that left, and the revision with which it did. */
export interface Leaver {
  readonly agent_id: string;
  readonly rev: number;
}

const LEAVERS_MAX = 256;
/** Members that were expelled are never forgotten: at so many nobody can be expelled any more. */
const EXPELLED_MAX = 4_096;
/** When room is needed, members that were silent for longer than this are forgotten. */
const FORGET_MS = 10 * 60_000;

export interface MembershipOptions {
  readonly swarmId: string;
  readonly clock: Clock;
  readonly provider: CryptoProvider;
  readonly limits: SwarmLimits;
  readonly self: RosterEntry;
  readonly createPeer: (member: Member, role: Role) => Peer;
  /** A member is gone from the list: it left, was forgotten, or has new keys. */
  readonly onDropped: (peer: Peer) => void;
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
  readonly selfKeyId: Uint8Array;
  readonly #o: MembershipOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #byKeyId = new Map<string, Peer>();
  /** Revision by agent id, the latest to leave last. */
  readonly #leavers = new Map<string, number>();
  /** Why members were expelled, signed, by agent id. */
  readonly #removals = new Map<string, Removal>();
  #digest: bigint;

  constructor(options: MembershipOptions) {
    this.#o = options;
    this.peers = this.#peers;
    this.selfKeyId = memberKeyId(options.self.registration.record);
    this.#digest = digestOf(this.selfKeyId);
    this.registry = new MemberRegistry({
      swarmId: options.swarmId,
      clock: options.clock,
      maxMembers: options.limits.membersMax,
      provider: options.provider,
      admission: () => true,
    });
    // this member's own id and keys are taken: nobody else can register with them
    this.registry.apply(options.self.registration);
  }

  get membersMax(): number {
    return this.#o.limits.membersMax;
  }

  /** The same for all who know the same members, in whatever order they came. */
  get digest(): bigint {
    return this.#digest;
  }

  /**
   * @param isVouched - a coordinator says it: revisions that were missed meanwhile may be skipped,
   * and it needs to show nothing else.
   * @returns the member, new or known, or the code of the rule that the registration breaks.
   */
  register(
    registration: unknown,
    role: Role,
    isVouched = false,
  ): { peer: Peer; isNew: boolean } | { code: string } {
    const agentId = (registration as Registration | undefined)?.record?.agent_id;
    if (agentId === this.#o.self.registration.record.agent_id) return { code: 'ERR_SWARM_SELF' };
    if (typeof agentId === 'string' && this.#removals.has(agentId))
      return { code: 'ERR_MEMBER_REVOKED' };
    const known = this.#same(registration, agentId);
    if (known) {
      known.isAdmitted ||= isVouched;
      return { peer: known, isNew: false };
    }
    const verdict = this.#apply(registration as Registration, agentId, isVouched);
    if (!verdict.ok) return { code: verdict.code };
    const { member } = verdict;
    const former = this.#peers.get(member.agentId);
    if (former) this.#drop(former);
    const peer = this.#o.createPeer(member, role);
    this.#peers.set(peer.agentId, peer);
    peer.isAdmitted = isVouched;
    this.#byKeyId.set(toHex(member.memberKeyId), peer);
    this.#digest ^= digestOf(member.memberKeyId);
    this.#leavers.delete(peer.agentId);
    return { peer, isNew: true };
  }

  byKeyId(memberKeyId: Uint8Array): Peer | undefined {
    return this.#byKeyId.get(toHex(memberKeyId));
  }

  /** Whether that is this member or another one, by its present registration. */
  has(memberKeyId: Uint8Array): boolean {
    return this.registry.get(memberKeyId) !== undefined;
  }

  /** Whether that member is a coordinator, or there is none. */
  mayOrder(agentId: string): boolean {
    const { self } = this.#o;
    if (!hasCoordinator(self, this.#peers.values())) return true;
    const isSelf = agentId === self.registration.record.agent_id;
    return (isSelf ? self.role : this.#peers.get(agentId)?.role) === 'coordinator';
  }

  isRevoked(agentId: string): boolean {
    return this.#removals.has(agentId);
  }

  /** The signed words by which members were expelled. */
  removals(): Removal[] {
    return [...this.#removals.values()];
  }

  /**
   * A coordinator says that a member is none any more, and can never be one again.
   *
   * @param by - the coordinator that passes it on. Its word is enough where the one that signed it
   * is a member no more: each of them may expel, and who was away must hear of it all the same.
   * @returns the agent id, new or said before, or why it is not believed.
   */
  expel(removal: unknown, by?: Peer): { agentId: string; isNew: boolean } | { code: string } {
    const said = (removal as Removal | undefined)?.record?.agent_id;
    if (typeof said === 'string' && this.#removals.has(said))
      return { agentId: said, isNew: false };
    const verdict = this.#judge(removal);
    // the last of the checks but for the signature: all else holds
    const isVouched = !verdict.ok && verdict.code === 'ERR_REMOVAL_ADMIN' && by !== undefined;
    if (!verdict.ok && !isVouched) return { code: verdict.code };
    const { agent_id: agentId, reason } = (removal as Removal).record;
    if (reason !== 'revoked') return { code: 'ERR_REMOVAL_MALFORMED' };
    if (this.#removals.size >= EXPELLED_MAX) return { code: 'ERR_LIMIT' };
    const peer = this.#peers.get(agentId);
    this.registry.remove(agentId, 'revoked');
    this.#removals.set(agentId, removal as Removal);
    this.#leavers.delete(agentId);
    if (peer) this.#drop(peer);
    return { agentId, isNew: true };
  }

  /** The member has left by its own word. */
  remove(peer: Peer): void {
    this.registry.remove(peer.agentId, 'left');
    this.#drop(peer);
    const [oldest] = this.#leavers.keys();
    if (this.#leavers.size >= LEAVERS_MAX && oldest !== undefined) this.#leavers.delete(oldest);
    this.#leavers.set(peer.agentId, peer.member.rev);
  }

  /** A coordinator says who has left; a later revision than that has come back. */
  removeLeaver(leaver: unknown): void {
    const { agent_id: agentId, rev } = (leaver ?? {}) as Partial<Leaver>;
    const peer = typeof agentId === 'string' ? this.#peers.get(agentId) : undefined;
    if (peer && typeof rev === 'number' && peer.member.rev <= rev) this.remove(peer);
  }

  /** Who left last. */
  leavers(): Leaver[] {
    return [...this.#leavers].map(([agent_id, rev]) => ({ agent_id, rev }));
  }

  /** This member first, then all others whose registrations still hold. */
  *roster(): IterableIterator<RosterEntry> {
    const now = this.#o.clock.now();
    yield this.#o.self;
    for (const { member, role } of this.#peers.values())
      if (now < member.registration.record.expires_at)
        yield { registration: member.registration, role };
  }

  #judge(removal: unknown): RemovalVerdict {
    const { clock, self, provider } = this.#o;
    const admins = [self, ...this.#peers.values()]
      .filter(({ role }) => role === 'coordinator')
      .map((entry) => this.#memberOf(entry));
    return verifyRemoval(removal, { registry: this.registry, now: clock.now(), admins, provider });
  }

  #memberOf(entry: RosterEntry | Peer): Member {
    return 'member' in entry ? entry.member : this.registry.get(this.selfKeyId)!;
  }

  /** What is known word for word needs no second look: its signature was checked. */
  #same(registration: unknown, agentId: unknown): Peer | undefined {
    const known = typeof agentId === 'string' ? this.#peers.get(agentId) : undefined;
    if (!known) return undefined;
    const { registration: own } = known.member;
    try {
      if (canonicalize(registration as never) !== canonicalize(own as never)) return undefined;
    } catch {
      return undefined; // not even JSON: the registry says what is wrong with it
    }
    return this.#o.clock.now() < own.record.expires_at ? known : undefined;
  }

  #apply(registration: Registration, agentId: string | undefined, isVouched: boolean): ApplyResult {
    const verdict = this.registry.apply(registration);
    if (verdict.ok) return verdict;
    if (verdict.code === 'ERR_MEMBER_LIMIT' && this.#forgetOne())
      return this.registry.apply(registration);
    const known = agentId === undefined ? undefined : this.#peers.get(agentId);
    if (verdict.code !== 'ERR_MEMBER_REV' || !isVouched || !known) return verdict;
    // it may have left and come back more than once while this member was away
    if (registration.record.rev <= known.member.rev) return verdict;
    this.registry.remove(known.agentId, 'absent');
    const later = this.registry.apply(registration);
    if (!later.ok) this.registry.apply(known.member.registration);
    return later;
  }

  /** Makes room by forgetting who was silent longest; it can come back as it was. */
  #forgetOne(): boolean {
    const horizon = this.#o.clock.monotonic() - FORGET_MS;
    let oldest: Peer | undefined;
    for (const peer of this.#peers.values())
      if (!isReachable(peer) && peer.heardAt < (oldest?.heardAt ?? horizon)) oldest = peer;
    if (!oldest) return false;
    this.registry.remove(oldest.agentId, 'absent');
    this.#drop(oldest);
    return true;
  }

  #drop(peer: Peer): void {
    this.#peers.delete(peer.agentId);
    this.#byKeyId.delete(toHex(peer.member.memberKeyId));
    this.#digest ^= digestOf(peer.member.memberKeyId);
    this.#o.onDropped(peer);
  }
}

function digestOf(keyId: Uint8Array): bigint {
  return new DataView(keyId.buffer, keyId.byteOffset).getBigUint64(0);
}
