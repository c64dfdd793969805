import type { Transport } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import type { TransportPair } from '@ruvector/core/testing';
import { silentLogger } from '../../../src/logger.js';
import { Endpoint, type Flight } from '../../../src/memory/endpoint.js';
import { Switchboard } from '../../../src/memory/switchboard.js';

/** A transport with one flaw, and the titles of exactly those cases that must notice it. */
export interface Saboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  pair(): TransportPair;
}

const FRAME_BYTES_MAX = 128 << 10; // small, to be quick: the suite runs once for each saboteur

/** Methods that one side has in place of the honest ones. */
export type Flaw = (inner: Transport, id: string) => Partial<Transport>;

/** How a frame travels; `n` counts the frames from 1. */
export type Carry = (flight: Flight, n: number) => void;

export const land: Carry = (flight) => queueMicrotask(() => flight.to.land(flight));

/** A memory pair in which each frame takes a turn of its own. */
export const slow: Carry = (flight) => void setImmediate(() => flight.to.land(flight));

/** Both transports of a memory pair, with some of their methods replaced. */
export const sabotaged = (flaw: Flaw, carry: Carry = land, queue = {}): (() => TransportPair) => {
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
      ...queue,
    };
    const [a, b] = ['a', 'b'].map((id) => {
      const inner = new Endpoint(medium, id);
      return { ...wholeOf(inner), ...flaw(inner, id) };
    }) as [Transport, Transport];
    return {
      a,
      b,
      sever: async () => board.sever('a', 'b'),
      heal: async () => board.heal('a', 'b'),
      close: async () => void (await Promise.all([a.close(), b.close()])),
    };
  };
};

/** A memory pair whose frames travel in another way. */
export const carried = (carry: Carry): (() => TransportPair) => sabotaged(() => ({}), carry);

const wholeOf = (inner: Endpoint): Transport => ({
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
});
