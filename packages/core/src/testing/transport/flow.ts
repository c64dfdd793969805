import { assertSame, assertTrue } from '../assertions.js';
import { frameBytes, numbered, numberOf, type TransportCase } from './case.js';

const BURST_FRAMES = 4_096;
const BURST_FRAME_BYTES = 65_536;
const BURST_BYTES_HELD = 134_217_728; // 128 MiB
const FLOOD_FRAMES = 4_096;
const FLOOD_FRAME_BYTES = 16_384;

/** Back-pressure, refusals, counters and draining. */
export const flowCases: readonly TransportCase[] = [
  {
    title: 'of a flood of 4,096 frames of 16 KiB all that was accepted arrives',
    needs: ['reliable'],
    async run(link) {
      const { transport, peer } = link.a;
      const seen = new Set<number>();
      link.b.transport.onFrame((_, frame) => void seen.add(numberOf(frame)));
      const length = frameBytes(transport, FLOOD_FRAME_BYTES);
      const before = transport.stats().sent;
      for (let next = 0; next < FLOOD_FRAMES;) {
        const frame = numbered(next++, length);
        if (!transport.send(peer, frame)) await link.send(link.a, frame);
      }
      assertSame(transport.stats().sent - before, FLOOD_FRAMES, 'sent');
      await link.until(() => seen.size >= FLOOD_FRAMES, 'all of the flood');
    },
  },
  {
    title: 'of 256 MiB sent in one turn 128 at most are buffered: the rest is refused or has left',
    run(link) {
      const { transport, peer } = link.a;
      const frame = new Uint8Array(frameBytes(transport, BURST_FRAME_BYTES));
      for (let i = 0; i < BURST_FRAMES; i++) {
        if (!transport.send(peer, frame)) return;
        if (i % 64 > 0) continue;
        const { bufferedBytes } = transport.stats();
        assertTrue(bufferedBytes <= BURST_BYTES_HELD, `${bufferedBytes} bytes are buffered`);
      }
    },
  },
  {
    title: 'whoever was refused and waited for ready is not refused again and again',
    needs: ['reliable'],
    async run(link) {
      const { transport, peer } = link.a;
      const frame = new Uint8Array(frameBytes(transport, FLOOD_FRAME_BYTES));
      let [refused, accepted] = [0, 0];
      while (accepted < FLOOD_FRAMES) {
        if (transport.send(peer, frame)) {
          accepted++;
          continue;
        }
        await link.deadline.within(transport.ready(peer), `ready('${peer}') after a refusal`);
        if (transport.send(peer, frame)) accepted++;
        else refused++;
        assertTrue(refused < 100, `refused ${refused} times just after ready() has resolved`);
      }
    },
  },
  {
    title: 'a peer nobody knows is refused and not counted, and ready for it keeps waiting',
    async run(link) {
      const { transport } = link.a;
      const before = transport.stats().sent;
      assertSame(transport.send('no-such-peer', numbered(0)), false, 'send');
      assertSame(transport.stats().sent, before, 'sent');
      let resolved = false;
      transport.ready('no-such-peer').then(
        () => (resolved = true),
        () => undefined,
      );
      await link.deadline.turn();
      assertSame(resolved, false, 'ready of a peer nobody knows has resolved');
    },
  },
  {
    title: 'stats count the frames accepted and the frames handed over',
    needs: ['reliable'],
    async run(link) {
      const inbox = link.listen(link.b);
      const [sent, received] = [link.a.transport.stats().sent, link.b.transport.stats().received];
      for (let i = 0; i < 25; i++) await link.send(link.a, numbered(i));
      await inbox.count(25);
      assertSame(link.a.transport.stats().sent - sent, 25, 'sent');
      assertSame(link.b.transport.stats().received - received, 25, 'received');
      assertSame(link.b.transport.stats().dropped, 0, 'dropped');
    },
  },
  {
    title: 'stats are a snapshot: what a caller does to them changes nothing',
    async run(link) {
      link.a.transport.stats().sent = 1_000_000;
      assertTrue(link.a.transport.stats().sent < 1_000_000, 'stats() handed out its own state');
    },
  },
  {
    title: 'drain resolves when nothing is buffered',
    needs: ['reliable'],
    async run(link) {
      link.listen(link.b);
      const { transport, peer } = link.a;
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 100; i++) transport.send(peer, numbered(i, 8)); // in one turn
        await link.deadline.within(transport.drain(), 'drain()');
        assertSame(transport.stats().bufferedBytes, 0, 'bufferedBytes');
      }
    },
  },
  {
    title: 'what was drained before close arrives',
    needs: ['reliable'],
    async run(link) {
      const inbox = link.listen(link.b);
      for (let i = 0; i < 100; i++) await link.send(link.a, numbered(i, 8));
      await link.deadline.within(link.a.transport.drain(), 'drain()');
      await link.deadline.within(link.a.transport.close(), 'close()');
      await inbox.count(100);
    },
  },
];
