import type { FrameHandler } from '@ruvector/core';
import type { TransportPair } from '@ruvector/core/testing';
import { sabotaged, type Flaw, type Saboteur } from './flawed-pair.js';

const WHOLE = 'published frames arrive whole, empty and largest ones too';
const COUNTED = '500 published frames arrive in order, once each, and are counted on both sides';
const FLOOD = 'of a flood of 4,096 published frames of 16 KiB all that was accepted arrives';
const THROWS = 'a topic handler that throws disturbs neither the others nor later frames';

/** How a published frame comes to the far side: `hand` calls the handlers there. */
type Deliver = (frame: Uint8Array, hand: (frame: Uint8Array) => void, n: number) => void;

/** A pair with topics of its own, which keep the law if `deliver` does. */
function topics(deliver: Deliver, flaw: Flaw = () => ({})): () => TransportPair {
  return () => {
    const handlers = { a: new Map<object, FrameHandler>(), b: new Map<object, FrameHandler>() };
    const received = { a: 0, b: 0 };
    let n = 0;
    return sabotaged((inner, side) => {
      const [id, other] = side === 'a' ? (['a', 'b'] as const) : (['b', 'a'] as const);
      const hand = (topic: string, frame: Uint8Array): void => {
        if (handlers[other].size > 0) received[other]++;
        for (const handler of [...handlers[other].values()]) handler(`${id} ${topic}`, frame);
      };
      return {
        publish(topic, frame) {
          if (!inner.publish!(topic, frame)) return false;
          deliver(frame, (bytes) => hand(topic, bytes), ++n);
          return true;
        },
        subscribe(topic, handler) {
          const entry = {};
          handlers[id].set(entry, (from, frame) => {
            if (from !== `${other} ${topic}`) return;
            try {
              handler(other, frame);
            } catch {
              // as the law has it
            }
          });
          return () => void handlers[id].delete(entry);
        },
        stats: () => ({ ...inner.stats(), received: inner.stats().received + received[id] }),
        close: () => (handlers[id].clear(), inner.close()),
        ...flaw(inner, id),
      };
    })();
  };
}

const later: Deliver = (frame, hand) => {
  const copy = new Uint8Array(frame);
  queueMicrotask(() => hand(copy));
};

/** One handler that throws, and no other hears of a topic any more. */
const fragile: Flaw = (inner) => {
  let broken = false;
  return {
    subscribe: (topic, handler) =>
      inner.subscribe!(topic, (from, frame) => {
        if (broken) return;
        broken = true;
        handler(from, frame);
        broken = false;
      }),
  };
};

const takingAll: Flaw = (inner) => {
  let open = false;
  return {
    open: async (options) => {
      await inner.open(options);
      open = true;
    },
    publish: (topic, frame) => inner.publish!(topic, frame) || open,
  };
};

const uncounted: Flaw = (inner) => {
  let published = 0;
  return {
    publish: (topic, frame) => {
      const accepted = inner.publish!(topic, frame);
      if (accepted) published++;
      return accepted;
    },
    stats: () => ({ ...inner.stats(), sent: inner.stats().sent - published }),
  };
};

/** Flaws of `publish` and `subscribe`. */
export const TOPIC_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: "keeps the publisher's buffer instead of a copy",
    caught: ['the publisher may reuse its buffer as soon as publish returns'],
    pair: topics((frame, hand) => queueMicrotask(() => hand(frame))),
  },
  {
    flaw: 'calls topic handlers inside publish',
    caught: ['no topic handler is called inside publish'],
    pair: topics((frame, hand) => hand(new Uint8Array(frame))),
  },
  {
    flaw: 'drops empty frames that are published',
    caught: [WHOLE],
    pair: topics((frame, hand, n) => frame.length > 0 && later(frame, hand, n)),
  },
  {
    flaw: 'cuts published frames at 96 KiB',
    caught: [WHOLE],
    pair: topics((frame, hand, n) => later(frame.subarray(0, 96 << 10), hand, n)),
  },
  {
    flaw: 'loses the four hundredth published frame',
    caught: [COUNTED, FLOOD],
    pair: topics((frame, hand, n) => n !== 400 && later(frame, hand, n)),
  },
  {
    flaw: 'does not count what is published',
    caught: [COUNTED],
    pair: sabotaged(uncounted),
  },
  {
    flaw: 'publishes what it has no room for',
    caught: [FLOOD],
    pair: sabotaged(takingAll),
  },
  {
    flaw: 'publishes before it is open',
    caught: ['before open a send is refused and not counted, and ready waits for the open'],
    pair: sabotaged((inner) => {
      let opened = false;
      return {
        open: (options) => ((opened = true), inner.open(options)),
        publish: (topic, frame) => inner.publish!(topic, frame) || !opened,
      };
    }),
  },
  {
    flaw: 'hears nothing of a topic after a handler has thrown',
    caught: [THROWS],
    pair: sabotaged(fragile),
  },
  {
    flaw: 'keeps its topic handlers after close',
    caught: ['once close has resolved no topic handler is called'],
    pair: topics(later, (inner) => ({ close: () => inner.close() })),
  },
];

/** To be sure of the ground that the others stand on. */
export const honestTopics = topics(later);
