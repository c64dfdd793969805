import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RaftNode, type RaftAppendEntries, type RaftVoteRequest } from '../src/index.js';

/** A message on its way; it may be handed over any number of times, in any order. */
type Deliver = () => void;

/** A cluster whose network keeps what was sent, and what is checked after each step. */
class Cluster {
  readonly ids: readonly string[];
  readonly nodes: ReadonlyMap<string, RaftNode>;
  readonly network: Deliver[] = [];
  readonly leaders = new Map<number, string>();
  /** By index: the entry as first committed, and the term of who committed it. */
  readonly committed = new Map<number, { entry: string; term: number }>();
  readonly #seen = new Map<string, { term: number; commit: number }>();
  #commands = 0;

  constructor(size: number) {
    this.ids = Array.from({ length: size }, (_, i) => `n${i}`);
    const options = { entriesPerMessageMax: 3 };
    this.nodes = new Map(this.ids.map((id) => [id, new RaftNode(id, this.ids, options)]));
  }

  campaign(id: string): void {
    const request = this.nodes.get(id)!.startElection();
    for (const to of this.#othersOf(id)) this.network.push(() => this.#vote(id, to, request));
  }

  #vote(id: string, to: string, request: RaftVoteRequest): void {
    const response = this.nodes.get(to)!.handleVoteRequest(request);
    this.network.push(() => void this.nodes.get(id)!.handleVoteResponse(response));
  }

  propose(id: string): void {
    this.nodes.get(id)!.appendEntry(Uint8Array.of(this.#commands >> 8, this.#commands++));
  }

  replicate(id: string): void {
    for (const to of this.#othersOf(id)) {
      const request = this.nodes.get(id)!.createAppendEntries(to);
      if (request) this.network.push(() => this.#append(id, to, request));
    }
  }

  #append(id: string, to: string, request: RaftAppendEntries): void {
    const response = this.nodes.get(to)!.handleAppendEntries(request);
    this.network.push(() => void this.nodes.get(id)!.handleAppendEntriesResponse(to, response));
  }

  /** The safety properties of the paper's figure 3. */
  check(): void {
    for (const [id, node] of this.nodes) {
      if (node.isLeader) {
        const leader = this.leaders.get(node.currentTerm) ?? id;
        must(leader === id, `election safety in term ${node.currentTerm}`);
        this.leaders.set(node.currentTerm, id);
      }
      const { term, commit } = this.#seen.get(id) ?? { term: 0, commit: 0 };
      must(node.currentTerm >= term && node.commitIndex >= commit, 'monotone term and commit');
      must(node.commitIndex <= node.log.length, 'commit within the log');
      this.#seen.set(id, { term: node.currentTerm, commit: node.commitIndex });
      for (let index = commit + 1; index <= node.commitIndex; index++) this.#commit(node, index);
    }
    this.#checkLogs();
  }

  #commit(node: RaftNode, index: number): void {
    const entry = show(node, index);
    const first = this.committed.get(index) ?? { entry, term: node.currentTerm };
    must(entry === first.entry, `state-machine safety at ${index}`);
    const term = Math.min(first.term, node.currentTerm);
    this.committed.set(index, { entry, term });
  }

  #checkLogs(): void {
    const logs = [...this.nodes.values()].map((node) => node.log.map((_, i) => show(node, i + 1)));
    for (const [i, one] of logs.entries())
      for (const other of logs.slice(i + 1)) {
        let last = Math.min(one.length, other.length);
        while (last > 0 && termOf(one[last - 1]!) !== termOf(other[last - 1]!)) last -= 1;
        must(String(one.slice(0, last)) === String(other.slice(0, last)), 'log matching');
      }
    for (const node of this.nodes.values())
      if (node.isLeader)
        for (const [index, { entry, term }] of this.committed)
          if (node.currentTerm > term) must(show(node, index) === entry, 'leader completeness');
  }

  /** Without loss for long enough: one leader, whose log is everybody's and all committed. */
  heal(first: number): void {
    const all = [...this.nodes.values()];
    const leaderOfAll = () =>
      this.ids.find((id) => {
        const { isLeader, currentTerm } = this.nodes.get(id)!;
        return isLeader && all.every((node) => node.currentTerm === currentTerm);
      });
    this.#flush();
    for (let tries = 0; leaderOfAll() === undefined && tries < 10 * all.length; tries++) {
      this.campaign(this.ids[(first + tries) % all.length]!);
      this.#flush();
    }
    const leader = leaderOfAll();
    must(leader !== undefined, 'somebody leads');
    this.propose(leader!);
    for (let beats = 0; beats < 100; beats++) {
      this.replicate(leader!);
      this.#flush();
    }
    const logOf = (node: RaftNode) => String(node.log.map((_, i) => show(node, i + 1)));
    must(
      all.every((node) => logOf(node) === logOf(all[0]!)),
      'one log',
    );
    must(
      all.every((node) => node.commitIndex === node.log.length),
      'all is committed',
    );
  }

  #flush(): void {
    while (this.network.length > 0) this.network.shift()!();
  }

  #othersOf = (id: string) => this.ids.filter((each) => each !== id);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

const show = (node: RaftNode, index: number) => {
  const entry = node.entryAt(index);
  return entry ? `${entry.term}:${entry.command.join('.')}` : '';
};
const termOf = (entry: string) => entry.split(':')[0];

/** Deliveries are much more frequent than elections, or nobody would lead for long. */
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ act: fc.constant('campaign'), at: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('propose'), at: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('replicate'), at: fc.nat(1000) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('drop'), at: fc.nat(1000) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('duplicate'), at: fc.nat(1000) }) },
  { weight: 20, arbitrary: fc.record({ act: fc.constant('deliver'), at: fc.nat(1000) }) },
);

function run(cluster: Cluster, { act, at }: { act: string; at: number }): void {
  const { network, ids } = cluster;
  const place = at % Math.max(1, network.length);
  // half of all goes to whoever leads, if anybody does: the others have nothing to do
  const leading = ids.filter((each) => cluster.nodes.get(each)!.isLeader);
  const id = (at % 2 ? leading : ids)[at % Math.max(1, leading.length)] ?? ids[at % ids.length]!;
  if (act === 'campaign') cluster.campaign(ids[at % ids.length]!);
  else if (act === 'propose') cluster.propose(id);
  else if (act === 'replicate') cluster.replicate(id);
  else if (act === 'drop') network.splice(place, 1);
  else if (act === 'duplicate') network[place]?.();
  else network.splice(place, 1)[0]?.();
}

it.each([3, 5])(
  'a cluster of %i keeps the safety properties of figure 3 whatever the network does',
  (size) => {
    const reached = { terms: 0, committed: 0, led: 0 };
    const property = fc.property(
      fc.array(step, { minLength: 100, maxLength: 500, size: 'max' }),
      fc.nat(size - 1),
      (steps, first) => {
        const cluster = new Cluster(size);
        for (const each of steps) {
          run(cluster, each);
          cluster.check();
        }
        reached.terms += cluster.leaders.size;
        reached.committed += cluster.committed.size;
        reached.led += cluster.leaders.size > 1 ? 1 : 0;
        cluster.heal(first);
        cluster.check();
      },
    );
    fc.assert(property, {
      numRuns: 200,
      endOnFailure: true,
      seed: Number(process.env['FC_SEED'] ?? 2014),
    });
    expect(reached.committed, 'the runs commit enough to mean something').toBeGreaterThan(200);
    expect(reached.led, 'and change leaders').toBeGreaterThan(20);
  },
  60_000,
);
