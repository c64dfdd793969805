import { assertBytes, assertSame, assertThrows } from '../assertions.js';
import { noise } from '../noise.js';
import { Inbox, type Link, type Side } from './link.js';
import { numbered, numberOf, type TransportCase } from './case.js';

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
    if (numberOf(frame) === PROBE) probed = true;
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
