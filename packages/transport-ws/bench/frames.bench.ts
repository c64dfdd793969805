/** Frames over WsTransport against bare `ws` and a bare TCP socket, CPU time of both ends. */
import { setImmediate as turn } from 'node:timers/promises';
import { bench, type Goal } from '../../../tools/bench/bench.js';
import { bareTcpEnds, bareWsEnds, wsTransportEnds, type Ends } from './ends.js';

type Work = (ends: Ends, frame: Uint8Array) => () => Promise<void>;

const FRAMES = 500;

/** All frames in one turn of the event loop. */
const burst: Work = (ends, frame) => async () => {
  const target = ends.arrived + FRAMES;
  for (let sent = 0; sent < FRAMES;) {
    if (ends.send(frame)) sent++;
    else await ends.room();
  }
  while (ends.arrived < target) await turn();
};

/** One frame a turn: nothing to batch. */
const single: Work = (ends, frame) => async () => {
  const target = ends.arrived + FRAMES;
  for (let sent = 0; sent < FRAMES; sent++) {
    while (!ends.send(frame)) await ends.room();
    await turn();
  }
  while (ends.arrived < target) await turn();
};

/** One frame there and back, then the next. */
const roundTrips: Work = (ends, frame) => async () => {
  ends.echo = true;
  for (let i = 0; i < FRAMES; i++)
    await new Promise<void>((resolve) => {
      ends.answered = resolve;
      ends.send(frame);
    });
  ends.echo = false;
};

await bench({ framesPerBurst: FRAMES }, async ({ compare }) => {
  const [ours, ws, tcp] = await Promise.all([wsTransportEnds(), bareWsEnds(), bareTcpEnds()]);
  const against = async (title: string, work: Work, bytes: number, ...goals: Goal[]) => {
    const frame = new Uint8Array(bytes).fill(7);
    const contenders = {
      WsTransport: work(ours, frame),
      ws: work(ws, frame),
      ...(work === roundTrips && { TCP: work(tcp, frame) }),
    };
    await compare(`${title}, ${bytes} B`, contenders, { goals, per: FRAMES });
  };
  await against('a frame of a burst', burst, 64, { ratio: '>= 4', against: 'ws' });
  await against('a frame of a burst', burst, 1024);
  await against('a frame alone in its turn', single, 64, { ratio: '>= 0.8', against: 'ws' });
  await against('a frame alone in its turn', single, 1024, { ratio: '>= 0.8', against: 'ws' });
  await against('a round trip', roundTrips, 64, { ratio: '>= 0.77', against: 'TCP' });
  await Promise.all([ours, ws, tcp].map((ends) => ends.close()));
});
