import { ClosedError, type FrameHandler, type Transport } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import type { TransportPair } from '@ruvector/core/testing';
import { Endpoint, type Flight } from '../../../src/memory/endpoint.js';
import { Switchboard } from '../../../src/memory/switchboard.js';
import { silentLogger } from '../../../src/logger.js';

/** A transport with one flaw, and the titles of exactly those cases that must notice it. */
export interface Saboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  pair(): TransportPair;
}

const FRAME_BYTES_MAX = 128 << 10; // small, to be quick: the suite runs once for each saboteur

type Flaw = (inner: Transport, id: string) => Partial<Transport>;

/** Both transports of a memory pair, with some of their methods replaced. */
function sabotaged(flaw: Flaw): () => TransportPair {
  return () => {
    const network = new MemoryNetwork({ maxFrameBytes: FRAME_BYTES_MAX });
    const [a, b] = ['a', 'b'].map((id) => {
      const inner = network.transport(id);
      const whole: Transport = {
        caps: inner.caps,
        open: (options) => inner.open(options),
        send: (to, frame) => inner.send(to, frame),
        ready: (to) => inner.ready(to),
        publish: (topic, frame) => inner.publish(topic, frame),
        subscribe: (topic, handler) => inner.subscribe(topic, handler),
        onFrame: (handler) => inner.onFrame(handler),
        onState: (handler) => inner.onState(handler),
        stats: () => inner.stats(),
        drain: () => inner.drain(),
        close: () => inner.close(),
      };
      return { ...whole, ...flaw(inner, id) };
    }) as [Transport, Transport];
    return {
      a,
      b,
      sever: async () => network.sever('a', 'b'),
      heal: async () => network.heal('a', 'b'),
      close: async () => void (await Promise.all([a.close(), b.close()])),
    };
  };
}

/** A memory pair whose frames travel in another way; `n` counts the frames from 1. */
function carried(carry: (flight: Flight, n: number) => void): () => TransportPair {
  return () => {
    const board = new Switchboard<Endpoint>();
    let n = 0;
    const medium = {
      caps: new MemoryNetwork({ maxFrameBytes: FRAME_BYTES_MAX }).transport('any').caps,
      bufferedFramesMax: 1024,
      bufferedBytesMax: 64 << 20,
      logger: silentLogger,
      board,
      waiting: new Set<Endpoint>(),
      carry: (flight: Flight) => carry(flight, ++n),
    };
    const [a, b] = [new Endpoint(medium, 'a'), new Endpoint(medium, 'b')];
    return {
      a,
      b,
      sever: async () => board.sever('a', 'b'),
      heal: async () => board.heal('a', 'b'),
      close: async () => void (await Promise.all([a.close(), b.close()])),
    };
  };
}

const land = (flight: Flight) => queueMicrotask(() => flight.to.land(flight));

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
      if (n > 500 && n % 10 === 0) setImmediate(() => flight.to.land(flight));
      else land(flight);
    }),
  },
  {
    flaw: 'delivers the thousandth frame twice',
    caught: ['1,000 frames arrive in the order they were sent', '1,000 frames arrive once each'],
    pair: carried((flight, n) => {
      land(flight);
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
    caught: ['no handler is called inside send'],
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
    caught: ['an open with a signal that is aborted already rejects with its reason'],
    pair: sabotaged((inner) => ({ open: () => inner.open() })),
  },
  {
    flaw: 'throws a plain Error after close',
    caught: ['after close, open, send, ready and drain are ERR_CLOSED'],
    pair: sabotaged((inner) => ({
      drain: () => inner.drain().catch(() => Promise.reject(new Error('closed'))),
    })),
  },
  {
    flaw: 'keeps delivering after close',
    caught: ['once close has resolved no handler is called'],
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
