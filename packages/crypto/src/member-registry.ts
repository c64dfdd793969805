import { checkId, checkInteger, equalBytes, fromHex } from '@ruvector/core';
import type { Clock, CryptoProvider } from '@ruvector/core';
import type { AdmissionPolicy } from './admission.js';
import { bytesKey } from './bytes-key.js';
import { defaultProvider } from './default-provider.js';
import { KnownAgents, type KnownAgent } from './known-agents.js';
import { memberOf, type Member } from './member.js';
import { checkRegistration, isSignedByPrevious } from './registration.js';

/** Which rule of the registry a registration breaks; `docs/errors.md` says what each code means. */
export type MemberCode =
  | 'ERR_MEMBER_REVOKED'
  | 'ERR_MEMBER_REV'
  | 'ERR_MEMBER_SUITE'
  | 'ERR_MEMBER_PREVIOUS'
  | 'ERR_MEMBER_KEY_TAKEN'
  | 'ERR_MEMBER_ID_TWIN'
  | 'ERR_MEMBER_LIMIT'
  | 'ERR_MEMBER_REFUSED';

/** What became of a registration: the member as it now stands, or why nothing was changed. */
export type ApplyResult =
  | { readonly ok: true; readonly member: Member }
  /** A code of `RegistrationCode` or `MemberCode`, or the one that the admission policy gave. */
  | { readonly ok: false; readonly code: string };

/** Whose members these are, who may become one, and how many. */
export interface MemberRegistryOptions {
  swarmId: string;
  admission: AdmissionPolicy;
  clock: Clock;
  /** Members at a time. @default 10_000 */
  maxMembers?: number;
  /** Former members remembered. @default 65_536 */
  maxTombstones?: number;
  /** @default the platform's */
  provider?: CryptoProvider;
}

/** Members at a time, unless told. */
export const MEMBERS_MAX = 10_000;
/** Former members remembered, unless told. */
export const TOMBSTONES_MAX = 65_536;
const MEMBER_KEY_ID_BYTES = 32;

/**
 * Who is a member of one swarm, by verified registrations.
 *
 * The first record of an agent pins its id. Every later one must count rev up by one, name the
 * record before it and be signed by that record's keys too, and its suite never goes down. One key,
 * and each half of a hybrid one, belongs to one id and one use for good, ids that differ in case
 * only are one, and removed ids stay known: who left may return with the next revision, who was
 * revoked never.
 *
 * A first record may have any rev, since a newcomer hears of members late. Former members count
 * against a bound of their own; those who left are forgotten when room is needed and all their
 * records have expired, revoked ones never. When both bounds are reached, new ids are refused.
 *
 * @example
 * const registry = new MemberRegistry({
 *   swarmId: 'swarm-1',
 *   admission: allowList(['worker-1']),
 *   clock: systemClock,
 * });
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * registry.apply(identity.createRegistration('worker-1', ['embed'])).ok; // => true
 * registry.get('worker-1')?.capabilities; // => ['embed']
 */
export class MemberRegistry {
  readonly swarmId: string;
  readonly #admission: AdmissionPolicy;
  readonly #clock: Clock;
  readonly #maxMembers: number;
  readonly #provider: CryptoProvider;
  readonly #known: KnownAgents;
  readonly #members = new Map<string, Member>();
  readonly #byKeyId = new Map<string, Member>();

  constructor(options: MemberRegistryOptions) {
    const { maxMembers = MEMBERS_MAX, maxTombstones = TOMBSTONES_MAX } = options;
    this.swarmId = checkId('swarmId', options.swarmId);
    if (typeof options.admission !== 'function')
      throw new TypeError(
        `admission must be a function, such as allowList([…]), got ${typeof options.admission}`,
      );
    this.#admission = options.admission;
    this.#clock = options.clock;
    this.#provider = options.provider ?? defaultProvider();
    this.#maxMembers = checkInteger('maxMembers', maxMembers, { min: 1, max: 1 << 22 });
    checkInteger('maxTombstones', maxTombstones, { min: 0, max: 1 << 22 });
    this.#known = new KnownAgents(maxMembers + maxTombstones, this.#provider);
  }

  /** Members now; former ones do not count. */
  get size(): number {
    return this.#members.size;
  }

  /** By agent id, or by member key id (32 bytes). Former members are not found. */
  get(id: string | Uint8Array): Member | undefined {
    if (typeof id === 'string') return this.#members.get(id);
    return id.length === MEMBER_KEY_ID_BYTES ? this.#byKeyId.get(bytesKey(id)) : undefined;
  }

  /** All members, in the order they joined. */
  members(): IterableIterator<Member> {
    return this.#members.values();
  }

  /**
   * Takes a registration in, or says why not; then nothing is changed. The record that is already
   * there is fine. Never throws on account of `registration` or `invite`.
   *
   * @param invite - what the newcomer shows to the admission policy, if that wants to see anything.
   */
  apply(registration: unknown, invite?: unknown): ApplyResult {
    const now = this.#clock.now();
    const verdict = checkRegistration(registration, {
      swarmId: this.swarmId,
      now,
      provider: this.#provider,
    });
    if (!verdict.ok) return verdict;
    const member = memberOf(verdict.registration, verdict.memberKeyId);
    const known = this.#known.get(member.agentId);
    if (known?.state === 'member' && equalBytes(known.member.memberKeyId, member.memberKeyId))
      return { ok: true, member: known.member };
    const code = known ? this.#whyNotNext(known, member) : this.#whyNotNew(member, now);
    if (code !== undefined) return { ok: false, code };
    // the last question: a policy may count on it that whom it admits becomes a member
    const isKnown = known?.state === 'member' || known?.state === 'absent';
    const admitted = this.#admission(verdict.registration, { invite, isKnown, now });
    if (admitted !== true)
      return { ok: false, code: typeof admitted === 'string' ? admitted : 'ERR_MEMBER_REFUSED' };
    if (known !== undefined) this.#byKeyId.delete(bytesKey(known.member.memberKeyId));
    this.#known.store(member, now);
    this.#members.set(member.agentId, member);
    this.#byKeyId.set(bytesKey(member.memberKeyId), member);
    return { ok: true, member };
  }

  /**
   * Makes a member a former one. A former member that left can still be revoked. `absent` only
   * makes room: the id and its keys stay taken, and the same record, or a later one of the same
   * signing keys although others between were missed, is a member again. Who may ask for it is the
   * caller's to know: see `verifyRemoval`.
   *
   * @returns whether anything changed.
   */
  remove(agentId: string, reason: 'left' | 'revoked' | 'absent'): boolean {
    if (reason !== 'left' && reason !== 'revoked' && reason !== 'absent')
      throw new RangeError(`reason must be 'left', 'revoked' or 'absent', got ${String(reason)}`);
    const known = this.#known.get(agentId);
    if (known === undefined || known.state === 'revoked' || known.state === reason) return false;
    if (reason === 'absent' && known.state !== 'member') return false;
    known.state = reason;
    this.#members.delete(agentId);
    this.#byKeyId.delete(bytesKey(known.member.memberKeyId));
    return true;
  }

  #whyNotNext(known: KnownAgent, next: Member): MemberCode | undefined {
    const { member, state } = known;
    if (state === 'revoked') return 'ERR_MEMBER_REVOKED';
    if (state === 'absent') return this.#whyNotBack(member, next);
    if (next.rev !== member.rev + 1) return 'ERR_MEMBER_REV';
    if (next.suite < member.suite) return 'ERR_MEMBER_SUITE';
    const { prev } = next.registration.record;
    if (!equalBytes(fromHex(prev), member.memberKeyId)) return 'ERR_MEMBER_PREVIOUS';
    if (!isSignedByPrevious(next.registration, member.registration.record, this.#provider))
      return 'ERR_MEMBER_PREVIOUS';
    if (this.#known.isKeyTaken(next)) return 'ERR_MEMBER_KEY_TAKEN';
    if (state === 'left' && this.size >= this.#maxMembers) return 'ERR_MEMBER_LIMIT';
    return undefined;
  }

  #whyNotBack(member: Member, next: Member): MemberCode | undefined {
    if (next.suite < member.suite) return 'ERR_MEMBER_SUITE';
    if (!hasKeysOf(member, next)) return 'ERR_MEMBER_PREVIOUS';
    const isSame = equalBytes(next.memberKeyId, member.memberKeyId);
    if (next.rev < member.rev || (next.rev === member.rev && !isSame)) return 'ERR_MEMBER_REV';
    if (this.#known.isKeyTaken(next)) return 'ERR_MEMBER_KEY_TAKEN';
    return this.size >= this.#maxMembers ? 'ERR_MEMBER_LIMIT' : undefined;
  }

  #whyNotNew(member: Member, now: number): MemberCode | undefined {
    if (this.#known.hasTwinOf(member.agentId)) return 'ERR_MEMBER_ID_TWIN';
    if (this.#known.isKeyTaken(member)) return 'ERR_MEMBER_KEY_TAKEN';
    if (this.size >= this.#maxMembers) return 'ERR_MEMBER_LIMIT';
    return this.#known.hasRoom(now) ? undefined : 'ERR_MEMBER_LIMIT';
  }
}

/** Whether the keys that a member signs with are still the same; it may have a higher suite now. */
function hasKeysOf(member: Member, next: Member): boolean {
  if (!equalBytes(next.ed25519PublicKey, member.ed25519PublicKey)) return false;
  const { compositePublicKey: composite } = member;
  return composite === undefined || equalBytes(next.compositePublicKey!, composite);
}
