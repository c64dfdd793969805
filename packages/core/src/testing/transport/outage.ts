import { assertSame, assertTrue } from '../assertions.js';
import type { TransportState } from '../../transport.js';
import type { Link, Side } from './link.js';
import { numbered, numberOf, type TransportCase } from './case.js';

/** The way between two peers is cut, and mended. */
export const outageCases: readonly TransportCase[] = [
  {
    title: 'both sides report a cut link as retry or down, and a mended one as up',
    needs: ['sever'],
    async run(link) {
      const states = [link.a, link.b].map((side) => watch(side));
      await link.pair.sever();
      for (const seen of states)
        await link.until(() => seen.some((s) => s !== 'up'), 'retry or down after the cut');
      await link.pair.heal();
      for (const seen of states)
        await link.until(() => seen.at(-1) === 'up', 'up after the link was mended');
    },
  },
  {
    title: 'an unsubscribed state handler hears nothing more',
    needs: ['sever'],
    async run(link) {
      let heard = 0;
      const unsubscribe = link.a.transport.onState(() => heard++);
      unsubscribe();
      unsubscribe();
      await cut(link);
      assertSame(heard, 0, 'states heard');
    },
  },
  {
    title: 'a state handler that throws does not disturb the others',
    needs: ['sever'],
    async run(link) {
      link.a.transport.onState(() => {
        throw new Error('thrown on purpose by a compliance case');
      });
      await cut(link);
    },
  },
  {
    title: 'nothing crosses a cut link; a frame accepted meanwhile arrives later or is dropped',
    needs: ['sever', 'reliable'],
    async run(link) {
      const { transport, peer } = link.a;
      const inbox = link.listen(link.b);
      await cut(link);
      const before = transport.stats().dropped;
      let accepted = 0;
      for (let i = 0; i < 20; i++) if (transport.send(peer, numbered(i))) accepted++;
      for (let i = 0; i < 5; i++) await link.deadline.turn();
      assertSame(inbox.frames.length, 0, 'frames across the cut');
      await link.pair.heal();
      await link.send(link.a, numbered(99));
      await link.until(() => inbox.frames.some((f) => numberOf(f) === 99), 'a frame afterwards');
      const arrived = inbox.frames.map(numberOf).filter((n) => n !== 99);
      assertSame(new Set(arrived).size, arrived.length, 'frames that arrived, each once');
      const dropped = transport.stats().dropped - before;
      assertTrue(
        arrived.length + dropped >= accepted,
        `accepted ${accepted}, but ${arrived.length} arrived and ${dropped} are counted as dropped`,
      );
    },
  },
  {
    title: 'across a cut link ready resolves for no send that is refused',
    needs: ['sever', 'reliable'],
    async run(link) {
      const { transport, peer } = link.a;
      await cut(link);
      for (let round = 0; round < 3; round++) {
        if (transport.send(peer, numbered(round))) continue; // it is kept, or counted as dropped
        const ready = await link.settlesSoon(transport.ready(peer));
        const accepted = ready && transport.send(peer, numbered(round));
        assertSame(ready, accepted, 'ready() has resolved, and the send after it');
      }
      await link.pair.heal();
      await link.connected();
    },
  },
  {
    title: 'after a cut was mended ready resolves and frames flow both ways',
    needs: ['sever', 'reliable'],
    async run(link) {
      const inboxes = [link.listen(link.a), link.listen(link.b)];
      for (let round = 0; round < 3; round++) {
        await cut(link);
        const waiting = [link.a, link.b].map(({ transport, peer }) => transport.ready(peer));
        await link.pair.heal();
        await link.deadline.within(Promise.all(waiting), 'ready() after the link was mended');
        const had = inboxes.map((inbox) => inbox.frames.length);
        await link.send(link.a, numbered(round));
        await link.send(link.b, numbered(round));
        for (const [i, inbox] of inboxes.entries()) await inbox.count(had[i]! + 1);
      }
    },
  },
  {
    title: 'a frame accepted for an absent receiver outlives its absence',
    needs: ['sever', 'reliable', 'durable'],
    async run(link) {
      const inbox = link.listen(link.b);
      await cut(link);
      await link.send(link.a, numbered(7));
      await link.pair.heal();
      await inbox.count(1);
      assertSame(numberOf(inbox.frames[0]!), 7, 'the frame');
    },
  },
];

function watch(side: Side): TransportState[] {
  const seen: TransportState[] = [];
  side.transport.onState((state) => void seen.push(state));
  return seen;
}

/** Severs, and waits until both sides know. */
async function cut(link: Link): Promise<void> {
  const states = [link.a, link.b].map((side) => watch(side));
  await link.pair.sever();
  for (const seen of states) await link.until(() => seen.length > 0, 'a state after the cut');
}
