import { isEdgeError, seededRandom, type Random } from '@ruvector/core';
import type { Message } from '@ruvector/raft';
import { membersOf } from '../src/configuration.js';
import { leaderOf, leave } from './administrator.js';
import { Checks } from './checks.js';
import { Clients, type Cluster } from './clients.js';
import { inflict, type Victim } from './faults.js';
import { mix } from './hash.js';
import { Member, type MemberSettings, type World } from './member.js';
import { Network } from './network.js';
import type { Profile } from './profile.js';
import type { Fault } from './schedule.js';
import { drawSetting, type Setting } from './setting.js';
import { hold, Violation, type Invariant } from './violation.js';

/** Faults end here; then the cluster has to recover. */
export const FAULTS_UNTIL_MS = 17_500;
/** How long it may take, and how long nothing but heartbeats is sent after that. */
const RECOVERY_MS = 6_000;
const IDLE_MS = 500;
/** Every run lasts at least so long. */
const RUN_MS = 20_000;

/** Who asks where clients would not, and what it writes: nothing that the machine knows. */
const PROBE = 'probe';
const JUNK = new Uint8Array(2);

/** A cluster, its network, clients and administrator on a virtual clock. */
export class Simulation implements World, Victim, Cluster {
  readonly checks: Checks;
  readonly members = new Map<string, Member>();
  readonly network: Network;
  readonly clients: Clients;
  readonly setting: Setting;
  /** Of faults that last: how far clocks differ in speed. */
  skew = 0;
  nowMs = 0;
  changedAtMs = -Infinity;
  digest = 0;
  /** Of what is done to whom, and of each message: for the report of a violation. */
  readonly #log: ((line: string) => void) | undefined;
  readonly #seed: number;
  readonly #faults: readonly Fault[];
  readonly #memberSettings: MemberSettings;
  readonly random: Random;
  readonly #touched: Member[] = [];
  /** All members, as an array for speed. */
  readonly #list: Member[] = [];
  #next = 0;
  /** Nothing is written any more. */
  #isQuiet = false;
  #enrolled = 0;

  constructor(
    profile: Profile,
    seed: number,
    faults: readonly Fault[],
    log?: (line: string) => void,
  ) {
    this.#seed = seed;
    this.#faults = faults;
    this.#log = log;
    this.setting = drawSetting(profile, seededRandom(seed * 8));
    this.#memberSettings = this.setting.member;
    this.network = new Network(seededRandom(seed * 8 + 1));
    this.random = seededRandom(seed * 8 + 2);
    const { voters, clients, thinkMs } = this.setting;
    const ids = 'abcde'.slice(0, voters).split('');
    this.checks = new Checks({ voters: ids, votersOutgoing: [], learners: [] });
    this.clients = new Clients(clients, thinkMs, seededRandom(seed * 8 + 3), this);
    for (const id of ids) this.#add(id, ids).start(0);
  }

  #add(id: string, peers: readonly string[]): Member {
    const random = seededRandom(this.#seed * 4096 + 7 * ++this.#enrolled + 1);
    const member = new Member(id, peers, this.#memberSettings, random, this);
    member.rate = 1 + this.skew * (random.next() * 2 - 1);
    this.members.set(id, member);
    this.#list.push(member);
    return member;
  }

  enrol(): Member {
    const member = this.#add(`m${this.#enrolled + 1}`, []);
    member.start(this.nowMs);
    return member;
  }

  get committed() {
    return this.checks.latest;
  }

  note(text: () => string): void {
    this.#log?.(`${this.nowMs} ms  ${text()}`);
  }

  /** Runs from beginning to end. @throws Violation */
  run(): void {
    try {
      while (this.nowMs < FAULTS_UNTIL_MS) this.#step();
      this.#heal();
      this.#recover();
      this.#idle();
      while (this.nowMs < RUN_MS) this.#step();
    } catch (error) {
      if (error instanceof Violation) throw error;
      const { stack = '' } = error as Error;
      throw new Violation('no error', `${stack.split('\n').slice(0, 4).join(' | ')}`);
    }
    this.digest = mix(mix(this.digest, this.checks.hash), this.network.sent);
  }

  /** A millisecond. */
  #step(): void {
    this.nowMs += 1;
    const { nowMs } = this;
    for (let fault; (fault = this.#faults[this.#next]) && fault.atMs <= nowMs; this.#next++)
      if (nowMs <= FAULTS_UNTIL_MS) inflict(this, fault);
    for (let i = 0; i < this.#list.length; i++) this.#wake(this.#list[i]!);
    const arriving = this.network.arriving(nowMs);
    if (arriving.length > 0) {
      for (const message of arriving) this.#deliver(message);
      arriving.length = 0;
    }
    this.clients.act();
    for (let i = 0; i < this.#touched.length; i++) {
      const member = this.#touched[i]!;
      member.isTouched = false;
      member.pump(nowMs);
    }
    this.#touched.length = 0;
  }

  #wake(member: Member): void {
    const { nowMs } = this;
    if (!member.core) {
      if (member.upAtMs > nowMs) return;
      const isUp = member.start(nowMs);
      this.note(() => `${member.id} ${isUp ? 'starts' : 'refuses to start'}`);
      return;
    }
    if (member.pausedUntilMs > nowMs) return;
    // ticks that were missed are not made up for where leases rest on how long a tick takes
    if (this.setting.hasLease) member.skipMissedTicks(nowMs);
    if (member.nextTickMs <= nowMs) {
      member.tick();
      this.touch(member);
      if (member.isLeading) this.#probe(member);
    } else if (member.isSyncedAt(nowMs)) this.touch(member);
    if (member.held.length > 0) for (const message of member.held.splice(0)) this.#deliver(message);
  }

  /** Asks who takes itself for a leader, also where no client would, and makes its log longer. */
  #probe(member: Member): void {
    const { commit } = this.checks;
    const core = member.core!;
    const leased = this.setting.hasLease ? core.leaseRead(member.clock(this.nowMs)) : undefined;
    if (leased !== undefined) this.checks.read(leased, commit);
    const chance = this.random.next();
    if (this.#isQuiet || chance > 0.05) return;
    try {
      if (chance < 0.03) core.readIndex(`${PROBE}:${commit}`);
      else for (let n = chance * 100; n > 3; n -= 0.25) core.propose(JUNK);
    } catch (error) {
      if (!isEdgeError(error)) throw error; // it leads no more, or is busy
    }
  }

  #deliver(message: Message): void {
    const { nowMs } = this;
    const member = this.members.get(message.to);
    if (!member?.core || this.network.isCut(nowMs, message.from, message.to)) return;
    if (member.pausedUntilMs > nowMs) {
      if (member.held.length < 256) member.held.push(message);
      return;
    }
    this.digest = mix(this.digest ^ message.term, nowMs ^ (message.type.length << 20));
    if (this.#log) this.note(() => `${message.to} <- ${describe(message)}`);
    member.core.step(message);
    this.touch(member);
  }

  send(message: Message): void {
    this.network.send(this.nowMs, message);
  }

  answer(command: { client: number; number: number }, answer: number | undefined): void {
    this.clients.answer(command, answer);
  }

  read(context: string, index: number | undefined): void {
    const [client, floor] = context.split(':');
    if (client === PROBE) {
      if (index !== undefined) this.checks.read(index, Number(floor));
      return;
    }
    this.clients.answerRead(context, index);
  }

  touch(member: Member): void {
    if (member.isTouched) return;
    member.isTouched = true;
    this.#touched.push(member);
  }

  reachable(): Member[] {
    return [...this.members.values()].filter(
      ({ core, pausedUntilMs }) => core !== undefined && pausedUntilMs <= this.nowMs,
    );
  }

  crash(member: Member, share: number, downMs: number): void {
    this.note(() => `${member.id} crashes for ${downMs} ms`);
    member.crash(share, this.nowMs + downMs);
  }

  /** All faults end; who is not lost comes back. */
  #heal(): void {
    this.note(() => 'all faults end, but for the loss of messages');
    this.network.heal();
    this.clients.loss = 0;
    for (const member of this.members.values()) {
      member.pausedUntilMs = 0;
      member.spread = 1; // nobody promises an end of split votes otherwise (§9.3)
      if (!member.core && member.upAtMs < Infinity) member.upAtMs = this.nowMs + 1;
    }
    this.clients.forgetServed();
  }

  /** Who has to be alike in the end: the members of the configuration that are not lost. */
  #staying(leader: Member): Member[] {
    return membersOf(leader.core!.status().config)
      .map((id) => this.members.get(id)!)
      .filter(({ core }) => core !== undefined);
  }

  /** Service comes back; all are alike; a new leader serves reads though nobody writes. */
  #recover(): void {
    this.#until('service', () => this.clients.areServed);
    this.clients.stop();
    this.#isQuiet = true;
    this.#until('convergence', () => this.#areAlike);
    this.network.drop = 0;
    this.#crashLeader();
    this.clients.onlyRead();
    this.#until('service', () => this.clients.areServed);
    this.clients.stop();
    this.#until('convergence', () => this.#areAlike);
  }

  #crashLeader(): void {
    const leader = leaderOf(this.members.values())!;
    this.crash(leader, 1, 300);
  }

  #until(invariant: Invariant, isSo: () => boolean): void {
    const until = this.nowMs + RECOVERY_MS;
    while (!isSo()) {
      this.#step();
      hold(invariant, this.nowMs < until, () => `none in ${RECOVERY_MS} ms: ${this.#state()}`);
    }
  }

  get #areAlike(): boolean {
    const leader = leaderOf(this.members.values());
    return leader !== undefined && this.#isAlike(leader);
  }

  #isAlike(leader: Member): boolean {
    const { lastIndex, config } = leader.core!.status();
    return (
      config.votersOutgoing.length === 0 &&
      lastIndex === this.checks.commit &&
      this.#staying(leader).every(({ machine }) => machine.applied === lastIndex)
    );
  }

  /** Heartbeats and their answers are all that an idle cluster says. */
  #idle(): void {
    const leader = leaderOf(this.members.values())!;
    const staying = new Set(membersOf(leader.core!.status().config));
    for (const member of this.members.values()) if (!staying.has(member.id)) leave(member);
    for (let ms = 0; ms < 2 * IDLE_MS; ms++) {
      if (ms === IDLE_MS) this.network.sent = 0;
      this.#step();
    }
    const beats = IDLE_MS / 10 / this.setting.heartbeatTicks + 2;
    const max = Math.ceil(beats * 1.1 * 2 * staying.size);
    hold('no storm of messages', this.network.sent <= max, () => {
      return `${this.network.sent} messages in ${IDLE_MS} ms with nothing to do, above ${max}`;
    });
  }

  #state(): string {
    return [...this.members.values()]
      .map(({ id, core, disk, isGone, machine }) => {
        if (!core) return `${id}: ${isGone ? 'gone' : (disk.damage ?? 'down')}`;
        const { role, term, commit, lastIndex, config, progress } = core.status();
        const peers = Object.entries(progress).map(
          ([peer, { match, next, state }]) => `${peer} ${state} ${match} ${next}`,
        );
        const voters = [...config.voters, '/', ...config.votersOutgoing].join(' ');
        const { applied } = machine;
        return `${id}: ${role} ${term}, ${applied} ${commit} ${lastIndex}, ${voters} [${peers.join('; ')}]`;
      })
      .join('\n  ');
  }
}

/** A message in a line. */
function describe(message: Message): string {
  const { type, from, to: _to, term, ...rest } = message;
  const text = Object.entries(rest).map(([name, value]) => {
    if (value instanceof Uint8Array) return `${name} ${value.length} B`;
    if (Array.isArray(value)) return `${name} ${value.length}`;
    return `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
  });
  return `${from}: ${type}, term ${term}, ${text.join(', ')}`;
}
