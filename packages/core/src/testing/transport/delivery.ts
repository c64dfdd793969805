import { equalBytes } from '../../bytes.js';
import { seededRandom } from '../../random.js';
import { assertBytes, assertSame, assertThrows, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import { frameBytes, numbered, numberOf, type TransportCase } from './case.js';
import type { Link } from './link.js';

const FRAMES = 1_000;

/** Frames arrive whole, unchanged and in order. */
export const deliveryCases: readonly TransportCase[] = [
  {
    title: 'a frame arrives unchanged, with the id of its sender, in either direction',
    needs: ['reliable'],
    async run(link) {
      for (const [from, to] of [[link.a, link.b] as const, [link.b, link.a] as const]) {
        const inbox = link.listen(to);
        await link.send(from, noise(100, 1));
        await inbox.count(1);
        assertBytes(inbox.frames[0], noise(100, 1), 'the frame');
        assertSame(inbox.senders[0], from.id, 'from');
      }
    },
  },
  {
    title: 'an empty frame arrives',
    needs: ['reliable'],
    async run(link) {
      await arrives(link, new Uint8Array(0));
    },
  },
  {
    title: 'the largest frame arrives unchanged',
    needs: ['reliable'],
    async run(link) {
      await arrives(link, noise(link.a.transport.caps.maxFrameBytes, 2));
    },
  },
  {
    title: 'a frame one byte above the largest is ERR_FRAME_TOO_LARGE and nothing of it is sent',
    async run(link) {
      const { transport, peer } = link.a;
      const inbox = link.listen(link.b);
      const frame = new Uint8Array(transport.caps.maxFrameBytes + 1);
      const { sent, bufferedBytes } = transport.stats();
      assertThrows(() => transport.send(peer, frame), 'ERR_FRAME_TOO_LARGE', 'send');
      assertSame(transport.stats().sent, sent, 'sent');
      assertSame(transport.stats().bufferedBytes, bufferedBytes, 'bufferedBytes');
      await link.send(link.a, numbered(3));
      await link.until(() => inbox.frames.length > 0 || !transport.caps.reliable, 'the next frame');
      for (const got of inbox.frames) assertBytes(got, numbered(3), 'the only frame');
    },
  },
  {
    title: 'a view into a larger buffer arrives as just that view',
    needs: ['reliable'],
    async run(link) {
      await arrives(link, noise(64, 4).subarray(10, 20));
    },
  },
  {
    title: '1,000 frames arrive in the order they were sent',
    needs: ['reliable', 'ordered'],
    async run(link) {
      const inbox = link.listen(link.b);
      for (let i = 0; i < FRAMES; i++) await link.send(link.a, numbered(i));
      await inbox.count(FRAMES);
      inbox.frames.forEach((frame, i) => assertSame(numberOf(frame), i, `frame ${i}`));
    },
  },
  {
    title: '1,000 frames arrive once each',
    needs: ['reliable'],
    async run(link) {
      const inbox = link.listen(link.b);
      for (let i = 0; i < FRAMES; i++) await link.send(link.a, numbered(i));
      await inbox.count(FRAMES);
      await link.deadline.turn();
      assertSame(inbox.frames.length, FRAMES, 'frames');
      assertSame(new Set(inbox.frames.map(numberOf)).size, FRAMES, 'different frames');
    },
  },
  {
    title: '200 frames of 1 byte to 64 KiB keep their boundaries and their bytes',
    needs: ['reliable'],
    async run(link) {
      const inbox = link.listen(link.b);
      const random = seededRandom(5);
      const sizeMax = frameBytes(link.a.transport, 65_536);
      const sizes = Array.from({ length: 200 }, () => 1 + Math.floor(sizeMax * random.next() ** 4));
      for (const [i, size] of sizes.entries()) await link.send(link.a, noise(size, i));
      await inbox.count(sizes.length);
      const got = [...inbox.frames];
      for (const [i, size] of sizes.entries()) {
        const frame = noise(size, i);
        const at = got.findIndex((g) => equalBytes(g, frame));
        assertTrue(at >= 0, `frame ${i} of ${size} bytes did not arrive as it was sent`);
        got.splice(at, 1);
      }
    },
  },
  {
    title: 'both sides send 500 frames at once and none is lost',
    needs: ['reliable'],
    async run(link) {
      const inboxes = [link.listen(link.a), link.listen(link.b)];
      const flow = async (side: Link['a']) => {
        for (let i = 0; i < 500; i++) await link.send(side, numbered(i));
      };
      await Promise.all([flow(link.a), flow(link.b)]);
      for (const inbox of inboxes) {
        await inbox.count(500);
        assertSame(new Set(inbox.frames.map(numberOf)).size, 500, 'different frames');
      }
    },
  },
  {
    title: 'the sender may reuse its buffer as soon as send returns',
    needs: ['reliable'],
    async run(link) {
      const inbox = link.listen(link.b);
      const frame = new Uint8Array(frameBytes(link.a.transport, 4096));
      for (let i = 1; i <= 20; i++) {
        frame.fill(i);
        await link.deadline.until(
          () => {
            const accepted = link.a.transport.send(link.a.peer, frame);
            if (accepted) frame.fill(0); // in the same turn
            return accepted;
          },
          () => link.a.transport.ready(link.a.peer),
          'a send that is accepted',
        );
      }
      await inbox.count(20);
      const firsts = new Set<number>();
      for (const got of inbox.frames) {
        firsts.add(got[0]!);
        assertTrue(got[0] !== 0 && got.every((byte) => byte === got[0]), 'a frame was overwritten');
      }
      assertSame(firsts.size, 20, 'different frames');
    },
  },
];

async function arrives(link: Link, frame: Uint8Array): Promise<void> {
  const inbox = link.listen(link.b);
  await link.send(link.a, frame);
  await inbox.count(1);
  assertBytes(inbox.frames[0], frame, 'the frame');
}
