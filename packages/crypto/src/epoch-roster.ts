import { ByteWriter, checkBytes, checkId, toHex } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { bytesKey } from './bytes-key.js';
import { DST } from './domain.js';

/**
 * 1: commits are signed with Ed25519. 2: with the composite of ML-DSA-65 and Ed25519; a member that
 * has no composite key makes none, and one without a prekey gets the secrets of epochs through its
 * live session alone. A swarm has one suite from its genesis on.
 */
export type EpochSuite = 1 | 2;

/** What epochs have to know of a member; a `Member` of a registry of its suite is one. */
export interface EpochMember {
  /** 32 bytes. */
  readonly memberKeyId: Uint8Array;
  readonly agentId: string;
  readonly ed25519PublicKey: Uint8Array;
  /** 1,984 bytes. Needed to make commits in suite 2. */
  readonly compositePublicKey?: Uint8Array | null | undefined;
  /** X-Wing prekey, 1,216 bytes. Needed for welcomes without a live session. */
  readonly kemPublicKey?: Uint8Array | null | undefined;
}

const COMPOSITE_KEY_BYTES = 1984;
const KEM_KEY_BYTES = 1216;

/**
 * Who takes part in an epoch, by member key id in hexadecimal, whose order is that of the bytes.
 * Never changed: a commit makes another one.
 */
export class EpochRoster {
  readonly suite: EpochSuite;
  readonly #members: ReadonlyMap<string, EpochMember>;

  constructor(suite: EpochSuite, members: Iterable<EpochMember>) {
    this.suite = suite;
    const all = [...members];
    if (hasTwins(all)) throw new RangeError('roster must not name a member or an agent twice');
    const byId = all.map((member) => [toHex(member.memberKeyId), member] as const);
    this.#members = new Map(byId.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get size(): number {
    return this.#members.size;
  }

  get(id: string): EpochMember | undefined {
    return this.#members.get(id);
  }

  /** In the order of their ids. */
  entries(): IterableIterator<[id: string, member: EpochMember]> {
    return this.#members.entries();
  }

  /**
   * The roster after a commit.
   * @returns `undefined` if one to remove is not there, one to add is, or has an agent id twice.
   */
  next(added: readonly EpochMember[], removed: readonly string[]): EpochRoster | undefined {
    const left = new Map(this.#members);
    for (const id of removed) if (!left.delete(id)) return undefined;
    const all = [...left.values(), ...added];
    return hasTwins(all) ? undefined : new EpochRoster(this.suite, all);
  }

  /** SHA-256(DST("roster") ‖ u32 count ‖ member key ids in ascending order), 32 bytes. */
  hash(provider: Pick<CryptoProvider, 'sha256'>): Uint8Array {
    const writer = new ByteWriter(64 + 32 * this.size).raw(DST('roster')).u32(this.size);
    for (const { memberKeyId } of this.#members.values()) writer.raw(memberKeyId);
    return provider.sha256(writer.bytes());
  }
}

function hasTwins(members: readonly EpochMember[]): boolean {
  const ids = new Set(members.map(({ memberKeyId }) => bytesKey(memberKeyId)));
  const agents = new Set(members.map(({ agentId }) => agentId));
  return ids.size < members.length || agents.size < members.length;
}

/**
 * A copy of what epochs need of a member.
 *
 * @throws TypeError, RangeError if a key has a wrong length.
 */
export function epochMemberOf(member: EpochMember): EpochMember {
  const { compositePublicKey, kemPublicKey } = member;
  const copy = (name: string, key: unknown, length: number) =>
    key === undefined || key === null ? undefined : checkBytes(name, key, { length }).slice();
  return Object.freeze({
    memberKeyId: checkBytes('memberKeyId', member.memberKeyId, { length: 32 }).slice(),
    agentId: checkId('agentId', member.agentId),
    ed25519PublicKey: checkBytes('ed25519PublicKey', member.ed25519PublicKey, {
      length: 32,
    }).slice(),
    compositePublicKey: copy('compositePublicKey', compositePublicKey, COMPOSITE_KEY_BYTES),
    kemPublicKey: copy('kemPublicKey', kemPublicKey, KEM_KEY_BYTES),
  });
}
