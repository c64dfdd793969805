import { assertBytes, assertSame, assertThrows, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import { Inbox, type Link, type Side } from './link.js';
import { frameBytes, numbered, numberOf, type TransportCase } from './case.js';

const FLOOD_FRAMES = 4_096;
const FLOOD_FRAME_BYTES = 16_384;

/** Broadcast by topic. */
export const topicCases: readonly TransportCase[] = [
  {
    title: 'a published frame reaches the subscriber of its topic, with its publisher',
    needs: ['broadcast', 'reliable'],
    async run(link) {
      const inbox = await subscribe(link, 'news');
      await publish(link.a, link, 'news', noise(300, 1));
      await inbox.count(1);
      assertBytes(inbox.frames[0], noise(300, 1), 'the frame');
      assertSame(inbox.senders[0], link.a.id, 'from');
    },
  },
  {
    title: 'a topic stays apart from other topics, from onFrame and from its publisher',
    needs: ['broadcast', 'reliable', 'ordered'],
    async run(link) {
      const news = await subscribe(link, 'news');
      const sport = await subscribe(link, 'sport');
      const own = new Inbox(link.deadline, link.a.id);
      link.a.transport.subscribe!('news', own.handler);
      const direct = link.listen(link.b);
      await publish(link.a, link, 'news', numbered(1));
      await publish(link.a, link, 'sport', numbered(2));
      await news.count(1);
      await sport.count(1);
      assertSame(numberOf(news.frames[0]!), 1, 'news');
      assertSame(numberOf(sport.frames[0]!), 2, 'sport');
      await link.send(link.a, numbered(3));
      await direct.count(1);
      assertSame(direct.frames.length, 1, 'frames at onFrame');
      assertSame(own.frames.length, 0, 'frames at the publisher');
      assertSame(news.frames.length + sport.frames.length, 2, 'published frames');
    },
  },
  {
    title: 'after unsubscribing, twice even, nothing of the topic is heard',
    needs: ['broadcast', 'reliable', 'ordered'],
    async run(link) {
      const kept = await subscribe(link, 'news');
      let heard = 0;
      const unsubscribe = link.b.transport.subscribe!('news', () => heard++);
      unsubscribe();
      unsubscribe();
      await publish(link.a, link, 'news', numbered(1));
      await kept.count(1);
      assertSame(heard, 0, 'frames heard');
    },
  },
  {
    title: 'published frames arrive whole, empty and largest ones too',
    needs: ['broadcast', 'reliable', 'ordered'],
    async run(link) {
      const inbox = await subscribe(link, 'news');
      const largest = new Uint8Array(link.a.transport.caps.maxFrameBytes).fill(7);
      largest[largest.length - 1] = 8;
      const frames = [new Uint8Array(0), largest, noise(64, 2).subarray(9, 20)];
      for (const frame of frames) await publish(link.a, link, 'news', frame);
      await inbox.count(frames.length);
      for (const [i, frame] of frames.entries())
        assertBytes(inbox.frames[i], frame, `the published frame of ${frame.length} bytes`);
    },
  },
  {
    title: '500 published frames arrive in order, once each, and are counted on both sides',
    needs: ['broadcast', 'reliable', 'ordered'],
    async run(link) {
      const inbox = await subscribe(link, 'news');
      await publish(link.a, link, 'news', numbered(0)); // behind the last of the probes
      await inbox.count(1);
      const [{ sent }, { received }] = [link.a.transport.stats(), link.b.transport.stats()];
      for (let i = 1; i <= 500; i++) await publish(link.a, link, 'news', numbered(i));
      await inbox.count(501);
      await link.deadline.turn();
      assertSame(inbox.frames.length, 501, 'frames');
      inbox.frames.forEach((frame, i) => assertSame(numberOf(frame), i, `frame ${i}`));
      assertSame(link.a.transport.stats().sent - sent, 500, 'sent');
      assertSame(link.b.transport.stats().received - received, 500, 'received');
    },
  },
  {
    title: 'of a flood of 4,096 published frames of 16 KiB all that was accepted arrives',
    needs: ['broadcast', 'reliable'],
    async run(link) {
      const inbox = await subscribe(link, 'flood');
      const { transport } = link.a;
      const length = frameBytes(transport, FLOOD_FRAME_BYTES);
      for (let next = 0; next < FLOOD_FRAMES;) {
        const frame = numbered(next++, length);
        if (!transport.publish!('flood', frame)) await publish(link.a, link, 'flood', frame);
      }
      await inbox.count(FLOOD_FRAMES);
      assertSame(new Set(inbox.frames.map(numberOf)).size, FLOOD_FRAMES, 'different frames');
    },
  },
  {
    title: 'the publisher may reuse its buffer as soon as publish returns',
    needs: ['broadcast', 'reliable'],
    async run(link) {
      const inbox = await subscribe(link, 'news');
      const frame = new Uint8Array(frameBytes(link.a.transport, 4096));
      for (let i = 1; i <= 20; i++) {
        frame.fill(i);
        const published = () => {
          const accepted = link.a.transport.publish!('news', frame);
          if (accepted) frame.fill(0); // in the same turn
          return accepted;
        };
        await link.deadline.until(published, () => link.a.transport.ready(), 'a publish');
      }
      await inbox.count(20);
      for (const got of inbox.frames)
        assertTrue(got[0] !== 0 && got.every((byte) => byte === got[0]), 'a frame was overwritten');
    },
  },
  {
    title: 'no topic handler is called inside publish',
    needs: ['broadcast', 'reliable'],
    async run(link) {
      await subscribe(link, 'news');
      let [publishing, inside] = [false, 0];
      link.b.transport.subscribe!('news', () => {
        if (publishing) inside++;
      });
      for (let i = 0; i < 10; i++) {
        publishing = true;
        link.a.transport.publish!('news', numbered(i));
        publishing = false;
        await link.deadline.turn();
      }
      assertSame(inside, 0, 'calls inside publish');
    },
  },
  {
    title: 'a topic handler that throws disturbs neither the others nor later frames',
    needs: ['broadcast', 'reliable'],
    async run(link) {
      let thrown = 0;
      link.b.transport.subscribe!('news', () => {
        thrown++;
        throw new Error('thrown on purpose by a compliance case');
      });
      const inbox = await subscribe(link, 'news');
      for (let i = 0; i < 3; i++) await publish(link.a, link, 'news', numbered(i));
      await inbox.count(3);
      assertTrue(thrown >= 3, `the throwing handler was called ${thrown} times`);
    },
  },
  {
    title: 'once close has resolved no topic handler is called',
    needs: ['broadcast', 'reliable'],
    async run(link) {
      await subscribe(link, 'news');
      let calls = 0;
      link.b.transport.subscribe!('news', () => calls++);
      for (let i = 0; i < 50; i++) link.a.transport.publish!('news', numbered(i));
      await link.deadline.within(link.b.transport.close(), 'close()');
      const before = calls;
      for (let i = 0; i < 20; i++) {
        link.a.transport.publish!('news', numbered(i));
        await link.deadline.turn();
      }
      assertSame(calls, before, 'handler calls');
    },
  },
  {
    title: 'publish refuses a frame above the largest, and fails with ERR_CLOSED after close',
    needs: ['broadcast'],
    async run(link) {
      const { transport } = link.a;
      const frame = new Uint8Array(transport.caps.maxFrameBytes + 1);
      assertThrows(() => transport.publish!('t', frame), 'ERR_FRAME_TOO_LARGE', 'publish()');
      await link.deadline.within(transport.close(), 'close()');
      assertThrows(() => transport.publish!('t', numbered(1)), 'ERR_CLOSED', 'publish()');
    },
  },
];

/**
 * Subscribes b, and publishes probes until one arrives: a subscription may take a while to spread.
 */
async function subscribe(link: Link, topic: string): Promise<Inbox> {
  const PROBE = 0xffffffff;
  const inbox = new Inbox(link.deadline, link.b.id);
  let probed = false;
  link.b.transport.subscribe!(topic, (from, frame) => {
    if (frame.length === 4 && numberOf(frame) === PROBE) probed = true;
    else inbox.handler(from, frame);
  });
  const probe = () => {
    if (!probed) link.a.transport.publish!(topic, numbered(PROBE));
    return probed;
  };
  await link.until(probe, `a subscription to ${topic} that works`);
  return inbox;
}

async function publish(side: Side, link: Link, topic: string, frame: Uint8Array): Promise<void> {
  await link.deadline.until(
    () => side.transport.publish!(topic, frame),
    () => side.transport.ready(),
    `a publish to ${topic} that is accepted`,
  );
}
