import { RaftServer, WalStorage } from '@ruvector/raft';
import { WsTransport } from '@ruvector/transport-ws';

/** What the parent asks for, one after the other. */
export type Order =
  | { readonly do: 'listen' }
  | { readonly do: 'start'; readonly urls: Readonly<Record<string, string>> }
  | {
      readonly do: 'work';
      readonly seconds: number;
      readonly outstanding: number;
      readonly bytes: number;
    };

/** What a member did while there was work. */
export interface LoadResult {
  readonly commits: number;
  readonly proposed: number;
  readonly syncs: number;
  readonly medianMs: number;
}

const [id = '', folder = ''] = process.argv.slice(2);
const NOTHING = new Uint8Array();

let port = 0;
let server: RaftServer;

/** Finds a free port, which `start` then listens on. */
async function listen(): Promise<number> {
  const transport = new WsTransport({ peerId: id, listen: {} });
  await transport.open();
  ({ port } = transport.address!);
  await transport.close();
  return port;
}

async function start(urls: Readonly<Record<string, string>>): Promise<true> {
  const others = Object.entries(urls).filter(([peer]) => peer > id);
  server = new RaftServer({
    id,
    peers: Object.keys(urls),
    bootstrap: true,
    transport: new WsTransport({
      peerId: id,
      listen: { port },
      peers: Object.fromEntries(others),
      backoffBaseMs: 20,
      backoffMaxMs: 200,
    }),
    storage: await WalStorage.open(folder),
    stateMachine: { apply: () => NOTHING, snapshot: () => NOTHING, restore: () => undefined },
  });
  await server.start();
  await server.linearizableRead();
  return true;
}

async function work({ seconds, outstanding, bytes }: Extract<Order, { do: 'work' }>) {
  const before = server.metrics();
  const end = performance.now() + 1_000 * seconds;
  const millis: number[] = [];
  const propose = async (): Promise<void> => {
    const data = new Uint8Array(bytes);
    while (performance.now() < end) {
      const began = performance.now();
      await server.propose(data);
      millis.push(performance.now() - began);
    }
  };
  if (server.isLeader) await Promise.all(Array.from({ length: outstanding }, propose));
  else await new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
  const after = server.metrics();
  const result: LoadResult = {
    commits: after.commits - before.commits,
    proposed: after.proposals - before.proposals,
    syncs: after.batches - before.batches,
    medianMs: millis.sort((a, b) => a - b)[millis.length >> 1] ?? 0,
  };
  return result;
}

const obey = (order: Order): Promise<unknown> =>
  order.do === 'listen' ? listen() : order.do === 'start' ? start(order.urls) : work(order);

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) => process.send!(answer),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
