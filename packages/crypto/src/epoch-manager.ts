import { checkBytes, equalBytes, fromHex, LimitError, toHex } from '@ruvector/core';
import { constantTimeEqual } from './constant-time.js';
import { readEnvelopeHeader } from './envelope-format.js';
import { EpochNotReadyError } from './epoch-errors.js';
import { EpochKeys } from './epoch-keys.js';
import {
  firstHead,
  readEpochOptions,
  type EpochManagerOptions,
  type EpochSettings,
} from './epoch-options.js';
import { proposeEpoch, type EpochChange, type EpochProposal } from './epoch-proposal.js';
import type { EpochMember } from './epoch-roster.js';
import { secretCommitment } from './epoch-secret.js';
import { judgeCommit, type CommitCode, type EpochHead, type HeldCommit } from './epoch-verdict.js';
import { WaitingEnvelopes } from './epoch-waiting.js';
import { openWelcome, type WelcomeCode } from './epoch-welcome.js';
import { openEnvelope, type EnvelopeCode, type OpenedEnvelope } from './open-envelope.js';
import { rekeyDue } from './rekey-due.js';
import { ReplayWindow } from './replay-window.js';
import { sealEnvelope, type EnvelopeFields, type SealKeys } from './seal-envelope.js';
import { SenderChain } from './sender-chain.js';
import { SkippedKeyBudget } from './skipped-keys.js';
import { VerifiedRoots } from './verified-roots.js';

/** What goes with a message, beside its bytes; all as in `EnvelopeFields`. */
export type EpochMessage = Partial<
  Pick<EnvelopeFields, 'destination' | 'timestamp' | 'type' | 'topic' | 'correlationId'>
>;

/** Whose messages of which epoch, and what seals and signs them. */
export type EpochSealing = Required<SealKeys> &
  Required<Pick<EnvelopeFields, 'swarmId' | 'suite' | 'sender' | 'epoch'>>;

/** What an envelope held, or why it does not open now. */
export type EpochOpened =
  | OpenedEnvelope
  | {
      readonly ok: false;
      readonly code: EnvelopeCode | 'ERR_ENVELOPE_WAITING' | 'ERR_ENVELOPE_NO_ROOM';
    };

/** What became of a commit. */
export type EpochApplied =
  | {
      readonly ok: true;
      /** The present one now. */
      readonly epoch: number;
      /** Whether this member seals and opens in that epoch. */
      readonly keyed: boolean;
      /** What had waited for it, in the order in which it came. */
      readonly opened: readonly OpenedEnvelope[];
    }
  | { readonly ok: false; readonly code: CommitCode | WelcomeCode | 'ERR_EPOCH_REMOVED' };

/** Stands for keys that are not there yet: an envelope gets as far as its signature. */
const NO_KEYS = /* @__PURE__ */ (() => {
  const chain = new SenderChain(new Uint8Array(32));
  chain.destroy();
  return chain;
})();

/**
 * The epochs of one member in one swarm: makes commits, applies them in the order that Raft or a
 * coordinator gives, and seals and opens under the keys of the present epoch.
 *
 * Each commit brings a secret that its welcomes carry to the members of the new epoch and to nobody
 * else. A refused commit or welcome changes nothing. Nothing of the keys can be saved: a process
 * that starts again has none until the next commit, and asks for one (`rekeyDue` says `start`).
 *
 * @example
 * const clock = systemClock;
 * const registry = new MemberRegistry({ swarmId: 'swarm-1', admission: trustOnFirstUse(), clock });
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const joined = registry.apply(identity.createRegistration('worker-1', []));
 * const roster = joined.ok ? [joined.member] : [];
 * const epochs = new EpochManager({
 *   swarmId: 'swarm-1', suite: 1, identity, self: roster[0]!.memberKeyId, registry, roster,
 *   anchor: 'genesis', mayCommit: () => true,
 * });
 * epochs.rekeyDue(); // => 'start'
 * const { commit } = epochs.commit({ reason: 'start' });
 * epochs.apply(commit); // => { ok: true, epoch: 1, keyed: true, opened: [] }
 * epochs.seal(utf8('hello')).length; // => 280
 * epochs.destroy();
 */
export class EpochManager {
  readonly #settings: EpochSettings;
  readonly #selfId: string;
  readonly #startedAt: number;
  readonly #skippedKeys: SkippedKeyBudget;
  readonly #waiting: WaitingEnvelopes;
  readonly #roots = new VerifiedRoots();
  #head: EpochHead;
  #appliedAtMs: number;
  #keys: EpochKeys | undefined;
  /** Of the epochs before that are still open. */
  #earlier: { readonly keys: EpochKeys; readonly cancel: () => void }[] = [];
  #proposal: { readonly hash: Uint8Array; readonly secret: Uint8Array } | undefined;
  #removed = false;

  /**
   * @throws TypeError, RangeError for an option that is none, or a suite that lacks something.
   * @throws EdgeError `ERR_EPOCH_ANCHOR` if commit and roster are not those of the anchor.
   */
  constructor(options: EpochManagerOptions) {
    this.#settings = readEpochOptions(options);
    const { self, clock, startedAt, limits } = this.#settings;
    this.#selfId = toHex(self);
    this.#startedAt = startedAt;
    this.#skippedKeys = new SkippedKeyBudget(limits.skippedKeysMax);
    this.#waiting = new WaitingEnvelopes(limits.waitingMax, limits.waitingBytesMax);
    this.#head = firstHead(this.#settings);
    this.#appliedAtMs = clock.monotonic();
  }

  /** The newest that was applied, or that of the anchor. */
  get epoch(): number {
    return this.#head.epoch;
  }

  /** Its hash, a copy: what an invitation carries as the anchor. */
  get commitHash(): Uint8Array {
    return this.#head.hash.slice();
  }

  /** Whether this member seals and opens in the present epoch. */
  get keyed(): boolean {
    return this.#keys !== undefined;
  }

  /** Whether a commit removed this member, after which nothing is done any more. */
  get removed(): boolean {
    return this.#removed;
  }

  /** Envelopes that wait for the next epoch. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The members of the present epoch, in the order of their ids. */
  get members(): EpochMember[] {
    return [...this.#head.roster.entries()].map(([, member]) => member);
  }

  /** Why this member should ask for a new epoch just now, if it should. */
  rekeyDue(): 'start' | 'hourly' | 'messages' | undefined {
    const { clock, limits, self } = this.#settings;
    return rekeyDue({
      keyed: this.keyed,
      ageMs: clock.monotonic() - this.#appliedAtMs,
      sealed: this.#keys?.chainOf(self)?.next ?? 0,
      lifetimeMs: limits.lifetimeMs,
      messagesMax: limits.messagesMax,
    });
  }

  /**
   * Makes the commit of the next epoch with a fresh secret. It takes effect by `apply`, here too,
   * once it is known to be the one that follows; a proposal that was made before is forgotten.
   *
   * @throws TypeError, RangeError for a change that no member would take.
   * @throws EdgeError `ERR_EPOCH_NOT_READY` if this member is not in the present epoch.
   */
  commit(change: EpochChange): EpochProposal {
    if (this.#head.roster.get(this.#selfId) === undefined)
      throw new EpochNotReadyError('commit', this.epoch);
    const { commit, welcomes, unreached, ...proposal } = proposeEpoch(
      this.#head,
      change,
      this.#settings,
    );
    this.#forgetProposal();
    this.#proposal = proposal;
    return { commit, welcomes, unreached };
  }

  /**
   * Applies the commit that follows the present one, with this member's welcome. Without one, or if
   * it is dated before this member's start, the member follows but gets no keys. The present commit
   * may come again, with a welcome that was missing. Never throws on account of its arguments.
   */
  apply(commit: unknown, welcome?: Uint8Array): EpochApplied {
    if (this.#removed) return { ok: false, code: 'ERR_EPOCH_REMOVED' };
    const from = this.#head;
    const { registry, mayCommit, swarmId, provider, clock, limits } = this.#settings;
    const held = judgeCommit(commit, from, {
      swarmId,
      membersMax: limits.membersMax,
      now: clock.now(),
      provider,
      memberOf: (id) => registry.get(id),
      mayCommit,
    });
    if (!held.ok) return held;
    const isKnown = held.head === from;
    const secret = isKnown && this.keyed ? undefined : this.#secretOf(held, welcome);
    if (typeof secret === 'string') return { ok: false, code: secret };
    const keys = secret && this.#keysFrom(secret, held.head);
    secret?.fill(0);
    // a callback may have applied another one meanwhile
    if (this.#head !== from) return { ok: false, code: 'ERR_COMMIT_STALE' };
    if (!isKnown) this.#enter(held.head, keys);
    else if (keys) this.#keys = keys;
    return { ok: true, epoch: this.epoch, keyed: this.keyed, opened: this.#openWaiting() };
  }

  /**
   * Seals and signs a message for all members of the present epoch, or for one.
   *
   * @throws EdgeError `ERR_EPOCH_NOT_READY` without keys, `ERR_LIMIT` after 2^20 messages.
   * @throws TypeError, RangeError for what an envelope cannot hold.
   */
  seal(bytes: Uint8Array, message: EpochMessage = {}): Uint8Array {
    const { clock, limits } = this.#settings;
    const { chain, sign, entropy, provider, ...common } = this.sealing();
    if (chain.next >= limits.messagesMax) throw new LimitError('messagesMax', limits.messagesMax);
    const fields = { type: 0, topic: '', timestamp: Math.floor(clock.now()), ...message };
    return sealEnvelope({ ...fields, ...common, body: bytes }, { chain, sign, entropy, provider });
  }

  /**
   * What a `BatchSigner` needs to seal in the present epoch. A new epoch needs a new signer: the
   * chain is erased with the epoch, and the messages of a batch that is not signed by then are of
   * the epoch before.
   *
   * @throws EdgeError `ERR_EPOCH_NOT_READY` without keys.
   */
  sealing(): EpochSealing {
    const { swarmId, self, identity, provider, entropy, envelopeSuite } = this.#settings;
    const chain = this.#keys?.chainOf(self);
    if (chain === undefined) throw new EpochNotReadyError('seal', this.epoch);
    const sign = (message: Uint8Array) =>
      envelopeSuite === 1 ? identity.sign(message) : identity.signComposite!(message);
    const common = { swarmId, suite: envelopeSuite, sender: self.slice() };
    return { ...common, epoch: BigInt(this.epoch), chain, sign, entropy, provider };
  }

  /**
   * Opens an envelope of the present epoch, or for 10 s of the one before. One of the next epoch
   * waits, if it is signed by a member of the registry, and comes out of `apply`.
   */
  open(bytes: Uint8Array): EpochOpened {
    const opened = this.#open(bytes);
    if (opened.ok || opened.code !== 'ERR_ENVELOPE_EPOCH') return opened;
    const stable = checkBytes('bytes', bytes).slice();
    const header = readEnvelopeHeader(stable);
    if (header === undefined) return opened;
    if (this.#keysOf(header.epoch) && header.counter < this.#settings.limits.messagesMax)
      return { ok: false, code: 'ERR_ENVELOPE_SENDER' }; // in the registry, but not in that epoch
    if (!this.#mayComeLater(header.epoch)) return opened;
    const proven = openEnvelope(stable, {
      ...this.#opening(),
      window: new ReplayWindow(32),
      keys: () => NO_KEYS,
    });
    if (proven.ok || proven.code !== 'ERR_ENVELOPE_KEY_GONE') return proven;
    const waits = this.#waiting.add(stable, header);
    return { ok: false, code: waits ? 'ERR_ENVELOPE_WAITING' : 'ERR_ENVELOPE_NO_ROOM' };
  }

  /** Erases all keys; the member seals and opens nothing from now on. */
  destroy(): void {
    this.#removed = true;
    this.#forgetProposal();
    for (const { keys } of [...this.#earlier]) this.#forgetEarlier(keys);
    this.#keys?.destroy();
    this.#keys = undefined;
    this.#waiting.clear();
  }

  #open(bytes: Uint8Array): OpenedEnvelope {
    const { messagesMax } = this.#settings.limits;
    return openEnvelope(bytes, {
      ...this.#opening(),
      keys: ({ epoch, sender, counter }) =>
        counter < messagesMax ? this.#keysOf(epoch)?.chainOf(sender) : undefined,
      window: ({ epoch, sender }) => this.#keysOf(epoch)?.windowOf(sender),
    });
  }

  #opening() {
    const { registry, swarmId, clock, self, provider, envelopeSuite } = this.#settings;
    const ed25519Suffices = envelopeSuite === 1;
    return { registry, swarmId, clock, self, provider, ed25519Suffices, roots: this.#roots };
  }

  #keysOf(epoch: bigint): EpochKeys | undefined {
    if (epoch === BigInt(this.epoch)) return this.#keys;
    return this.#earlier.find(({ keys }) => BigInt(keys.epoch) === epoch)?.keys;
  }

  #mayComeLater(epoch: bigint): boolean {
    if (this.#removed) return false;
    const isMember = this.#head.roster.get(this.#selfId) !== undefined;
    return (
      epoch === BigInt(this.epoch + 1) || (epoch === BigInt(this.epoch) && isMember && !this.keyed)
    );
  }

  #openWaiting(): OpenedEnvelope[] {
    const epoch = this.keyed ? this.epoch : this.epoch - 1;
    return this.#waiting.take(BigInt(epoch)).map((bytes) => this.#open(bytes));
  }

  /** The secret of an epoch in which this member may take part; a copy. */
  #secretOf(
    { commit, committer, head }: HeldCommit,
    welcome: Uint8Array | undefined,
  ): Uint8Array | WelcomeCode | undefined {
    const member = head.roster.get(this.#selfId);
    if (member === undefined) return undefined;
    const own = this.#proposal;
    if (own && equalBytes(own.hash, head.hash)) return own.secret.slice();
    const { record } = commit;
    if (welcome === undefined || record.ts < this.#startedAt) return undefined;
    const { self, identity, provider, openFrom } = this.#settings;
    const secret = openWelcome(
      welcome,
      { epoch: record.epoch, commitHash: head.hash, recipient: self },
      { identity, provider, committer, openFrom, kemPublicKey: member.kemPublicKey },
    );
    if (typeof secret === 'string') return secret;
    const said = fromHex(record.secret_commitment);
    const found = secretCommitment(secret, record.epoch, fromHex(record.prev_commit_hash));
    if (constantTimeEqual(said, found)) return secret;
    secret.fill(0);
    return 'ERR_WELCOME_SECRET';
  }

  #keysFrom(secret: Uint8Array, head: EpochHead): EpochKeys {
    const senders = [...head.roster.entries()].map(([, { memberKeyId }]) => memberKeyId);
    return new EpochKeys(secret, head, senders, this.#skippedKeys);
  }

  /** The one change of state: the new epoch is present, the one before stays open for a while. */
  #enter(head: EpochHead, keys: EpochKeys | undefined): void {
    const { clock, limits } = this.#settings;
    const left = this.#keys;
    const wasMember = this.#head.roster.get(this.#selfId) !== undefined;
    this.#forgetProposal();
    this.#head = head;
    this.#keys = keys;
    this.#appliedAtMs = clock.monotonic();
    if (left) {
      const cancel = clock.setTimeout(() => this.#forgetEarlier(left), limits.graceMs);
      this.#earlier.push({ keys: left, cancel });
    }
    const ids = this.members.map(({ memberKeyId }) => memberKeyId);
    for (const { keys: open } of [...this.#earlier])
      if (open.epoch < head.epoch - limits.earlierMax) this.#forgetEarlier(open);
      else open.retain(ids, this.#settings.self);
    if (wasMember && head.roster.get(this.#selfId) === undefined) this.destroy();
  }

  #forgetEarlier(keys: EpochKeys): void {
    const at = this.#earlier.findIndex((earlier) => earlier.keys === keys);
    for (const { cancel } of this.#earlier.splice(at, 1)) cancel();
    keys.destroy();
  }

  #forgetProposal(): void {
    this.#proposal?.secret.fill(0);
    this.#proposal = undefined;
  }
}
