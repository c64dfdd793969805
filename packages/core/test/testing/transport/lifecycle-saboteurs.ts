import { isEdgeError, silentLogger, type Transport } from '@ruvector/core';
import type { TransportPair } from '@ruvector/core/testing';
import { Listeners } from '@ruvector/core/transport';
import { land, sabotaged, slow, type Flaw, type Saboteur } from './flawed-pair.js';

const BEFORE_OPEN = 'before open a send is refused and not counted, and ready waits for the open';
const ABORTED =
  'an open aborted under way rejects with the reason, leaves nothing open, and may be tried again';
const PENDING_OPEN = 'close fails an open that is still pending with ERR_CLOSED';
const PENDING_DRAIN = 'close fails a drain that is still pending with ERR_CLOSED';
const GONE = 'a peer that has closed is refused before long, unless frames outlive its absence';

/** Other methods until it closes, and the honest ones from then on. */
const untilClosed =
  (flaw: Flaw): Flaw =>
  (inner, id) => {
    const over = flaw(inner, id);
    return {
      ...over,
      close: () => {
        for (const name of Object.keys(over)) delete over[name as keyof Transport];
        return inner.close();
      },
      open: (options) => (over.open ?? inner.open.bind(inner))(options),
      send: (to, frame) => (over.send ?? inner.send.bind(inner))(to, frame),
      ready: (to) => (over.ready ?? inner.ready.bind(inner))(to),
      drain: () => (over.drain ?? inner.drain.bind(inner))(),
    };
  };

type StateHandler = Parameters<Transport['onState']>[0];

const never = <T>(promise: Promise<T>): Promise<T> =>
  new Promise((resolve) => void promise.then(resolve, () => undefined));

/** Each side knows when the other has closed, and goes on as if it had not. */
function loyal(): TransportPair {
  const gone = new Set<string>();
  return sabotaged((inner, id) => ({
    send: (to, frame) => inner.send(to, frame) || gone.has(to),
    close: () => (gone.add(id), inner.close()),
  }))();
}

const sayingDownLate: Flaw = (inner) => {
  const handlers = new Listeners<Parameters<StateHandler>>('state handler', silentLogger);
  return {
    onState: (handler) => (handlers.add(handler), inner.onState(handler)),
    close: async () => {
      await inner.close();
      setImmediate(() => handlers.call('down'));
    },
  };
};

/** Once a link was lost, waiting for it is over at once. */
const restless: Flaw = (inner) => {
  let cut = false;
  inner.onState((state) => (cut = state !== 'up'));
  return { ready: (to) => (cut && to !== 'no-such-peer' ? Promise.resolve() : inner.ready(to)) };
};

/** Says `ready` of a peer that is there, whether it has room or not. */
const eager: Flaw = (inner) => {
  let up = false;
  inner.onState((state) => (up = state === 'up'));
  return { ready: (to) => (up && to?.length === 1 ? Promise.resolve() : inner.ready(to)) };
};

/** Flaws around opening and closing, waiting, and what a transport says of itself. */
export const LIFECYCLE_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'claims more than the suite was told',
    caught: ['caps say what the suite was told'],
    pair: sabotaged((inner) => ({ caps: { ...inner.caps, crossHost: true } })),
  },
  {
    flaw: 'takes frames before it is open, and loses them',
    caught: [BEFORE_OPEN, ABORTED],
    pair: sabotaged((inner) => {
      let open = false;
      return {
        open: async (options) => {
          await inner.open(options);
          open = true;
        },
        send: (to, frame) => inner.send(to, frame) || !open,
      };
    }),
  },
  {
    flaw: 'is open although that was aborted',
    caught: [ABORTED],
    pair: sabotaged((inner) => ({
      open: async ({ signal } = {}) => {
        signal?.throwIfAborted();
        await inner.open();
        signal?.throwIfAborted();
      },
    })),
  },
  {
    flaw: 'leaves an open pending when it closes',
    caught: [PENDING_OPEN],
    pair: sabotaged(
      untilClosed((inner) => ({
        open: (options) =>
          options === undefined ? never(inner.open(options)) : inner.open(options),
      })),
    ),
  },
  {
    flaw: 'resolves an open that was pending when it closes',
    caught: [PENDING_OPEN],
    pair: sabotaged(
      untilClosed((inner) => ({
        open: (options) =>
          inner.open(options).catch((error: unknown) => {
            if (!isEdgeError(error, 'ERR_CLOSED')) throw error;
          }),
      })),
    ),
  },
  {
    flaw: 'leaves a drain pending when it closes',
    caught: [PENDING_DRAIN],
    pair: sabotaged(untilClosed((inner) => ({ drain: () => never(inner.drain()) }))),
  },
  {
    flaw: 'resolves a drain that was pending when it closes',
    caught: [PENDING_DRAIN],
    pair: sabotaged(
      untilClosed((inner) => ({ drain: () => inner.drain().catch(() => undefined) })),
    ),
  },
  {
    flaw: 'does not wait for what is buffered when it drains',
    caught: [PENDING_DRAIN, 'drain resolves when nothing is buffered'],
    pair: sabotaged(
      untilClosed(() => ({ drain: () => Promise.resolve() })),
      slow,
    ),
  },
  {
    flaw: 'buffers whatever it is given',
    caught: [
      'of 256 MiB sent in one turn 128 at most are buffered: the rest is refused or has left',
    ],
    pair: sabotaged(() => ({}), land, { bufferedFramesMax: 1e12, bufferedBytesMax: 1e12 }),
  },
  {
    flaw: 'never finds anyone ready, where no peer is named',
    caught: [
      BEFORE_OPEN,
      'of a flood of 4,096 published frames of 16 KiB all that was accepted arrives',
    ],
    pair: sabotaged(
      untilClosed((inner) => ({
        ready: (to) => (to === undefined ? new Promise(() => undefined) : inner.ready(to)),
      })),
    ),
  },
  {
    flaw: 'is ready for a peer that has no room',
    caught: [
      'of a flood of 4,096 frames of 16 KiB all that was accepted arrives',
      'whoever was refused and waited for ready is not refused again and again',
    ],
    pair: sabotaged(untilClosed(eager), slow),
  },
  {
    flaw: 'is ready for a peer that is cut off or gone',
    caught: ['across a cut link ready resolves for no send that is refused', GONE],
    pair: sabotaged(untilClosed(restless)),
  },
  {
    flaw: 'takes frames for a peer that has closed',
    caught: [GONE],
    pair: loyal,
  },
  {
    flaw: 'tells of its end after it',
    caught: ['once close has resolved no state handler is called'],
    pair: sabotaged(sayingDownLate),
  },
];
