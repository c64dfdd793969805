import { change, leaderOf, mayLose, retire, transfer, type Site } from './administrator.js';
import type { Member } from './member.js';
import type { Fault } from './schedule.js';
import type { Network } from './network.js';
import type { Setting } from './setting.js';

/** What faults are inflicted on. */
export interface Victim extends Site {
  readonly network: Network;
  readonly setting: Setting;
  readonly clients: { loss: number };
  skew: number;
  /** Notes what happens, if anybody wants to know. */
  note(text: () => string): void;
  /** A process ends, and comes back. @param share - of what was not synced stays. */
  crash(member: Member, share: number, downMs: number): void;
}

/** The clocks of two members run equally fast, but for less than `maxDrift` of leases. */
const SKEW_MAX = 0.04;

/** Lets one thing go wrong. */
export function inflict(run: Victim, fault: Fault): void {
  const { kind, a, b, c } = fault;
  switch (kind) {
    case 'drop':
      run.network.drop = a;
      run.clients.loss = a;
      return;
    case 'duplicate':
      run.network.duplicate = a;
      return;
    case 'delay':
      run.network.delay = a;
      return;
    case 'skew':
      run.skew = SKEW_MAX;
      for (const member of run.members.values())
        member.rate = 1 + SKEW_MAX * (run.random.next() * 2 - 1);
      return;
    case 'isolate':
    case 'isolateLeader':
    case 'split':
    case 'link':
      cut(run, fault);
      return;
    case 'change':
      run.note(() => 'a change of the configuration is asked for');
      retire(run);
      sever(run, change(run, fault), c);
      return;
    case 'transfer':
      run.note(() => 'the leader is asked to hand over');
      deafen(run, transfer(run, fault), c);
      return;
    case 'crash':
      // half of them in the middle of a write, which is where they hurt
      hit(run, fault, b < 0.5 ? any(run, a) : (anyWriting(run) ?? any(run, a)));
      return;
    default:
      hit(run, fault, kind === 'crashLeader' ? leaderOf(run.members.values()) : any(run, a));
  }
}

function any(run: Victim, a: number): Member | undefined {
  const running = [...run.members.values()].filter(({ core }) => core !== undefined);
  return running[Math.floor(a * running.length)];
}

const anyWriting = (run: Victim): Member | undefined =>
  [...run.members.values()].find(({ core, isWriting }) => core !== undefined && isWriting);

/** What goes wrong with one member. */
function hit(run: Victim, { kind, a, b, c }: Fault, member: Member | undefined): void {
  if (!member?.core) return;
  const { id } = member;
  const { hasLease, downMsMax } = run.setting;
  const downMs = 1 + Math.floor(c * downMsMax);
  switch (kind) {
    case 'crash':
    case 'crashLeader':
    case 'failedWrite': // the server stops; what was written is there, or not
      run.crash(member, (a * 7 + b) % 1, downMs);
      return;
    case 'pause':
      run.note(() => `${id} pauses`);
      member.pausedUntilMs = run.nowMs + 20 + Math.floor(c * 400);
      return;
    case 'jump':
      if (hasLease) return; // a jump is beyond what leases allow
      run.note(() => `the clock of ${id} jumps`);
      for (let ticks = Math.floor(c * 30); ticks > 0; ticks--) member.core.tick();
      run.touch(member);
      return;
    case 'rot':
    case 'wipe':
      if (!mayLose(run, id)) return;
      run.note(() => `the disk of ${id} is lost: ${kind}`);
      run.crash(member, b, downMs);
      if (kind === 'wipe') member.disk.wipe();
      else member.disk.damage = 'rotten';
      return;
    case 'compact':
      run.note(() => `${id} compacts`);
      member.compactSoon();
      return;
    default:
      throw new Error(`nobody knows how to inflict ${kind}`);
  }
}

/** Cuts links: one, all of a member, or those between two halves; one way or both. */
function cut(run: Victim, { kind, a, b, c }: Fault): void {
  const ids = [...run.members.values()].filter(({ isGone }) => !isGone).map(({ id }) => id);
  const until = run.nowMs + 50 + Math.floor(c * c * 1500);
  const side =
    kind === 'split' ? halfOf(ids, a) : ids.slice(Math.floor(a * ids.length)).slice(0, 1);
  const others = ids.filter((id) => !side.includes(id));
  const far = kind === 'link' ? others.slice(Math.floor(b * others.length)).slice(0, 1) : others;
  const way = kind === 'link' ? 0.5 : (b * 97) % 1;
  run.note(() => `${side.join(' ')} | ${far.join(' ')} are cut until ${until}`);
  for (const one of side)
    for (const other of far) {
      if (way < 0.75) run.network.cut(one, other, until);
      if (way < 0.5 || way >= 0.75) run.network.cut(other, one, until);
    }
}

/** A change is dangerous where only some have heard of it: half of them go along with a cut. */
function sever(run: Victim, leader: Member | undefined, c: number): void {
  if (!leader || c > 0.5) return;
  const ids = [...run.members.keys()].filter((id) => id !== leader.id);
  const near = [leader.id, ...ids.filter(() => run.random.next() < 0.4)];
  const until = run.nowMs + 200 + Math.floor(c * 1000);
  run.note(() => `${near.join(' ')} are cut from all others until ${until}`);
  for (const one of near)
    for (const other of ids.filter((id) => !near.includes(id))) {
      run.network.cut(one, other, until);
      run.network.cut(other, one, until);
    }
}

/** Who hands over does not hear at once that it has succeeded. */
function deafen(run: Victim, leader: Member | undefined, c: number): void {
  if (!leader || c > 0.6) return;
  run.note(() => `${leader.id} hears nobody for 150 ms`);
  for (const id of run.members.keys()) run.network.cut(id, leader.id, run.nowMs + 150);
}

const halfOf = (ids: readonly string[], a: number): string[] => {
  const mask = Math.floor(a * 2 ** ids.length);
  return ids.filter((_, i) => (mask >> i) & 1);
};
