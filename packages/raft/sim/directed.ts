import { isEdgeError } from '@ruvector/core';
import { encodeConfiguration } from '../src/configuration.js';
import type { Entry, Message, RaftCore } from '../src/index.js';
import {
  acknowledge,
  append,
  elect,
  entry,
  member,
  requestVote,
  settle,
} from '../test/fixtures/member.js';
import { hold, Violation, type Invariant } from './violation.js';

const lease = { tickMs: 10 };

/** Whether any of these messages grants a vote. */
const grants = (messages: readonly Message[]): boolean =>
  messages.some((each) => each.type === 'requestVoteResponse' && each.granted);

const configurationEntry = (index: number, term: number, voters: readonly string[]): Entry => ({
  ...{ index, term, type: 'confChange' },
  data: encodeConfiguration({ voters, votersOutgoing: [], learners: [] }),
});

const check = (invariant: Invariant, isSo: boolean, text: string): void =>
  hold(invariant, isSo, () => text);

/** A leader `a` of a term that has begun, but for what a majority has of it. */
function leader(options: Parameters<typeof member>[0] = {}): RaftCore {
  const core = member(options);
  elect(core);
  return core;
}

function isRefused(request: () => unknown): boolean {
  try {
    request();
  } catch (error) {
    if (isEdgeError(error, 'ERR_RAFT_CHANGE_PENDING')) return true;
    throw error;
  }
  return false;
}

/** Carries what `from` has for `to`. */
function carry(from: RaftCore, to: RaftCore, which: (message: Message) => boolean): void {
  const { id } = to.status();
  for (const message of settle(from).messages)
    if (message.to === id && which(message)) to.step(message);
}

const SCENARIOS = {
  /** Figure 8 of the paper: entry 2 is of term 2, on a majority, and may still be overwritten. */
  'figure 8': () => {
    const peers = ['a', 'b', 'c'];
    const options = { peers, checkQuorum: false, hardState: { term: 3 }, maxBytesPerMessage: 1 };
    const a = member({ ...options, terms: [1, 2] });
    const b = member({ ...options, id: 'b', terms: [1] });
    const c = member({ ...options, id: 'c', terms: [1, 3] });
    a.campaign();
    carry(a, b, () => true);
    carry(b, a, () => true);
    // only so far: b gets entry 2, and nothing of term 4
    const isOld = (message: Message) =>
      !('commit' in message && message.commit > 1) &&
      (message.type !== 'appendEntries' ||
        message.entries.every(({ term }) => term < 4) ||
        message.prevIndex > b.status().lastIndex);
    for (let i = 0; i < 6; i++) {
      a.tick();
      carry(a, b, isOld);
      carry(b, a, () => true);
    }
    settle(a);
    c.campaign();
    settle(c);
    c.campaign();
    for (let i = 0; i < 8; i++) {
      c.tick();
      carry(c, b, () => true);
      carry(b, c, () => true);
    }
    const isOverwritten = c.status().role === 'leader' && b.status().lastIndex >= 3;
    if (!isOverwritten) throw new Error('figure 8 was not played to its end');
    check('leader completeness', a.status().commit < 2, 'what a has committed is overwritten');
  },
  'leaving with the longest log': () => {
    const conf = (index: number, voters: readonly string[], votersOutgoing: readonly string[]) => ({
      ...{ index, term: 1, type: 'confChange' as const },
      data: encodeConfiguration({ voters, votersOutgoing, learners: [] }),
    });
    // c and d, who stay, lack the entries that a and b have committed
    const core = member({
      restored: {
        hardState: { term: 2, vote: null, commit: 2 },
        entries: [entry(1, 1), conf(2, ['c', 'd'], ['a', 'b', 'c']), conf(3, ['c', 'd'], [])],
      },
    });
    core.campaign();
    const stands = settle(core).messages.some(({ type }) => type === 'requestVote');
    check('service', stands, 'nobody with a log that is long enough stands for election');
  },
  /** c is lost for good: b counts m as a voter, m counts a, b and c, and a has the shortest log. */
  'sought and no voter': () => {
    const config = { voters: ['a', 'b', 'c'], votersOutgoing: [], learners: [] };
    const restored = (term: number, entries: readonly Entry[]) => ({
      hardState: { term, vote: null, commit: 1 },
      snapshot: { index: 1, term: 1, config, data: new Uint8Array() },
      entries,
    });
    const cores = [
      member({ id: 'a', restored: restored(2, []), random: () => 0.2 }),
      member({
        ...{ id: 'b', random: () => 0.4 },
        restored: restored(2, [configurationEntry(2, 1, ['a', 'b', 'c', 'm'])]),
      }),
      member({
        ...{ id: 'm', peers: [], bootstrap: false, random: () => 0.6 },
        restored: restored(2, [entry(2, 2)]),
      }),
    ];
    for (let tick = 0; tick < 200; tick++) {
      for (const core of cores) core.tick();
      for (const from of cores) {
        const { messages } = settle(from);
        for (const to of cores)
          for (const message of messages) if (message.to === to.status().id) to.step(message);
      }
    }
    const lead = cores.map((core) => core.status()).find(({ role }) => role === 'leader');
    check('service', lead !== undefined && lead.commit > 2, 'two of three voters elect nobody');
    check('service', lead?.id !== 'm', 'who is no voter leads on');
  },
  'rejected appends': () => {
    const core = member({ preVote: true });
    let stands = false;
    for (let i = 0; i < 30; i++) {
      core.tick();
      stands ||= core.status().role !== 'follower';
      core.step(append({ prevIndex: 9, prevTerm: 1 }));
      settle(core);
    }
    check('service', !stands, 'it stands for election against a leader that it hears');
  },
  'a late message': () => {
    const core = member({ terms: [1, 1, 1], hardState: { term: 2 } });
    core.step(append({ term: 2, prevIndex: 1, prevTerm: 1, entries: [entry(2, 1)], commit: 3 }));
    const { messages } = settle(core);
    const { commit } = core.status();
    check('state-machine safety', commit === 2, `${commit} are committed, and 2 were compared`);
    const answered = messages.some(
      (each) => each.type === 'appendEntriesResponse' && each.index > 2,
    );
    check('acknowledged writes stay', !answered, 'it answers for what was not compared');
  },
  'a heartbeat under way': () => {
    const core = leader();
    acknowledge(core, 'b', 1);
    core.tick();
    const sent = settle(core).messages.flatMap((each) =>
      each.type === 'heartbeat' ? [each.round] : [],
    );
    core.readIndex('r');
    const answer = { type: 'heartbeatResponse', from: 'b', to: 'a', term: 1 } as const;
    core.step({ ...answer, round: Math.max(...sent) });
    const { readStates } = settle(core);
    check('linearizable reads', readStates.length === 0, 'an earlier heartbeat confirms a read');
  },
  'a forgotten leader': () => {
    const core = member({ lease });
    core.step(append({}));
    const refusal = { type: 'requestPreVoteResponse', from: 'c', to: 'a', term: 2 } as const;
    core.step({ ...refusal, granted: false });
    core.step(requestVote({ from: 'c', term: 2 }));
    check('linearizable reads', !grants(settle(core).messages), 'it votes while a lease runs');
  },
  'a restart under a lease': () => {
    const core = member({ lease, hardState: { term: 1 } });
    core.step(requestVote({ from: 'c', term: 2 }));
    check('linearizable reads', !grants(settle(core).messages), 'it votes while a lease may run');
  },
  'a change too early': () => {
    const core = leader();
    const isSafe = isRefused(() => core.proposeConfChange({ type: 'addVoter', id: 'd' }));
    check('leader completeness', isSafe, 'two halves of different clusters can decide');
  },
  'two changes at once': () => {
    const core = leader();
    acknowledge(core, 'b', 1);
    core.proposeConfChange({ type: 'addVoter', id: 'd' });
    const isSafe = isRefused(() => core.proposeConfChange({ type: 'addVoter', id: 'e' }));
    check('leader completeness', isSafe, 'majorities of the first and the last do not meet');
  },
  'a change that is overwritten': () => {
    const core = member({ terms: [1] });
    const entries = [configurationEntry(2, 1, ['a', 'b', 'c', 'd'])];
    core.step(append({ prevIndex: 1, prevTerm: 1, entries }));
    settle(core);
    core.step(append({ term: 2, from: 'c', prevIndex: 1, prevTerm: 1, entries: [entry(2, 2)] }));
    const { voters } = core.status().config;
    check('leader completeness', voters.length === 3, `it counts ${voters.join(' ')}`);
  },
  'two learners': () => {
    const core = leader({ peers: ['a', 'b', 'c'] });
    acknowledge(core, 'b', 1);
    const learners = ['d', 'e'];
    const changes = learners.map((id) => ({ type: 'addLearner', id }) as const);
    const { index } = core.proposeConfChange(changes);
    settle(core);
    for (const id of learners) acknowledge(core, id, index);
    check('leader completeness', core.status().commit < index, 'learners make a majority');
  },
} satisfies Record<string, () => void>;

/** Scenarios for what chance seldom meets. */
export type Scenario = keyof typeof SCENARIOS;

/** All of them. */
export const scenarios = Object.keys(SCENARIOS) as Scenario[];

/** Plays a scenario. @returns the invariant that broke, if one did. */
export function directed(scenario: Scenario): string | undefined {
  try {
    SCENARIOS[scenario]();
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
  return undefined;
}
