/**
 * Frames over WsTransport against bare `ws` (and round trips against a bare TCP socket), both ends
 * in this process, contenders interleaved round by round: `node bench/ws.bench.mjs` after a build.
 * The figures are medians of CPU time, which a busy machine disturbs less than the clock on the
 * wall; a ratio above 1 means that WsTransport is the cheaper.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { cpus } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { WsTransport } from '../dist/index.js';

const ROUNDS = 9;
const BUFFERED_BYTES_MAX = 4 * 1024 * 1024;

/** What both contenders offer: `send` until it says no, `room` to wait, `arrived` to count. */
async function ours() {
  const hub = new WsTransport({ peerId: 'hub', listen: {} });
  await hub.open();
  const peer = new WsTransport({ peerId: 'peer', peers: { hub: hub.address.url } });
  await peer.open();
  const side = { arrived: 0 };
  hub.onFrame((from, frame) => {
    side.arrived++;
    if (side.echo) hub.send(from, frame);
  });
  peer.onFrame(() => side.answered?.());
  return Object.assign(side, {
    send: (frame) => peer.send('hub', frame),
    room: () => peer.ready('hub'),
    close: () => Promise.all([peer.close(), hub.close()]),
  });
}

async function bareWs() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  const side = { arrived: 0 };
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      side.arrived++;
      if (side.echo) socket.send(data);
    }),
  );
  const url = `ws://127.0.0.1:${server.address().port}`;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.on('message', () => side.answered?.());
  return Object.assign(side, {
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
  });
}

async function bareTcp() {
  const side = { arrived: 0 };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('data', (data) => socket.write(data));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect(server.address().port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.on('data', () => side.answered?.());
  return Object.assign(side, {
    send: (frame) => socket.write(frame),
    async close() {
      socket.destroy();
      server.close();
    },
  });
}

/** As fast as it goes: many frames a turn. */
async function stream(side, frame, count) {
  const target = side.arrived + count;
  for (let i = 0; i < count;) {
    if (side.send(frame)) i++;
    else await side.room();
  }
  while (side.arrived < target) await turn();
}

/** One frame a turn: nothing to batch. */
async function single(side, frame, count) {
  const target = side.arrived + count;
  for (let i = 0; i < count; i++) {
    side.send(frame);
    await turn();
  }
  while (side.arrived < target) await turn();
}

/** One frame there and back, then the next. */
async function roundTrips(side, frame, count) {
  side.echo = true;
  for (let i = 0; i < count; i++)
    await new Promise((resolve) => {
      side.answered = resolve;
      side.send(frame);
    });
  side.echo = false;
}

async function cpuMicros(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function compare(title, work, frameBytes, count, other, otherName) {
  const frame = new Uint8Array(frameBytes).fill(7);
  const [mine, theirs] = [await ours(), await other()];
  const micros = { mine: [], theirs: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const a = await cpuMicros(() => work(mine, frame, count));
    const b = await cpuMicros(() => work(theirs, frame, count));
    if (round < 0) continue; // warm-up
    micros.mine.push(a / count);
    micros.theirs.push(b / count);
  }
  await Promise.all([mine.close(), theirs.close()]);
  const [a, b] = [median(micros.mine), median(micros.theirs)];
  const ratio = median(micros.mine.map((value, i) => micros.theirs[i] / value));
  console.log(
    `${title.padEnd(24)} ${String(frameBytes).padStart(5)} B   WsTransport ${a.toFixed(2).padStart(7)} µs` +
      `   ${otherName} ${b.toFixed(2).padStart(7)} µs   ratio ${ratio.toFixed(2)}`,
  );
}

console.log(
  `Node ${process.version}, ${cpus()[0].model}, median of ${ROUNDS} rounds, CPU time a frame`,
);
await compare('many frames a turn', stream, 64, 100_000, bareWs, 'ws ');
await compare('many frames a turn', stream, 1024, 50_000, bareWs, 'ws ');
await compare('one frame a turn', single, 64, 10_000, bareWs, 'ws ');
await compare('one frame a turn', single, 1024, 10_000, bareWs, 'ws ');
await compare('there and back', roundTrips, 64, 5_000, bareWs, 'ws ');
await compare('there and back', roundTrips, 64, 5_000, bareTcp, 'tcp');
