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
    title: 'an open aborted under way rejects with the reason, and may be tried again',
    unopened: true,
    async run(link) {
      const controller = new AbortController();
      const reason = new Error('aborted under way');
      const opening = link.a.transport.open({ signal: controller.signal });
      controller.abort(reason);
      // a factory may hand over transports that are open: then there is nothing left to abort
      await link.deadline.within(opening, 'open()').catch((error: unknown) => {
        assertSame(error, reason, 'what open() rejected with');
      });
      await link.open();
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
