import { MemoryNetwork } from '@ruvector/core/memory';
import { RaftServer, type RaftStorage } from '../src/index.js';
import { IDS } from './cluster.js';

const NOTHING = new Uint8Array(0);

/** Stores nothing: what is measured is everything else. */
const nowhere: RaftStorage = {
  load: () => Promise.resolve({ entries: [] }),
  append: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Three servers in one process. */
export class Servers {
  readonly #servers: readonly RaftServer[];
  readonly #leader: RaftServer;
  readonly #data: Uint8Array;

  private constructor(servers: readonly RaftServer[], leader: RaftServer, data: Uint8Array) {
    this.#servers = servers;
    this.#leader = leader;
    this.#data = data;
  }

  static async started(data: Uint8Array): Promise<Servers> {
    const network = new MemoryNetwork();
    const servers = IDS.map(
      (id) =>
        new RaftServer({
          id,
          peers: IDS,
          bootstrap: true,
          transport: network.transport(id),
          storage: nowhere,
          stateMachine: { apply: () => NOTHING, snapshot: () => NOTHING, restore: () => undefined },
        }),
    );
    const leads = Promise.race(
      servers.map(
        (server) =>
          new Promise<RaftServer>((resolve) => {
            server.onLeaderChange((leader) => {
              if (leader === server.id) resolve(server);
            });
          }),
      ),
    );
    await Promise.all(servers.map((server) => server.start()));
    return new Servers(servers, await leads, data);
  }

  /** Proposes so many commands, of which so many wait for their result at once. */
  async propose(count: number, outstanding: number): Promise<number> {
    let left = count;
    const one = async () => {
      while (left-- > 0) await this.#leader.propose(this.#data);
    };
    await Promise.all(Array.from({ length: outstanding }, one));
    return this.#leader.metrics().commits;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.stop();
  }
}
