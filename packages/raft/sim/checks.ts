import type { Configuration, Entry, Message, Ready, Snapshot } from '@ruvector/raft';
import { decodeConfiguration } from '../src/configuration.js';
import { LogView } from './log-view.js';
import { Machine, type Command } from './machine.js';
import { hold } from './violation.js';

/** What has been seen of a member. It outlives a crash, but for what a crash may take away. */
export class Seen {
  readonly id: string;
  /** The log as it was given out to be stored. */
  log = new LogView();
  term = 0;
  commit = 0;
  applied = 0;
  /** The last term in which it spoke as a leader. */
  ledTerm = 0;
  /** The latest term in which it said anything. */
  spokeTerm = 0;
  /** Whom it voted for, by term. */
  readonly votes = new Map<number, string>();

  constructor(id: string) {
    this.id = id;
  }

  /** A new process begins with what the disk has. */
  restart(log: LogView): void {
    this.log = log;
    const { term = 0, commit = 0 } = log.hardState ?? {};
    hold('monotone term and commit', term >= this.spokeTerm, () => {
      return `${this.id} comes back in term ${term}, and has spoken in ${this.spokeTerm}`;
    });
    this.term = term;
    this.commit = Math.max(commit, log.base);
    this.applied = log.base;
    this.ledTerm = 0;
  }
}

/** What has happened in runs. */
export interface Counts {
  /** Commands, each once. */
  executed: number;
  /** Terms with a leader. */
  leaders: number;
  /** Changes of the configuration that were committed. */
  configurations: number;
  /** Snapshots that were taken from a leader. */
  installed: number;
  /** Reads that were answered. */
  reads: number;
}

interface Committed {
  readonly entry: Entry;
  /** Of the leader that committed it. */
  readonly term: number;
}

/** The invariants, each looked at where something has changed. */
export class Checks {
  /** By index; none at 0. */
  readonly #committed: (Committed | undefined)[] = [undefined];
  readonly #hashes: number[] = [0];
  readonly #configurations: { readonly index: number; readonly text: string }[];
  readonly #leaders = new Map<number, string>();
  /** By index, the entries that anybody stored: one a term, and the term before it. */
  readonly #known: Map<number, { entry: Entry; previous: number }>[] = [];
  #installed = 0;
  #reads = 0;
  readonly #answers = new Map<number, number>();
  readonly #oracle = new Machine((command, answer) => this.#executed(command, answer));

  constructor(initial: Configuration) {
    this.#configurations = [{ index: 0, text: JSON.stringify(initial) }];
  }

  /** The last entry that any member knows to be committed. */
  get commit(): number {
    return this.#committed.length - 1;
  }

  /** The configuration that is committed. */
  get latest(): Configuration {
    return JSON.parse(this.#configurations.at(-1)!.text) as Configuration;
  }

  /** What the run has led through, so that a run without a violation is known to mean something. */
  get counts(): Counts {
    return {
      executed: this.#oracle.executed,
      leaders: this.#leaders.size,
      configurations: this.#configurations.length - 1,
      installed: this.#installed,
      reads: this.#reads,
    };
  }

  get hash(): number {
    return this.#oracle.hash;
  }

  /** What a member wants stored and applied, before it is. */
  ready(seen: Seen, ready: Ready): void {
    const { hardState, entries, snapshot } = ready;
    if (hardState && (hardState.term < seen.term || hardState.commit < seen.commit))
      hold('monotone term and commit', false, () => `${seen.id} goes back to ${say(hardState)}`);
    if (hardState) seen.term = hardState.term;
    if (snapshot) this.#snapshot(snapshot);
    if (entries.length > 0) this.#entries(seen, entries, snapshot);
    seen.log.take(ready);
    if (hardState && hardState.commit > seen.commit) this.#commits(seen, hardState.commit);
    const last = ready.committedEntries.at(-1)?.index ?? 0;
    hold('applied, commit and last in order', last <= seen.commit, () => {
      return `${seen.id} applies ${last}, and ${seen.commit} are committed`;
    });
  }

  #snapshot({ index, term, config }: Snapshot): void {
    this.#installed += 1;
    const known = this.#committed[index];
    hold('state-machine safety', known?.entry.term === term, () => {
      return `a snapshot of ${index} has term ${term}, and not ${known?.entry.term}`;
    });
    this.configuration(index, config);
  }

  /** The configuration that a snapshot is said to have been made in. */
  configuration(index: number, config: Configuration): void {
    const expected = this.#configurations.findLast((each) => each.index <= index)!.text;
    hold('configuration of a snapshot', JSON.stringify(config) === expected, () => {
      return `${say(config)} at ${index}, where ${expected} holds`;
    });
  }

  #entries(seen: Seen, entries: readonly Entry[], snapshot: Snapshot | undefined): void {
    const { log, id } = seen;
    const first = entries[0]!.index;
    const extends_ = first === log.lastIndex + 1 || snapshot !== undefined;
    hold('leader append-only', extends_ || seen.ledTerm !== seen.term, () => {
      return `${id} leads term ${seen.term} and replaces ${first} of ${log.lastIndex}`;
    });
    hold('state-machine safety', first > seen.commit || snapshot !== undefined, () => {
      return `${id} replaces ${first}, and has ${seen.commit} committed`;
    });
    const isBehind = snapshot?.index === first - 1;
    let previous = isBehind ? snapshot.term : log.termAt(first - 1);
    for (const entry of entries) {
      if (previous !== undefined) this.#matches(id, entry, previous);
      previous = entry.term;
    }
  }

  #matches(id: string, entry: Entry, previous: number): void {
    const terms = (this.#known[entry.index] ??= new Map());
    const known = terms.get(entry.term);
    if (!known) terms.set(entry.term, { entry, previous });
    else
      hold('log matching', known.previous === previous && isSame(known.entry, entry), () => {
        return `${id} has another entry ${entry.index} of term ${entry.term}`;
      });
  }

  #commits(seen: Seen, commit: number): void {
    const { log, id } = seen;
    hold('applied, commit and last in order', commit <= log.lastIndex, () => {
      return `${id} has ${commit} committed of ${log.lastIndex}`;
    });
    for (let index = Math.max(seen.commit, log.base) + 1; index <= commit; index++) {
      const entry = log.at(index)!;
      const known = this.#committed[index];
      if (!known) this.#commit(entry, seen.term);
      else
        hold('state-machine safety', isSame(known.entry, entry), () => {
          return `${id} has ${say(entry)} committed, and others ${say(known.entry)}`;
        });
    }
    seen.commit = commit;
  }

  #commit(entry: Entry, term: number): void {
    hold('state-machine safety', entry.index === this.commit + 1, () => {
      return `${entry.index} is committed behind ${this.commit}`;
    });
    this.#committed.push({ entry, term });
    if (entry.type === 'confChange')
      this.#configurations.push({
        index: entry.index,
        text: JSON.stringify(decodeConfiguration(entry.data)),
      });
    this.#oracle.apply(entry);
    this.#hashes.push(this.#oracle.hash);
  }

  /** A member says something: what it rests upon is stored. */
  says(seen: Seen, message: Message): void {
    const { type, term } = message;
    if (type === 'requestPreVote' || type === 'requestPreVoteResponse') return;
    if (term > seen.spokeTerm) seen.spokeTerm = term;
    if (type === 'heartbeat' || type === 'appendEntries' || type === 'installSnapshot')
      this.#leads(seen, term);
    else if (type === 'requestVote') this.#votes(seen, term, seen.id);
    else if (type === 'requestVoteResponse' && message.granted) this.#votes(seen, term, message.to);
  }

  #votes(seen: Seen, term: number, candidate: string): void {
    const other = seen.votes.get(term) ?? candidate;
    hold('one vote a term', other === candidate, () => {
      return `${seen.id} votes for ${candidate} and for ${other} in term ${term}`;
    });
    seen.votes.set(term, candidate);
  }

  #leads(seen: Seen, term: number): void {
    if (seen.ledTerm === term) return;
    const { id, log } = seen;
    const other = this.#leaders.get(term);
    hold('election safety', other === undefined || other === id, () => {
      return `${id} and ${other} lead in term ${term}`;
    });
    this.#leaders.set(term, id);
    if (term !== seen.term) return; // said in a term that is over: the log may be another's by now
    seen.ledTerm = term;
    // the latest of an earlier term's leader is enough, since those before it match then too
    const last = this.#committed.findLast((each) => each !== undefined && each.term < term);
    if (last === undefined || last.entry.index < log.base) return;
    hold('leader completeness', log.termAt(last.entry.index) === last.entry.term, () => {
      return `${id} leads term ${term} without ${say(last.entry)}, committed in ${last.term}`;
    });
  }

  /** An entry was applied by a member, whose machine has a hash since then. */
  applied(seen: Seen, entry: Entry, hash: number): void {
    hold('state-machine safety', entry.index === seen.applied + 1, () => {
      return `${seen.id} applies ${entry.index} after ${seen.applied}`;
    });
    hold('state-machine safety', hash === this.#hashes[entry.index], () => {
      return `${seen.id} applies ${say(entry)}, and its state is not that of others`;
    });
    seen.applied = entry.index;
  }

  /** A machine was restored from a snapshot. */
  restored(seen: Seen, index: number, machine: Machine): void {
    const isSo = machine.applied === index && machine.hash === this.#hashes[index];
    hold('state-machine safety', isSo, () => `${seen.id} restores ${index} to another state`);
    seen.applied = index;
  }

  #executed(command: Command, answer: number): void {
    const key = keyOf(command);
    hold('exactly once', !this.#answers.has(key), () => `${say(command)} is executed twice`);
    this.#answers.set(key, answer);
  }

  /** A client was told that its command is executed. */
  acknowledged(command: Command, answer: number | undefined): void {
    const known = this.#answers.get(keyOf(command));
    hold('acknowledged writes stay', known !== undefined && known === answer, () => {
      return `${say(command)} was answered with ${answer}, and is ${known}`;
    });
  }

  /** A read was answered at an index. @param floor - what was committed when it was asked. */
  read(index: number, floor: number): void {
    this.#reads += 1;
    hold('linearizable reads', index >= floor, () => {
      return `a read at ${index}, and ${floor} were committed when it was asked`;
    });
  }
}

const CLIENTS_MAX = 256;
const keyOf = ({ client, number }: Command) => number * CLIENTS_MAX + client;
const say = (value: object) => JSON.stringify(value);

function isSame(one: Entry, other: Entry): boolean {
  if (one === other) return true;
  if (one.term !== other.term || one.type !== other.type) return false;
  if (one.data.length !== other.data.length) return false;
  return one.data.every((byte, i) => byte === other.data[i]);
}
