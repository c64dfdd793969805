import { fromUtf8, seededRandom, toHex, utf8 } from '@ruvector/core';
import {
  EPOCH_GRACE_MS,
  type EpochChange,
  type EpochManager,
  type EpochOpened,
  type EpochProposal,
  type EpochSuite,
} from '@ruvector/crypto';
import { EpochSwarm, welcomeOf } from './epoch-fixture.js';

const MEMBERS_MAX = 8;

interface Entry extends EpochProposal {
  readonly roster: readonly string[];
}

interface Sent {
  readonly text: string;
  readonly sender: string;
  readonly epoch: number;
  readonly sealedAt: number;
  readonly bytes: Uint8Array;
}

/** Told what is and what should be, equal in all parts. */
export type Agree = (found: unknown, expected: unknown) => void;

/** One process, and beside it what it should know. */
interface Process {
  readonly name: string;
  readonly epochs: EpochManager;
  /** The newest commit that it applied. */
  at: number;
  appliedAt: number;
  readonly keyed: Set<number>;
  readonly seen: Set<string>;
  readonly inbox: Sent[];
  /** Texts that came before their epoch. */
  waiting: Sent[];
}

/**
 * A swarm under chance: members join, leave, are removed, start again and talk, while commits come
 * late but in order, and envelopes in any order, twice or never. An oracle of a few lines says for
 * each envelope whether it opens.
 */
export class World {
  readonly swarm: EpochSwarm;
  readonly log: (Entry | undefined)[] = [undefined]; // epoch 0 has no commit
  processes: Process[] = [];
  /** Envelopes that opened: in their epoch, in the grace after it, when it came. */
  readonly read = { present: 0, before: 0, waited: 0 };
  refused = 0;
  #names = 0;
  #texts = 0;
  readonly #random;
  readonly #founders: string[];
  readonly #agree: Agree;

  constructor(suite: EpochSuite, seed: number, agree: Agree) {
    this.#agree = agree;
    this.#random = seededRandom(seed);
    this.swarm = new EpochSwarm(suite, []);
    this.#founders = [this.#newName(), this.#newName()];
    for (const name of this.#founders) this.#start(name);
    this.#propose(this.processes[0]!, { reason: 'start' }, this.#founders);
  }

  step(): void {
    const dice = this.#random.next();
    if (dice < 0.2) this.#seal();
    else if (dice < 0.75) this.#deliver();
    else if (dice < 0.92) this.#catchUp(this.#pick(this.processes));
    else if (dice < 0.98) this.#change();
    else this.swarm.clock.advance(Math.floor(this.#random.next() * 6000));
  }

  /** Everybody hears of all commits, and then of one message from each member. */
  settle(): void {
    for (const each of this.processes)
      while (each.at < this.#head && !each.epochs.removed) this.#catchUp(each, true);
    const hashes = new Set(this.processes.map(({ epochs }) => toHex(epochs.commitHash)));
    this.#agree(hashes.size, 1);
    const { committer } = this.log.at(-1)!.commit.record;
    const by = this.processes.find(({ name }) => toHex(this.swarm.of(name).id) === committer)!;
    this.#propose(by, { reason: 'hourly' }, this.#roster);
    for (const each of this.processes) if (each !== by) this.#catchUp(each, true);
    this.#agree(
      this.processes.every(({ epochs }) => epochs.keyed),
      true,
    );
    const before = this.read.present;
    for (const sender of this.processes) {
      const sent = this.#sealBy(sender);
      for (const each of this.processes) this.#open(each, sent);
    }
    const present = this.processes.length;
    this.#agree(this.read.present - before, present * (present - 1));
  }

  get #head(): number {
    return this.log.length - 1;
  }

  get #roster(): readonly string[] {
    return this.log.at(-1)?.roster ?? this.#founders;
  }

  #start(name: string): Process {
    const last = this.log.at(-1);
    const [knower] = this.processes.filter(({ at }) => at === this.#head);
    const anchor = last && {
      commitHash: knower!.epochs.commitHash,
      commit: last.commit,
    };
    const process = {
      name,
      epochs: this.swarm.start(name, this.#roster, anchor ?? 'genesis'),
      at: this.#head,
      appliedAt: this.swarm.clock.monotonic(),
      keyed: new Set<number>(),
      seen: new Set<string>(),
      inbox: this.processes.flatMap(({ inbox }) => inbox).slice(-20),
      waiting: [],
    };
    this.processes.push(process);
    return process;
  }

  #propose(by: Process, change: EpochChange, roster: readonly string[]): void {
    const rival = this.#random.next() < 0.3 ? by.epochs.commit(change) : undefined;
    const proposal = by.epochs.commit(change);
    this.log.push({ ...proposal, roster });
    this.#catchUp(by);
    if (rival) this.#agree(by.epochs.apply(rival.commit).ok, false);
    this.processes = this.processes.filter(
      ({ name, at }) => roster.includes(name) || at < this.#head,
    );
  }

  #change(): void {
    const ready = this.processes.filter(
      ({ name, at }) => at === this.#head && this.#roster.includes(name),
    );
    const by = this.#pick(ready);
    const others = this.#roster.filter((name) => name !== by.name);
    const dice = this.#random.next();
    if (dice < 0.4 && this.#roster.length < MEMBERS_MAX) {
      const name = this.#newName();
      this.#start(name);
      const added = [this.swarm.of(name).id];
      this.#propose(by, { added, reason: 'join' }, [...this.#roster, name]);
    } else if (dice < 0.65 && others.length > 1) {
      const gone = this.#pick(others);
      const reason = this.#random.next() < 0.5 ? 'leave' : 'removal';
      const removed = [this.swarm.of(gone).id];
      this.#propose(
        by,
        { removed, reason },
        this.#roster.filter((name) => name !== gone),
      );
    } else if (dice < 0.85) {
      const again = this.#pick(others);
      this.processes = this.processes.filter(({ name }) => name !== again);
      this.swarm.clock.advance(1);
      this.#start(again);
      this.#propose(by, { reason: 'start' }, this.#roster);
    } else this.#propose(by, { reason: 'hourly' }, this.#roster);
  }

  #catchUp(process: Process, always = false): void {
    const entry = this.log[process.at + 1];
    if (entry === undefined) return;
    const isOwn = entry.commit.record.committer === toHex(this.swarm.of(process.name).id);
    const isWelcome = always || this.#random.next() < 0.9;
    const welcome = isWelcome ? welcomeOf(entry, process.name) : undefined;
    const applied = process.epochs.apply(entry.commit, welcome);
    process.at += 1;
    process.appliedAt = this.swarm.clock.monotonic();
    const keyed = entry.roster.includes(process.name) && (isOwn || isWelcome);
    if (keyed) process.keyed.add(process.at);
    const { opened, ...rest } = { opened: [], ...applied };
    this.#agree(rest, { ok: true, epoch: process.at, keyed });
    const isRemoved = !entry.roster.includes(process.name) && this.#wasIn(process);
    this.#agree(process.epochs.removed, isRemoved);
    if (isRemoved) {
      this.processes = this.processes.filter((each) => each !== process);
      return;
    }
    const due = process.waiting.filter(({ epoch }) => epoch < process.at || keyed);
    process.waiting = process.waiting.filter((sent) => !due.includes(sent));
    this.#agree(
      opened.map(textOf),
      due.map((sent) => (this.#opens(process, sent) ? sent.text : undefined)),
    );
    for (const sent of due) this.#count(process, sent, this.#opens(process, sent), 'waited');
  }

  #wasIn({ name, at }: Process): boolean {
    return (this.log[at - 1]?.roster ?? this.#founders).includes(name);
  }

  #seal(): void {
    const able = this.processes.filter(({ keyed, at }) => keyed.has(at));
    if (able.length > 0) this.#sealBy(this.#pick(able));
  }

  #sealBy(process: Process): Sent {
    const text = `message ${this.#texts++}`;
    const sealedAt = this.swarm.clock.now();
    const bytes = process.epochs.seal(utf8(text));
    const sent = { text, sender: process.name, epoch: process.at, sealedAt, bytes };
    for (const { inbox } of this.processes) inbox.push(sent);
    return sent;
  }

  #deliver(): void {
    const process = this.#pick(this.processes);
    if (process.inbox.length === 0) return;
    const newest = Math.floor(this.#random.next() ** 2 * process.inbox.length);
    const at = process.inbox.length - 1 - newest;
    const sent = process.inbox[at]!;
    if (this.#random.next() < 0.8) process.inbox.splice(at, 1);
    this.#open(process, sent);
  }

  #open(process: Process, sent: Sent): void {
    const opened = process.epochs.open(sent.bytes);
    if (this.#waits(process, sent)) {
      this.#agree(opened, { ok: false, code: 'ERR_ENVELOPE_WAITING' });
      if (!process.waiting.includes(sent)) process.waiting.push(sent);
      return;
    }
    const opens = this.#opens(process, sent);
    this.#agree(textOf(opened), opens ? sent.text : undefined);
    this.#count(process, sent, opens, sent.epoch === process.at ? 'present' : 'before');
  }

  #count(process: Process, sent: Sent, opens: boolean, how: keyof World['read']): void {
    if (opens) process.seen.add(sent.text);
    if (opens) this.read[how] += 1;
    else this.refused += 1;
  }

  #isFresh({ sealedAt }: Sent): boolean {
    return this.swarm.clock.now() - sealedAt <= 30_000;
  }

  #waits({ at, name, keyed }: Process, sent: Sent): boolean {
    const inRoster = (this.log[at]?.roster ?? this.#founders).includes(name);
    const isAhead = sent.epoch === at + 1 || (sent.epoch === at && inRoster && !keyed.has(at));
    return isAhead && sent.sender !== name && this.#isFresh(sent);
  }

  /** The oracle. */
  #opens({ at, appliedAt, keyed, seen, name }: Process, sent: Sent): boolean {
    if (sent.sender === name || seen.has(sent.text) || !this.#isFresh(sent)) return false;
    if (!keyed.has(sent.epoch)) return false;
    if (sent.epoch === at) return true;
    return (
      sent.epoch === at - 1 &&
      this.swarm.clock.monotonic() - appliedAt < EPOCH_GRACE_MS &&
      this.log[at]!.roster.includes(sent.sender)
    );
  }

  #newName(): string {
    const name = `m${this.#names++}`;
    this.swarm.register(name);
    return name;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random.next() * from.length)]!;
  }
}

const textOf = (opened: EpochOpened) => (opened.ok ? fromUtf8(opened.payload.body) : undefined);
