import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { WsTransport } from '@ruvector/transport-ws';

const BUFFERED_BYTES_MAX = 4 * 1024 * 1024;

/** Two ends of a connection in this process, frames going from the dialer to the listener. */
export interface Ends {
  /** Frames that have arrived at the listener, which sends them back while `echo` is on. */
  arrived: number;
  echo: boolean;
  /** Called when a frame comes back. */
  answered: () => void;
  /** Whether the frame was taken; else wait for `room`. */
  send(frame: Uint8Array): boolean;
  room(): Promise<unknown>;
  close(): Promise<unknown>;
}

const counters = () => ({ arrived: 0, echo: false, answered: () => undefined });

export async function wsTransportEnds(): Promise<Ends> {
  const hub = new WsTransport({ peerId: 'hub', listen: {} });
  await hub.open();
  const peer = new WsTransport({ peerId: 'peer', peers: { hub: hub.address!.url } });
  await peer.open();
  const ends: Ends = {
    ...counters(),
    send: (frame) => peer.send('hub', frame),
    room: () => peer.ready('hub'),
    close: () => Promise.all([peer.close(), hub.close()]),
  };
  hub.onFrame((from, frame) => {
    ends.arrived++;
    if (ends.echo) hub.send(from, frame);
  });
  peer.onFrame(() => ends.answered());
  return ends;
}

export async function bareWsEnds(): Promise<Ends> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      ends.arrived++;
      if (ends.echo) socket.send(data);
    }),
  );
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  const ends: Ends = {
    ...counters(),
    send(frame) {
      if (socket.bufferedAmount >= BUFFERED_BYTES_MAX) return false;
      socket.send(frame);
      return true;
    },
    room: () => turn(),
    async close() {
      socket.terminate();
      server.close();
    },
  };
  await once(socket, 'open');
  socket.on('message', () => ends.answered());
  return ends;
}

/** No frames, only bytes: for round trips, one frame under way at a time. */
export async function bareTcpEnds(): Promise<Ends> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('data', (data) => {
      ends.arrived++;
      if (ends.echo) socket.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.setNoDelay(true);
  const ends: Ends = {
    ...counters(),
    send(frame) {
      socket.write(frame);
      return true;
    },
    room: () => turn(),
    async close() {
      socket.destroy();
      server.close();
    },
  };
  await once(socket, 'connect');
  socket.on('data', () => ends.answered());
  return ends;
}
