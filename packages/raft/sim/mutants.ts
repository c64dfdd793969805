// Longer than 400 lines: one table of what may be broken.
import type { Scenario } from './directed.js';

/** A text of a source file that is replaced. */
export interface Patch {
  /** Below the package. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
}

/** One rule, broken. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The simulations that kill it. */
  readonly profile: string;
  /** A scenario written for it, where chance would take too long. */
  readonly scenario?: Scenario;
}

/** Seeds from 1 on, within which a simulation has to kill a mutant. */
export const SEEDS_MAX = 120;

const mutant = (
  name: string,
  profile: string,
  file: string,
  from: string,
  to: string,
  scenario?: Scenario,
): Mutant => ({ name, profile, patches: [{ file, from, to }], ...(scenario && { scenario }) });

const ELECTIONS: readonly Mutant[] = [
  mutant(
    'votes for whose log lacks entries',
    'partitions',
    'src/voting.ts',
    'state.log.isUpToDate(lastIndex, lastTerm)',
    'lastIndex >= 0 && lastTerm >= 0',
  ),
  mutant(
    'grants a vote in a term that is over',
    'lossy',
    'src/voting.ts',
    'answer(state, request, state.term, false)',
    'answer(state, request, request.term, true)',
  ),
  mutant(
    'counts a vote of a term that is over',
    'lossy',
    'src/raft-core.ts',
    'if (message.term < state.term) this',
    "if (message.term < state.term && message.type !== 'requestVoteResponse') this",
  ),
  mutant(
    'counts a vote that comes twice as two',
    'lossy',
    'src/election.ts',
    'if (!this.#votes.has(from)) this.#votes.set(from, granted);',
    `const { voters } = this.#state.log.configuration;
     const free = voters.find((id) => !this.#votes.has(id)) ?? from;
     this.#votes.set(this.#votes.has(from) ? free : from, granted);`,
  ),
  mutant(
    'votes twice in a term',
    'lossy',
    'src/voting.ts',
    'state.vote === from || (state.vote === null && state.leader === undefined)',
    'state.leader === undefined || state.vote === from',
  ),
  mutant(
    'takes a pre-vote for a vote',
    'lossy',
    'src/raft-core.ts',
    "this.#countVote(message.type === 'requestVoteResponse' ? 'vote' : 'preVote', message)",
    "this.#countVote(this.#election?.campaign ?? 'vote', message)",
  ),
  mutant(
    'forgets its vote at a restart',
    'storm',
    'sim/log-view.ts',
    'if (hardState) this.hardState = hardState;',
    'if (hardState) this.hardState = { ...hardState, vote: null };',
  ),
  mutant(
    'forgets its term at a restart',
    'storm',
    'sim/log-view.ts',
    'if (hardState) this.hardState = hardState;',
    `if (hardState) this.hardState = {
       ...hardState, vote: null, term: Math.max(this.entries.at(-1)?.term ?? 0, this.baseTerm),
     };`,
  ),
  mutant(
    'writes the vote before the term, and not at once',
    'storm',
    'sim/member.ts',
    'if (ready.hardState || ready.mustSync) this.disk.write(ready);',
    `if (ready.hardState)
       this.disk.write({ entries: [], hardState: { ...ready.hardState, term: this.storedTerm ?? 0 } });
     this.storedTerm = ready.hardState?.term ?? this.storedTerm;
     if (ready.hardState || ready.mustSync) this.disk.write(ready);`,
  ),
  mutant(
    'does not step down for a later term',
    'partitions',
    'src/raft-core.ts',
    'state.enterTerm(term);\n    this.#becomeFollower(isOfLeader',
    'if (this.#leadership) return false;\n    state.enterTerm(term);\n    this.#becomeFollower(isOfLeader',
  ),
  mutant(
    'does not start its timer anew at an append that it rejects',
    'partitions',
    'src/raft-core.ts',
    'state.elapsedTicks = 0;\n    state.promiseLease();',
    `if (message.type !== 'appendEntries' || state.log.has(message.prevIndex, message.prevTerm))
       state.elapsedTicks = 0;
     state.promiseLease();`,
    'rejected appends',
  ),
];

const send = (types: string) => `this.#waitsForSync = ready.mustSync;
  for (const message of ready.messages) if (${types}) {
    this.#world.checks.says(this.seen, message);
    this.#world.send(message);
  }`;
const WAITS = 'this.#waitsForSync = ready.mustSync;';

const STORING: readonly Mutant[] = [
  mutant(
    'sends votes before they are stored',
    'storm',
    'sim/member.ts',
    WAITS,
    send("message.type === 'requestVoteResponse'"),
  ),
  mutant(
    'answers appends before they are stored',
    'storm',
    'sim/member.ts',
    WAITS,
    send("message.type === 'appendEntriesResponse'"),
  ),
  // That a leader counts its own entries before they are stored is no mutant: what it commits is
  // told and applied by a later ready only, which comes when those entries were stored.
  mutant('never syncs', 'storm', 'sim/member.ts', WAITS, 'this.#waitsForSync = false;'),
  {
    name: 'acknowledges before it is stored, alone in its cluster',
    profile: 'crashes',
    patches: [
      {
        file: 'src/cluster.ts',
        from: 'this.#state.log.persisted',
        to: 'this.#state.log.lastIndex',
      },
      {
        file: 'src/raft-core.ts',
        from: 'const entries = log.takeUnstored();',
        to: 'this.#leadership?.commitByMajority(); const entries = log.takeUnstored();',
      },
      {
        file: 'sim/member.ts',
        from: WAITS,
        to: `${WAITS} if (this.#peers.length === 1)
               for (const entry of ready.committedEntries) this.#apply(entry);`,
      },
      {
        file: 'sim/member.ts',
        from: 'for (const entry of committedEntries) this',
        to: 'if (this.#peers.length > 1) for (const entry of committedEntries) this',
      },
    ],
  },
  mutant(
    'comes back under its id with an empty log',
    'disks',
    'src/core-options.ts',
    'if (peers.length > 0 && !bootstrap && isEmpty(restored))',
    'if (peers.length > 0 && !bootstrap && isEmpty(restored) && random() > 1)',
  ),
];

const LOGS: readonly Mutant[] = [
  mutant(
    'keeps entries that contradict those of the leader',
    'partitions',
    'src/raft-log.ts',
    'entries.findIndex(({ index, term }) => !this.has(index, term))',
    'entries.findIndex(({ index }) => index > this.lastIndex)',
  ),
  mutant(
    'truncates behind prev whatever is there',
    'lossy',
    'src/raft-log.ts',
    'entries.findIndex(({ index, term }) => !this.has(index, term))',
    '(entries.length > 0 ? 0 : -1)',
  ),
  mutant(
    'does not look at the term before the entries',
    'partitions',
    'src/following.ts',
    'log.has(prevIndex, prevTerm)) {',
    'prevIndex <= log.lastIndex && prevTerm >= 0) {',
  ),
  mutant(
    'commits an entry of an earlier term by counting',
    'crashes',
    'src/leadership.ts',
    'index <= log.commit || log.termAt(index) !== term',
    'index <= log.commit || term < 0',
    'figure 8',
  ),
  mutant(
    'commits all of its log that the leader has committed',
    'partitions',
    'src/following.ts',
    'log.commitTo(Math.min(commit, last))',
    'log.commitTo(commit)',
    'a late message',
  ),
  mutant(
    'commits its log to the end',
    'partitions',
    'src/following.ts',
    'log.commitTo(Math.min(commit, last))',
    'log.commitTo(log.lastIndex)',
  ),
  mutant(
    'tells by heartbeat what was not compared',
    'partitions',
    'src/cluster.ts',
    'Math.min(peer.match, log.commit)',
    'log.commit',
  ),
  mutant(
    'takes the end of the log of a follower for what both share',
    'partitions',
    'src/following.ts',
    'this.#answer(from, last);',
    'this.#answer(from, log.lastIndex);',
    'a late message',
  ),
  mutant(
    'begins no term with an entry',
    'calm',
    'src/leadership.ts',
    "this.#push('normal', NOTHING);",
    '',
  ),
  mutant(
    'keeps its own log behind a snapshot that contradicts it',
    'snapshots',
    'src/raft-log.ts',
    'this.#entries = [];\n    this.#baseIndex = index;',
    'this.#entries = this.#entries.filter((entry) => entry.index > index);\n    this.#baseIndex = index;',
  ),
  mutant(
    'puts the pieces of a snapshot together in any order',
    'snapshots',
    'src/following.ts',
    'if (message.offset === incoming.offset) {',
    'if (incoming.offset + message.data.length <= sizeBytes) {',
  ),
  mutant(
    'stops sending when lost messages use up maxInflightBytes',
    'lossy',
    'src/cluster.ts',
    'if (this.#isFull(peer)) peer.freeFirst();',
    'if (peer.messagesAhead >= this.#state.options.maxInflight) peer.freeFirst();',
  ),
  mutant(
    'sends nothing again when the last message is lost',
    'lossy',
    'src/cluster.ts',
    'if (peer.match < log.lastIndex && peer.next > log.lastIndex) peer.commitSent = -1;',
    '',
  ),
  mutant(
    'sends a lost piece of a snapshot once',
    'snapshots',
    'src/cluster.ts',
    'if (++peer.beats >= BEATS_LOST) peer.isWaiting = false;',
    'peer.beats += 1;',
  ),
];

const READS: readonly Mutant[] = [
  mutant(
    'answers a read without asking the others',
    'partitions',
    'src/leadership.ts',
    'this.#reads.add(context, this.#state.log.commit, this.#round + 1);',
    'this.#state.readStates.push({ context, index: this.#state.log.commit });',
  ),
  mutant(
    'lets an earlier heartbeat confirm a read',
    'partitions',
    'src/leadership.ts',
    'this.#state.log.commit, this.#round + 1);',
    'this.#state.log.commit, this.#round);',
    'a heartbeat under way',
  ),
  mutant(
    'reads before it has committed anything',
    'crashes',
    'src/leadership.ts',
    'if (this.#state.log.commit < this.#firstIndex) this.#reads.addEarly(context);\n    else this',
    'this',
  ),
  mutant(
    'reads by lease before it has committed anything',
    'clocks',
    'src/leadership.ts',
    'if (commit < this.#firstIndex || this.#transferee',
    'if (this.#transferee',
  ),
  mutant(
    'keeps its lease while it hands over',
    'clocks',
    'src/leadership.ts',
    'if (commit < this.#firstIndex || this.#transferee !== undefined || this.#isHandedOver)',
    'if (commit < this.#firstIndex)',
  ),
  mutant(
    'has a lease for as long as it likes',
    'clocks',
    'src/lease.ts',
    'return nowMs < this.#untilMs;',
    'return nowMs < this.#untilMs + 1000;',
  ),
  mutant(
    'votes while a lease runs that it has promised',
    'clocks',
    'src/voting.ts',
    'const isSilent = state.silentTicks > 0 && !request.transfer;',
    'const isSilent = false;',
    'a forgotten leader',
  ),
  mutant(
    'forgets at a restart that a lease may run',
    'clocks',
    'src/raft-core.ts',
    'if (term > 0) this.#state.promiseLease();',
    '',
    'a restart under a lease',
  ),
];

const MEMBERSHIP: readonly Mutant[] = [
  mutant(
    'changes the configuration before its first entry is committed',
    'membership',
    'src/leadership.ts',
    'if (log.commit < this.#firstIndex)\n      throw',
    'if (log.commit < 0)\n      throw',
    'a change too early',
  ),
  mutant(
    'changes the configuration while another change is under way',
    'membership',
    'src/leadership.ts',
    'if (log.configurations.latestIndex > log.commit || isJoint(log.configuration))',
    'if (isJoint(log.configuration))',
    'two changes at once',
  ),
  mutant(
    'keeps a configuration whose entry was overwritten',
    'membership',
    'src/raft-log.ts',
    'this.configurations.truncateFrom(index);',
    '',
    'a change that is overwritten',
  ),
  mutant(
    'elects with the new half of a joint configuration alone',
    'membership',
    'src/quorum.ts',
    "return incoming === 'won' && outgoing === 'won' ? 'won' : 'pending';",
    'return incoming;',
  ),
  mutant(
    'commits with the new half of a joint configuration alone',
    'membership',
    'src/quorum.ts',
    'return Math.min(incoming, indexOfMajority(votersOutgoing, matchOf));',
    'return incoming;',
  ),
  mutant(
    'changes two voters at once without a joint configuration',
    'membership',
    'src/configuration.ts',
    'votersOutgoing: differing > 1 ? now.voters : [],',
    'votersOutgoing: [],',
  ),
  mutant(
    'does not leave a joint configuration',
    'membership',
    'src/leadership.ts',
    'if (isJoint(log.configuration) && log.configurations.latestIndex <= log.commit)',
    'if (log.commit < 0)',
  ),
  mutant(
    'counts learners',
    'membership',
    'src/leadership.ts',
    'committedIndex(log.configuration, (id) => this.#cluster.matchOf(id))',
    `committedIndex({ ...log.configuration, voters: [
       ...log.configuration.voters, ...log.configuration.learners,
     ] }, (id) => this.#cluster.matchOf(id))`,
    'two learners',
  ),
  mutant(
    'does not stand for election while it leaves',
    'membership',
    'src/member-state.ts',
    'isVoter(log.configuration, id) ||\n      log.configurations.since(log.commit).some(',
    'isVoter(log.configuration, id) ||\n      [].some(',
    'leaving with the longest log',
  ),
  mutant(
    'does not stand for election though it is sought',
    'membership',
    'src/voting.ts',
    'if (!isUpToDate) state.isSought = true;',
    '',
    'sought and no voter',
  ),
  mutant(
    'makes a snapshot before it knows who the members are',
    'snapshots',
    'src/raft-log.ts',
    'Math.max((this.snapshot?.index ?? 0) + 1, this.configurations.knownFrom)',
    '(this.snapshot?.index ?? 0) + 1',
  ),
];

/** All mutants. */
export const MUTANTS: readonly Mutant[] = [
  ...ELECTIONS,
  ...STORING,
  ...LOGS,
  ...READS,
  ...MEMBERSHIP,
];
