import { assertBytes, assertSame } from '../assertions.js';
import { noise } from '../noise.js';
import { numbered, numberOf, type TransportCase } from './case.js';

/** Who hears a frame, and what a handler may do while it is called. */
export const handlerCases: readonly TransportCase[] = [
  {
    title: 'two handlers each get every frame, and each frame is counted once',
    needs: ['reliable'],
    async run(link) {
      const inboxes = [link.listen(link.b), link.listen(link.b)];
      const before = link.b.transport.stats().received;
      for (let i = 0; i < 10; i++) await link.send(link.a, numbered(i));
      for (const inbox of inboxes) {
        await inbox.count(10);
        assertSame(new Set(inbox.frames.map(numberOf)).size, 10, 'different frames');
      }
      assertSame(link.b.transport.stats().received - before, 10, 'received');
    },
  },
  {
    title: 'an unsubscribed handler hears nothing more, and unsubscribing twice is fine',
    needs: ['reliable'],
    async run(link) {
      const kept = link.listen(link.b);
      let heard = 0;
      const unsubscribe = link.b.transport.onFrame(() => heard++);
      await link.send(link.a, numbered(0));
      await kept.count(1);
      unsubscribe();
      unsubscribe();
      await link.send(link.a, numbered(1));
      await kept.count(2);
      assertSame(heard, 1, 'frames heard by the unsubscribed handler');
    },
  },
  {
    title: 'a handler that unsubscribes itself takes nothing from the others',
    needs: ['reliable'],
    async run(link) {
      let heard = 0;
      const unsubscribe = link.b.transport.onFrame(() => {
        heard++;
        unsubscribe();
      });
      const others = [link.listen(link.b), link.listen(link.b)];
      for (let i = 0; i < 3; i++) await link.send(link.a, numbered(i));
      for (const inbox of others) await inbox.count(3);
      assertSame(heard, 1, 'frames heard by the handler that left');
    },
  },
  {
    title: 'a handler that throws disturbs neither the other handlers nor later frames',
    needs: ['reliable'],
    async run(link) {
      let thrown = 0;
      link.b.transport.onFrame(() => {
        thrown++;
        throw new Error('thrown on purpose by a compliance case');
      });
      const inbox = link.listen(link.b);
      for (let i = 0; i < 3; i++) await link.send(link.a, numbered(i));
      await inbox.count(3);
      assertSame(thrown, 3, 'calls of the throwing handler');
    },
  },
  {
    title: 'a frame stays as it is until its handler returns, even if the handler sends',
    needs: ['reliable'],
    async run(link) {
      const { transport, peer } = link.b;
      const changed: number[] = [];
      let calls = 0;
      transport.onFrame((_, frame) => {
        const copy = new Uint8Array(frame);
        for (let i = 0; i < 8; i++) transport.send(peer, noise(frame.length, 100 + i));
        if (!frame.every((byte, i) => byte === copy[i])) changed.push(calls);
        calls++;
      });
      for (let i = 0; i < 5; i++) await link.send(link.a, noise(64, i));
      await link.until(() => calls >= 5, 'five calls of the handler');
      assertSame(changed.length, 0, 'frames that changed during their handler');
    },
  },
  {
    title: 'a handler may send back the very frame that it was given',
    needs: ['reliable'],
    async run(link) {
      const { transport, peer } = link.b;
      transport.onFrame((_, frame) => void transport.send(peer, frame));
      const inbox = link.listen(link.a);
      for (let i = 0; i < 20; i++) await link.send(link.a, noise(200, i));
      await inbox.count(20);
      if (!transport.caps.ordered) return;
      inbox.frames.forEach((frame, i) => assertBytes(frame, noise(200, i), `echo ${i}`));
    },
  },
  {
    title: 'no handler is called inside send',
    async run(link) {
      let sending = false;
      let inside = 0;
      link.b.transport.onFrame(() => {
        if (sending) inside++;
      });
      for (let i = 0; i < 10; i++) {
        sending = true;
        link.a.transport.send(link.a.peer, numbered(i));
        sending = false;
        await link.deadline.turn();
      }
      assertSame(inside, 0, 'calls inside send');
    },
  },
  {
    title: 'a frame that finds no handler is counted as dropped',
    needs: ['reliable'],
    async run(link) {
      const { transport } = link.b;
      const { dropped, received } = transport.stats();
      for (let i = 0; i < 3; i++) await link.send(link.a, numbered(i));
      await link.until(() => transport.stats().dropped - dropped >= 3, 'three drops');
      assertSame(transport.stats().received, received, 'received');
      const inbox = link.listen(link.b);
      await link.send(link.a, numbered(9));
      await inbox.count(1);
      assertSame(numberOf(inbox.frames[0]!), 9, 'the first frame that found a handler');
    },
  },
];
