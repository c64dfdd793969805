import { ClosedError, type FrameHandler } from '@ruvector/core';
import type { TransportPair } from '@ruvector/core/testing';
import { carried, land, sabotaged, slow, type Flaw, type Saboteur } from './flawed-pair.js';

function aliasing(): () => TransportPair {
  return () => {
    const sent: Record<string, Uint8Array[]> = { a: [], b: [] };
    return sabotaged((inner, id) => ({
      send: (to, frame) => {
        const accepted = inner.send(to, frame);
        if (accepted) sent[to]!.push(frame);
        return accepted;
      },
      onFrame: (handler) =>
        inner.onFrame((from) => {
          const { received, dropped } = inner.stats();
          handler(from, sent[id]![received + dropped - 1]!);
        }),
    }))();
  };
}

/** Says it has closed, but keeps its handlers. */
const deaf: Flaw = (inner) => {
  let closed = false;
  let fail: (error: Error) => void = () => undefined;
  const closing = new Promise<never>((_, reject) => (fail = reject));
  closing.catch(() => undefined);
  const guard = async <T>(act: () => Promise<T>): Promise<T> => {
    if (closed) throw new ClosedError('saboteur');
    return Promise.race([act(), closing]);
  };
  const refuse = () => {
    if (closed) throw new ClosedError('saboteur');
  };
  return {
    open: (options) => guard(() => inner.open(options)),
    ready: (to) => guard(() => inner.ready(to)),
    drain: () => guard(() => inner.drain()),
    send: (to, frame) => (refuse(), inner.send(to, frame)),
    publish: (topic, frame) => (refuse(), inner.publish!(topic, frame)),
    close: async () => {
      closed = true;
      fail(new ClosedError('saboteur'));
    },
  };
};

const pushy: Flaw = (inner) => {
  let up = false;
  inner.onState((state) => (up = state === 'up'));
  return { send: (to, frame) => inner.send(to, frame) || (up && (to === 'a' || to === 'b')) };
};

const fragile: Flaw = (inner) => {
  let broken = false;
  const breakable =
    (handler: FrameHandler): FrameHandler =>
    (from, frame) => {
      if (broken) return;
      broken = true;
      handler(from, frame);
      broken = false;
    };
  return { onFrame: (handler) => inner.onFrame(breakable(handler)) };
};

const keepingState: Flaw = (inner) => {
  const own = inner.stats();
  return {
    stats: () =>
      Object.assign(own, { ...inner.stats(), sent: Math.max(own.sent, inner.stats().sent) }),
  };
};

export const SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'drops empty frames',
    caught: ['an empty frame arrives'],
    pair: sabotaged((inner) => ({
      send: (to, frame) => (frame.length === 0 ? true : inner.send(to, frame)),
    })),
  },
  {
    flaw: "keeps the sender's buffer instead of a copy",
    caught: ['the sender may reuse its buffer as soon as send returns'],
    pair: aliasing(),
  },
  {
    flaw: 'lets every tenth frame be overtaken, after the first 500',
    caught: ['1,000 frames arrive in the order they were sent'],
    pair: carried((flight, n) => {
      if (n > 500 && n % 10 === 0) slow(flight, n);
      else land(flight, n);
    }),
  },
  {
    flaw: 'delivers the thousandth frame twice',
    caught: ['1,000 frames arrive in the order they were sent', '1,000 frames arrive once each'],
    pair: carried((flight, n) => {
      land(flight, n);
      if (n === 1000) queueMicrotask(() => flight.to.landAgain(flight));
    }),
  },
  {
    flaw: 'truncates frames above 96 KiB',
    caught: ['the largest frame arrives unchanged'],
    pair: sabotaged((inner) => ({
      send: (to, frame) => {
        const fits = frame.length <= inner.caps.maxFrameBytes;
        return inner.send(to, fits ? frame.subarray(0, 96 << 10) : frame);
      },
    })),
  },
  {
    flaw: 'sends the buffer behind a view',
    caught: ['a view into a larger buffer arrives as just that view'],
    pair: sabotaged((inner) => ({
      send: (to, frame) => inner.send(to, new Uint8Array(frame.buffer)),
    })),
  },
  {
    flaw: 'cuts a frame that is too large instead of refusing it',
    caught: ['a frame one byte above the largest is ERR_FRAME_TOO_LARGE and nothing of it is sent'],
    pair: sabotaged((inner) => ({
      send: (to, frame) => inner.send(to, frame.subarray(0, inner.caps.maxFrameBytes)),
    })),
  },
  {
    flaw: 'calls the handlers inside send',
    caught: ['no handler is called inside send', 'no topic handler is called inside publish'],
    pair: carried((flight) => flight.to.land(flight)),
  },
  {
    flaw: 'lies about who sent a frame',
    caught: ['a frame arrives unchanged, with the id of its sender, in either direction'],
    pair: sabotaged((inner) => ({
      onFrame: (handler) => inner.onFrame((_, frame) => handler('somebody-else', frame)),
    })),
  },
  {
    flaw: 'keeps calling unsubscribed handlers',
    caught: [
      'an unsubscribed handler hears nothing more, and unsubscribing twice is fine',
      'a handler that unsubscribes itself takes nothing from the others',
    ],
    pair: sabotaged((inner) => ({
      onFrame: (handler) => (inner.onFrame(handler), () => undefined),
    })),
  },
  {
    flaw: 'stops calling handlers after one has thrown',
    caught: ['a handler that throws disturbs neither the other handlers nor later frames'],
    pair: sabotaged(fragile),
  },
  {
    flaw: 'accepts what it has no room for',
    caught: ['of a flood of 4,096 frames of 16 KiB all that was accepted arrives'],
    pair: sabotaged(pushy),
  },
  {
    flaw: 'accepts frames for anybody',
    caught: ['a peer nobody knows is refused and not counted, and ready for it keeps waiting'],
    pair: sabotaged((inner) => ({
      send: (to, frame) => inner.send(to, frame) || to === 'no-such-peer',
    })),
  },
  {
    flaw: 'hands out its own counters',
    caught: ['stats are a snapshot: what a caller does to them changes nothing'],
    pair: sabotaged(keepingState),
  },
  {
    flaw: 'does not look at the signal of open',
    caught: [
      'an open with a signal that is aborted already rejects with its reason',
      'an open aborted under way rejects with the reason, leaves nothing open, and may be tried again',
    ],
    pair: sabotaged((inner) => ({ open: () => inner.open() })),
  },
  {
    flaw: 'throws a plain Error after close',
    caught: [
      'after close, open, send, ready and drain are ERR_CLOSED',
      'close fails a drain that is still pending with ERR_CLOSED',
    ],
    pair: sabotaged((inner) => ({
      drain: () => inner.drain().catch(() => Promise.reject(new Error('closed'))),
    })),
  },
  {
    flaw: 'keeps delivering after close',
    caught: [
      'once close has resolved no handler is called',
      'once close has resolved no topic handler is called',
      'a peer that has closed is refused before long, unless frames outlive its absence',
    ],
    pair: sabotaged(deaf),
  },
  {
    flaw: 'reports a cut link as up',
    caught: ['both sides report a cut link as retry or down, and a mended one as up'],
    pair: sabotaged((inner) => ({ onState: (handler) => inner.onState(() => handler('up')) })),
  },
  {
    flaw: 'hands published frames to onFrame too',
    caught: ['a topic stays apart from other topics, from onFrame and from its publisher'],
    pair: sabotaged((inner) => {
      const handlers: FrameHandler[] = [];
      return {
        onFrame: (handler) => (handlers.push(handler), inner.onFrame(handler)),
        subscribe: (topic, handler) =>
          inner.subscribe!(topic, (from, frame) => {
            handler(from, frame);
            for (const other of handlers) other(from, frame);
          }),
      };
    }),
  },
];
