import { peerModule } from '../../../tools/bench/peer.js';
import { ENTRIES_KEPT, IDS, type Cluster } from './cluster.js';

interface Entry {
  readonly index: number;
  readonly data: unknown;
}
interface Message {
  readonly type: number;
  readonly to: string;
}
interface Ready {
  readonly hardState: object;
  readonly entries: readonly Entry[];
  readonly committedEntries: readonly Entry[];
  readonly messages: readonly Message[];
}
interface RawNode {
  readonly raft: { readonly lead: string };
  campaign(): unknown;
  tick(): void;
  propose(data: string): unknown;
  step(message: Message): unknown;
  hasReady(): boolean;
  ready(): Ready;
  advance(ready: Ready): void;
}
interface Storage {
  readonly snapshot: { metadata: { confState: { voters: string[] } } };
  Append(entries: readonly Entry[]): unknown;
  SetHardState(state: object): unknown;
  CreateSnapshot(index: number, configuration: null, data: string): unknown;
  Compact(index: number): unknown;
}
interface RaftModule {
  readonly RaftConfig: new (options: object) => object;
}
interface RawNodeModule {
  readonly RawNode: { NewRawNode(config: object): RawNode };
}
interface StorageModule {
  readonly MemoryStorage: { NewMemoryStorage(): Storage };
}
interface LoggerModule {
  readonly discardLogger: object;
}

const MSG_HEARTBEAT_RESPONSE = 9;
const PEER = '@coaty/consensus.raft';

interface Host {
  readonly node: RawNode;
  readonly storage: Storage;
}

/**
 * The core of @coaty/consensus.raft without its network, which wants a broker: its port of etcd's
 * `RawNode`, driven as its own node drives it. It stores in its own memory, and takes strings.
 */
export async function coaty(data: string): Promise<Cluster | undefined> {
  const raft = await peerModule<RaftModule>(PEER, 'ported/raft.js');
  const nodes = await peerModule<RawNodeModule>(PEER, 'ported/rawnode.js');
  const storages = await peerModule<StorageModule>(PEER, 'ported/storage.js');
  const loggers = await peerModule<LoggerModule>(PEER, 'ported/logger.js');
  if (!raft || !nodes || !storages || !loggers) return undefined;
  const hosts = new Map<string, Host>();
  for (const id of IDS) {
    const storage = storages.MemoryStorage.NewMemoryStorage();
    storage.snapshot.metadata.confState.voters = [...IDS];
    const config = new raft.RaftConfig({
      id,
      storage,
      electionTick: 10,
      heartbeatTick: 1,
      maxSizePerMsg: 1 << 20,
      maxInflightMsgs: 256,
      checkQuorum: true,
      preVote: true,
      logger: loggers.discardLogger,
    });
    hosts.set(id, { storage, node: nodes.RawNode.NewRawNode(config) });
  }
  return new Coaty(hosts, data);
}

class Coaty implements Cluster {
  readonly #hosts: ReadonlyMap<string, Host>;
  readonly #leader: RawNode;
  readonly #data: string;
  #compacted = 0;
  #applied = 0;
  #index = 0;
  beats = 0;

  constructor(hosts: ReadonlyMap<string, Host>, data: string) {
    this.#hosts = hosts;
    this.#data = data;
    this.#leader = hosts.get('a')!.node;
    this.#leader.campaign();
    this.#settle();
    if (this.#leader.raft.lead !== 'a') throw new Error('a is not elected');
  }

  get applied(): number {
    return this.#applied / IDS.length;
  }

  beat(): void {
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
      for (const { node, storage } of this.#hosts.values()) {
        if (!node.hasReady()) continue;
        isBusy = true;
        const ready = node.ready();
        storage.SetHardState(ready.hardState);
        if (ready.entries.length > 0) storage.Append(ready.entries);
        for (const message of ready.messages) this.#deliver(message);
        for (const { data, index } of ready.committedEntries) {
          if (data === this.#data) this.#applied += 1;
          this.#index = index;
        }
        node.advance(ready);
      }
    }
  }

  #deliver(message: Message): void {
    if (message.type === MSG_HEARTBEAT_RESPONSE) this.beats += 1;
    this.#hosts.get(message.to)!.node.step(message);
  }

  #compact(): void {
    if (this.#index - this.#compacted < ENTRIES_KEPT) return;
    this.#compacted = this.#index - 1;
    for (const { storage } of this.#hosts.values()) {
      storage.CreateSnapshot(this.#compacted, null, '');
      storage.Compact(this.#compacted);
    }
  }
}
