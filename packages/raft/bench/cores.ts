import { RaftCore, type Message } from '../src/index.js';
import { ENTRIES_KEPT, IDS, type Cluster } from './cluster.js';

const NOTHING = new Uint8Array(0);

/** Members that are a `RaftCore`, with every feature on. What they store is stored at once. */
export class Cores implements Cluster {
  readonly #data: Uint8Array;
  readonly #cores = new Map<string, RaftCore>();
  readonly #leader: RaftCore;
  #compacted = 0;
  #nowMs = 0;
  #applied = 0;
  beats = 0;

  /** @param data - of each command. */
  constructor(data: Uint8Array) {
    this.#data = data;
    const lease = { tickMs: 15 };
    for (const id of IDS)
      this.#cores.set(
        id,
        new RaftCore({ id, peers: IDS, bootstrap: true, random: () => 0.5, lease }),
      );
    this.#leader = this.#cores.get('a')!;
    this.#leader.campaign();
    this.#settle();
    this.#applied = 0;
    if (this.#leader.status().role !== 'leader') throw new Error('a is not elected');
  }

  get applied(): number {
    return this.#applied / IDS.length;
  }

  beat(): void {
    this.#nowMs += 15;
    this.#leader.tick();
    this.#settle();
  }

  commit(count: number): void {
    for (let i = 0; i < count; i++) this.#leader.propose(this.#data);
    this.#settle();
    this.#compact();
  }

  #settle(): void {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const core of this.#cores.values()) {
        if (!core.hasReady()) continue;
        isBusy = true;
        const { messages, committedEntries } = core.ready(this.#nowMs);
        for (const message of messages) this.#deliver(message);
        for (const { data } of committedEntries) if (data.length > 0) this.#applied += 1;
        core.advance();
      }
    }
  }

  #deliver(message: Message): void {
    if (message.type === 'heartbeatResponse') this.beats += 1;
    this.#cores.get(message.to)!.step(message);
  }

  #compact(): void {
    const index = Math.floor(this.applied);
    if (index - this.#compacted < ENTRIES_KEPT) return;
    this.#compacted = index;
    for (const core of this.#cores.values()) core.compact(index, NOTHING, { keep: 0 });
  }
}
