import { assertRejects, assertSame, assertThrows } from '../assertions.js';
import { numbered, type TransportCase } from './case.js';

/** Opening, aborting and closing. */
export const lifecycleCases: readonly TransportCase[] = [
  {
    title: 'opening twice is fine, one after the other and at once',
    unopened: true,
    async run(link) {
      for (const { transport } of [link.a, link.b]) void transport.open().catch(() => undefined);
      await link.open();
      await link.open();
    },
  },
  {
    title: 'an open with a signal that is aborted already rejects with its reason',
    unopened: true,
    async run(link) {
      const reason = new Error('aborted before');
      const signal = AbortSignal.abort(reason);
      for (let round = 0; round < 2; round++) {
        const opening = link.a.transport.open({ signal });
        await assertRejects(link.deadline.within(opening, 'open()'), reason, 'open()');
        await link.open(); // the abort has left it usable, and an open one rejects too
      }
    },
  },
  {
    title: 'before open a send is refused and not counted, and ready waits for the open',
    unopened: true,
    async run(link) {
      if (link.pair.opened === true) return link.open();
      const { transport, peer } = link.a;
      const before = transport.stats().sent;
      assertSame(transport.send(peer, numbered(1)), false, 'send() before open()');
      assertSame(transport.publish?.('t', numbered(1)) ?? false, false, 'publish() before open()');
      assertSame(transport.stats().sent, before, 'sent');
      const waiting = [transport.ready(), transport.ready(peer)];
      for (const ready of waiting)
        assertSame(await link.settlesSoon(ready), false, 'a ready() has settled before open()');
      await link.open();
      await link.deadline.within(Promise.all(waiting), 'ready() once it is open');
      await link.deadline.within(transport.ready(), 'ready() of an open transport');
    },
  },
  {
    title:
      'an open aborted under way rejects with the reason, leaves nothing open, and may be tried again',
    unopened: true,
    async run(link) {
      const { a, b } = link;
      const controller = new AbortController();
      const reason = new Error('aborted under way');
      void b.transport.open().catch(() => undefined);
      const opening = a.transport.open({ signal: controller.signal });
      controller.abort(reason);
      if (link.pair.opened === true) await opening.catch(() => undefined);
      else {
        await assertRejects(link.deadline.within(opening, 'open()'), reason, 'open()');
        for (const { transport, id, peer } of [a, b]) {
          const ready = await link.settlesSoon(transport.ready(peer));
          assertSame(ready, false, `ready('${peer}') of ${id} has settled after the abort`);
          assertSame(transport.send(peer, numbered(1)), false, `send from ${id} after the abort`);
        }
      }
      await link.open();
    },
  },
  {
    title: 'close fails an open that is still pending with ERR_CLOSED',
    unopened: true,
    async run(link) {
      if (link.pair.opened === true) return link.open();
      const { transport } = link.a;
      const opening = link.deadline.within(transport.open(), 'the pending open()');
      const failed = assertRejects(opening, 'ERR_CLOSED', 'the pending open()');
      await link.deadline.within(transport.close(), 'close()');
      await failed;
      await assertRejects(transport.open(), 'ERR_CLOSED', 'open() after close()');
    },
  },
  {
    title: 'a signal aborted after open has resolved changes nothing',
    unopened: true,
    async run(link) {
      const controller = new AbortController();
      const { signal } = controller;
      await Promise.all([link.a.transport.open({ signal }), link.b.transport.open({ signal })]);
      await link.connected();
      controller.abort(new Error('too late'));
      await link.deadline.turn();
      await link.connected();
      await link.send(link.a, numbered(1));
    },
  },
  {
    title: 'closing twice is fine, one after the other and at once',
    async run(link) {
      const { transport } = link.a;
      const both = Promise.all([transport.close(), transport.close()]);
      await link.deadline.within(both, 'close() twice at once');
      await link.deadline.within(transport.close(), 'close() once more');
    },
  },
  {
    title: 'after close, open, send, ready and drain are ERR_CLOSED',
    async run(link) {
      const { transport, peer } = link.a;
      await link.deadline.within(transport.close(), 'close()');
      assertThrows(() => transport.send(peer, numbered(1)), 'ERR_CLOSED', 'send()');
      const rejecting = [
        ['open()', () => transport.open()],
        ['ready()', () => transport.ready()],
        [`ready('${peer}')`, () => transport.ready(peer)],
        ['drain()', () => transport.drain()],
      ] as const;
      for (const [what, call] of rejecting)
        await assertRejects(link.deadline.within(call(), what), 'ERR_CLOSED', what);
    },
  },
  {
    title: 'close fails a ready that is still pending with ERR_CLOSED',
    async run(link) {
      const pending = link.a.transport.ready('no-such-peer');
      const failed = assertRejects(
        link.deadline.within(pending, 'the pending ready()'),
        'ERR_CLOSED',
        'the pending ready()',
      );
      await link.deadline.within(link.a.transport.close(), 'close()');
      await failed;
    },
  },
  {
    title: 'close fails a drain that is still pending with ERR_CLOSED',
    async run(link) {
      const { transport, peer } = link.a;
      for (let i = 0; i < 50; i++) transport.send(peer, numbered(i, 8));
      const draining = link.deadline.within(transport.drain(), 'the pending drain()');
      // what goes to the platform at once leaves nothing to wait for
      const pending = transport.stats().bufferedBytes > 0;
      const settled = pending
        ? assertRejects(draining, 'ERR_CLOSED', 'the pending drain()')
        : draining;
      await link.deadline.within(transport.close(), 'close()');
      await settled;
    },
  },
  {
    title: 'once close has resolved no state handler is called',
    async run(link) {
      let calls = 0;
      link.a.transport.onState(() => calls++);
      await link.deadline.within(link.a.transport.close(), 'close()');
      const before = calls;
      await link.deadline.within(link.b.transport.close(), 'close() of the other');
      for (let i = 0; i < 20; i++) await link.deadline.turn();
      assertSame(calls, before, 'handler calls');
    },
  },
  {
    title: 'a peer that has closed is refused before long, unless frames outlive its absence',
    needs: ['reliable'],
    async run(link) {
      const { transport, peer } = link.a;
      if (transport.caps.durable) return;
      await link.send(link.a, numbered(0));
      await link.deadline.within(link.b.transport.close(), 'close() of the other');
      await link.until(() => !transport.send(peer, numbered(1)), 'a send that is refused');
      const ready = await link.settlesSoon(transport.ready(peer));
      assertSame(ready, false, 'ready() of a peer that is gone has settled');
    },
  },
  {
    title: 'once close has resolved no handler is called',
    async run(link) {
      let calls = 0;
      link.b.transport.onFrame(() => calls++);
      for (let i = 0; i < 200; i++) link.a.transport.send(link.a.peer, numbered(i));
      await link.deadline.within(link.b.transport.close(), 'close()');
      const before = calls;
      for (let i = 0; i < 20; i++) {
        link.a.transport.send(link.a.peer, numbered(i));
        await link.deadline.turn();
      }
      assertSame(calls, before, 'handler calls');
    },
  },
];
