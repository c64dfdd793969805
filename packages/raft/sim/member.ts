import {
  RaftCore,
  type Entry,
  type Message,
  type Ready,
  type RaftCoreOptions,
} from '@ruvector/raft';
import type { Random } from '@ruvector/core';
import { Seen, type Checks } from './checks.js';
import { Disk } from './disk.js';
import { Machine, type Command } from './machine.js';
import { hold } from './violation.js';

/** How the members of a run are made. */
export interface MemberSettings {
  readonly options: Omit<RaftCoreOptions, 'id' | 'peers' | 'random' | 'restored' | 'bootstrap'>;
  readonly compactEvery: number;
  readonly keep: number;
  /** Bytes of a snapshot beside its meaning. */
  readonly snapshotExtra: number;
  /** Milliseconds that a sync takes, at most. */
  readonly syncMsMax: number;
  /** Whether a leader's messages go out while what they tell of is stored (thesis, §10.2.1). */
  readonly sendsEarly: boolean;
  /** How far election timeouts are apart, above 0 to 1: the less, the more votes are split. */
  readonly spread: number;
}

/** What a member tells the world that it is in. */
export interface World {
  readonly checks: Checks;
  send(message: Message): void;
  /** A command that was proposed here was executed, or is not going to be. */
  answer(command: Command, answer: number | undefined): void;
  read(context: string, index: number | undefined): void;
}

/** So often a member may have something to do without time passing. */
const ROUNDS_MAX = 100_000;

interface Proposal {
  readonly term: number;
  readonly command: Command;
}

/** A process around a `RaftCore`: its disk, clock and state machine. */
export class Member {
  readonly id: string;
  readonly disk = new Disk();
  readonly seen: Seen;
  readonly #peers: readonly string[];
  readonly #settings: MemberSettings;
  readonly #random: Random;
  readonly #world: World;
  /** `undefined` while it is down. */
  core: RaftCore | undefined;
  machine = new Machine();
  #given: Ready | undefined;
  #syncAtMs = 0;
  #waitsForSync = false;
  #proposals = new Map<number, Proposal>();
  #reads: { readonly context: string; readonly index: number }[] = [];
  #compactedAt = 0;
  #isCompactDue = false;
  /** Messages that came while it was paused. */
  held: Message[] = [];
  pausedUntilMs = 0;
  /** Restarts by itself at this time, if it is down; never if this is Infinity. */
  upAtMs = 0;
  /** It is to be pumped in this millisecond. */
  isTouched = false;
  /** How far election timeouts are apart now. */
  spread: number;
  /** It left, and is not started again. */
  isGone = false;
  /** How fast its clock runs, and its next tick by the true time. */
  rate = 1;
  nextTickMs: number;

  constructor(
    id: string,
    peers: readonly string[],
    settings: MemberSettings,
    random: Random,
    world: World,
  ) {
    this.id = id;
    this.seen = new Seen(id);
    this.spread = settings.spread;
    this.#peers = peers;
    this.#settings = settings;
    this.#random = random;
    this.#world = world;
    this.nextTickMs = random.next() * 10;
  }

  /** @returns whether it runs now: a damaged disk refuses. */
  start(nowMs: number): boolean {
    const { disk } = this;
    if (disk.damage === 'rotten' || (disk.damage === 'wiped' && this.#peers.length === 0)) {
      this.upAtMs = Infinity;
      return false;
    }
    const log = disk.load();
    try {
      this.core = new RaftCore({
        ...this.#settings.options,
        id: this.id,
        peers: this.#peers,
        random: () => this.#random.next() * this.spread,
        restored: log.restored(),
        bootstrap: this.#peers.length > 0 && !disk.isUsed,
      });
    } catch (error) {
      if (!(disk.damage === 'wiped' && error instanceof RangeError)) throw error;
      this.upAtMs = Infinity; // it must not come back under this id
      return false;
    }
    this.seen.restart(log);
    this.machine = new Machine();
    this.#compactedAt = 0;
    if (log.snapshot) this.#restore(log.snapshot.index, log.snapshot.data);
    this.nextTickMs = nowMs + this.#random.next() * 10;
    return true;
  }

  #restore(index: number, data: Uint8Array): void {
    this.machine.restore(data);
    this.#compactedAt = index;
    this.#world.checks.restored(this.seen, index, this.machine);
  }

  /** @param share - of what was not synced is found on the disk. */
  crash(share: number, upAtMs: number): void {
    this.core = undefined;
    this.#given = undefined;
    this.#waitsForSync = false;
    this.disk.crash(share);
    this.#proposals.clear();
    this.#reads = [];
    this.held = [];
    this.pausedUntilMs = 0;
    this.upAtMs = upAtMs;
  }

  /** Its own clock, in milliseconds. */
  clock(nowMs: number): number {
    return nowMs * this.rate;
  }

  skipMissedTicks(nowMs: number): void {
    if (this.nextTickMs < nowMs - 10 / this.rate) this.nextTickMs = nowMs;
  }

  tick(): void {
    this.core!.tick();
    this.nextTickMs += 10 / this.rate;
  }

  propose(command: Command, data: Uint8Array): void {
    const { index, term } = this.core!.propose(data);
    this.#proposals.set(index, { term, command });
  }

  waitForRead(context: string, index: number): void {
    this.#reads.push({ context, index });
    this.#answerReads();
  }

  /** Does what there is to do, as far as the disk has come. */
  pump(nowMs: number): void {
    const core = this.core;
    let rounds = 0;
    while (core && core === this.core) {
      hold('no storm of messages', ++rounds < ROUNDS_MAX, () => `${this.id} always has something`);
      if (this.#given) {
        if (this.#waitsForSync && this.#syncAtMs > nowMs) return;
        this.#finish(this.#given);
        continue;
      }
      if (!core.hasReady()) return;
      const ready = core.ready(this.clock(nowMs));
      this.#world.checks.ready(this.seen, ready);
      this.#given = ready;
      if (ready.hardState || ready.mustSync) this.disk.write(ready);
      this.#waitsForSync = ready.mustSync;
      if (ready.mustSync) this.#syncAtMs = nowMs + this.#syncMs();
      for (const message of ready.messages) if (this.#isEarly(message)) this.#say(message);
    }
  }

  #syncMs(): number {
    return Math.floor(this.#random.next() * (this.#settings.syncMsMax + 1));
  }

  #finish(ready: Ready): void {
    if (this.#waitsForSync) this.disk.sync();
    const { snapshot, messages, committedEntries, readStates } = ready;
    if (snapshot) this.#restore(snapshot.index, snapshot.data);
    for (const message of messages) if (!this.#isEarly(message)) this.#say(message);
    for (const entry of committedEntries) this.#apply(entry);
    for (const { context, index } of readStates) this.#reads.push({ context, index });
    for (const { index } of ready.overwritten) this.#drop(index);
    for (const context of ready.droppedReads) this.#world.read(context, undefined);
    this.#given = undefined;
    this.#waitsForSync = false;
    this.core!.advance();
    this.#answerReads();
    const every = this.#isCompactDue ? 1 : this.#settings.compactEvery;
    if (every > 0) this.#compact(every);
  }

  #isEarly({ type }: Message): boolean {
    const isOfLeader =
      type === 'appendEntries' || type === 'heartbeat' || type === 'installSnapshot';
    return isOfLeader && this.#settings.sendsEarly;
  }

  #say(message: Message): void {
    this.#world.checks.says(this.seen, message);
    this.#world.send(message);
  }

  #apply(entry: Entry): void {
    this.machine.apply(entry);
    this.#world.checks.applied(this.seen, entry, this.machine.hash);
    const proposal = this.#proposals.get(entry.index);
    if (!proposal) return;
    this.#proposals.delete(entry.index);
    const isOurs = proposal.term === entry.term;
    const answer = isOurs ? this.machine.answerTo(proposal.command) : undefined;
    this.#world.answer(proposal.command, answer);
  }

  #drop(index: number): void {
    const proposal = this.#proposals.get(index);
    if (!proposal) return;
    this.#proposals.delete(index);
    this.#world.answer(proposal.command, undefined);
  }

  #answerReads(): void {
    if (this.#reads.length === 0) return;
    const { applied } = this.machine;
    this.#reads = this.#reads.filter(({ context, index }) => {
      if (index > applied) return true;
      this.#world.read(context, index);
      return false;
    });
  }

  /** Whether it has written what is not synced. */
  get isWriting(): boolean {
    return this.#waitsForSync;
  }

  /** Whether it speaks as a leader, as far as it has said. */
  get isLeading(): boolean {
    return this.core !== undefined && this.seen.ledTerm > 0 && this.seen.ledTerm === this.seen.term;
  }

  isSyncedAt(nowMs: number): boolean {
    return this.#waitsForSync && this.#syncAtMs <= nowMs;
  }

  /** Cuts the log after the next thing that it does. */
  compactSoon(): void {
    this.#isCompactDue = true;
  }

  /** Cuts the log if so many entries were applied since the last time. */
  #compact(every: number): void {
    this.#isCompactDue = false;
    const { applied } = this.machine;
    if (applied < this.#compactedAt + every) return;
    if (applied < this.core!.status().compactableFrom) return;
    const data = this.machine.encode(this.#settings.snapshotExtra);
    const snapshot = this.core!.compact(applied, data, { keep: this.#settings.keep });
    this.#world.checks.configuration(applied, snapshot.config);
    hold('state-machine safety', snapshot.index === applied, () => `${this.id} compacts elsewhere`);
    this.#compactedAt = applied;
    this.disk.write({ snapshot, entries: [] });
    this.seen.log.take({ snapshot, entries: [] });
  }
}
