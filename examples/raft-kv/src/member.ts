import { RaftServer, WalStorage } from '@ruvector/raft';
import { WsTransport } from '@ruvector/transport-ws';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { HttpDoor } from './http-door.js';
import { Store } from './store.js';

const USAGE = `usage: node member.js --id ID --folder FOLDER --peer ID=URL ... [options]
  --id ID            of this member
  --folder FOLDER    where its log is kept
  --peer ID=URL      another member, and where it listens for members; without URL it dials us
  --bootstrap        a new cluster begins: on the first start of its members only
  --port PORT        for members. @default 0, a free one
  --http PORT        for clients. @default 0, a free one`;

/** What the command line says. */
function readFlags() {
  const { values } = parseArgs({
    options: {
      id: { type: 'string' },
      folder: { type: 'string' },
      peer: { type: 'string', multiple: true, default: [] },
      bootstrap: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      http: { type: 'string', default: '0' },
    },
  });
  const { id, folder, peer, bootstrap } = values;
  if (!id || !folder) throw new Error(USAGE);
  const others = peer.map((each) => each.split(/=(.*)/s) as [string, string?]);
  return { id, folder, others, bootstrap, port: Number(values.port), http: Number(values.http) };
}

/** Listens on a port of this machine. @returns the port. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function main(): Promise<void> {
  const { id, folder, others, bootstrap, port, http } = readFlags();
  const dialed = others.flatMap(([peer, url]) => (url ? [[peer, url] as const] : []));
  const transport = new WsTransport({
    peerId: id,
    listen: { port },
    peers: Object.fromEntries(dialed),
    backoffBaseMs: 20,
    backoffMaxMs: 200,
  });
  const store = new Store();
  const storage = await WalStorage.open(folder);
  const server = new RaftServer({
    id,
    peers: [id, ...others.map(([peer]) => peer)].sort(),
    bootstrap,
    transport,
    storage,
    stateMachine: store,
  });
  server.onFailure((error) => {
    console.error(error);
    process.exit(1);
  });
  await server.start();
  const door = createServer(
    (request, response) => void new HttpDoor(server, store).handle(request, response),
  );
  const httpPort = await listen(door, http);
  console.log(JSON.stringify({ id, port: transport.address?.port, http: httpPort }));
  const end = async (): Promise<void> => {
    door.close();
    door.closeAllConnections();
    await server.stop();
    await transport.close();
    await storage.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
