import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '@ruvector/core';
import {
  ManualClock,
  SimulatedNetwork,
  transportCompliance,
  type SimulatedEvent,
  type SimulatedNetworkOptions,
} from '@ruvector/core/testing';

describe('SimulatedNetwork without faults, its clock driven along,', () => {
  const clocks = new Set<ManualClock>();
  let driving: ReturnType<typeof setInterval>;
  beforeAll(() => void (driving = setInterval(() => clocks.forEach((c) => c.advance(1)), 0)));
  afterAll(() => clearInterval(driving));

  transportCompliance({ describe, it }, 'SimulatedNetwork', { broadcast: true }, async () => {
    const clock = new ManualClock();
    clocks.add(clock);
    const network = new SimulatedNetwork({ seed: 1, clock });
    const [a, b] = [network.transport('a'), network.transport('b')];
    return {
      a,
      b,
      sever: async () => network.partition(['a'], ['b']),
      heal: async () => network.heal(),
      close: async () => {
        await Promise.all([a.close(), b.close()]);
        clocks.delete(clock);
      },
    };
  });
});

type Faults = Omit<Partial<SimulatedNetworkOptions>, 'clock'>;

/** Peers a, b and c, each with the frames it got as `from:first byte`. */
async function three(faults: Faults = {}) {
  const clock = new ManualClock();
  const trace: SimulatedEvent[] = [];
  const network = new SimulatedNetwork({ seed: 1, clock, trace: (e) => trace.push(e), ...faults });
  const peers: Record<string, Transport> = {};
  const got: Record<string, string[]> = { a: [], b: [], c: [] };
  for (const id of ['a', 'b', 'c']) {
    const peer = (peers[id] = network.transport(id));
    peer.onFrame((from, frame) => got[id]!.push(`${from}:${frame[0]}`));
    await peer.open();
  }
  const { a, b, c } = peers as Record<'a' | 'b' | 'c', Transport>;
  return { clock, network, trace, a, b, c, got: got as Record<'a' | 'b' | 'c', string[]> };
}

/** 200 frames each way between a and b, one per millisecond, then time for all to arrive. */
async function exchange(faults: Faults) {
  const net = await three(faults);
  for (let i = 0; i < 200; i++) {
    net.a.send('b', Uint8Array.of(i));
    net.b.send('a', Uint8Array.of(i, 0));
    net.clock.advance(1);
  }
  net.clock.advance(10_000);
  return net;
}

describe('SimulatedNetwork', () => {
  const faulty: Faults = { delayMs: [1, 50], loss: 0.1, duplication: 0.1, reorder: 0.2 };

  it('gives the same trace for the same seed and another for another', async () => {
    const [first, second, other] = await Promise.all([
      exchange({ ...faulty, seed: 7 }),
      exchange({ ...faulty, seed: 7 }),
      exchange({ ...faulty, seed: 8 }),
    ]);
    expect(second.trace).toEqual(first.trace);
    expect(second.got).toEqual(first.got);
    expect(other.trace).not.toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(800);
  });

  it('keeps every frame on the way for a time within delayMs and in order', async () => {
    const { trace, got } = await exchange({ delayMs: [5, 40] });
    const sent = trace.filter((e) => e.event === 'sent' && e.from === 'a');
    const delivered = trace.filter((e) => e.event === 'delivered' && e.from === 'a');
    expect(got.b).toEqual(Array.from({ length: 200 }, (_, i) => `a:${i}`));
    for (const [i, { atMs }] of delivered.entries()) {
      expect(atMs - sent[i]!.atMs).toBeGreaterThanOrEqual(5);
      expect(atMs - sent[i]!.atMs).toBeLessThanOrEqual(40);
    }
    expect(new Set(delivered.map((e, i) => e.atMs - sent[i]!.atMs)).size).toBeGreaterThan(50);
  });

  it('loses about the part it was told, and counts each as dropped by its sender', async () => {
    const { a, b, trace } = await exchange({ loss: 0.25 });
    const lost = trace.filter((e) => e.event === 'lost').length;
    expect(lost).toBeGreaterThan(60);
    expect(lost).toBeLessThan(140);
    expect(a.stats().dropped + b.stats().dropped).toBe(lost);
    expect(a.stats().received + b.stats().received).toBe(400 - lost);
    expect(a.caps.reliable).toBe(false);
  });

  it('delivers some frames twice under duplication, and loses none', async () => {
    const { got, trace, a } = await exchange({ duplication: 0.3, delayMs: [1, 5] });
    const repeated = trace.filter((e) => e.event === 'repeated').length;
    expect(repeated).toBeGreaterThan(80);
    expect(got.a.length + got.b.length).toBe(400 + repeated);
    expect(new Set(got.b).size).toBe(200);
    expect(a.stats().bufferedBytes).toBe(0);
    expect(a.caps.ordered).toBe(false);
  });

  it('lets frames overtake each other under reorder only, and loses none', async () => {
    const { got, a } = await exchange({ reorder: 0.3, delayMs: [5, 5] });
    const inOrder = Array.from({ length: 200 }, (_, i) => `a:${i}`);
    expect(got.b).not.toEqual(inOrder);
    expect([...got.b].sort()).toEqual([...inOrder].sort());
    expect(a.caps.ordered).toBe(false);
  });

  it('changes nothing about delays when loss is turned on', async () => {
    const [calm, lossy] = [
      await exchange({ reorder: 0.5 }),
      await exchange({ reorder: 0.5, loss: 0.5 }),
    ];
    const kept = new Set(lossy.got.b);
    expect(calm.got.b.filter((frame) => kept.has(frame))).toEqual(lossy.got.b);
    expect(kept.size).toBeLessThan(200);
  });

  it('refuses across a partition, leaves the ways within each group, and mends on heal', async () => {
    const { a, b, c, got, clock, network } = await three();
    const states: string[] = [];
    c.onState((state) => states.push(state));
    network.partition(['a', 'b'], ['c']);
    expect([a.send('c', Uint8Array.of(1)), c.send('b', Uint8Array.of(1))]).toEqual([false, false]);
    expect(a.send('b', Uint8Array.of(2))).toBe(true);
    network.heal();
    expect(a.send('c', Uint8Array.of(3))).toBe(true);
    clock.advance(1);
    expect(got).toEqual({ a: [], b: ['a:2'], c: ['a:3'] });
    expect(states).toEqual(['down', 'up']);
    expect(b.stats().dropped).toBe(0);
  });

  it('accepts and loses what is sent across a silent partition, and says nothing', async () => {
    const { a, got, clock, network } = await three();
    const states: string[] = [];
    a.onState((state) => states.push(state));
    network.partition(['a'], ['b'], { silent: true });
    expect(a.send('b', Uint8Array.of(1))).toBe(true);
    clock.advance(1);
    expect([got.b, a.stats().dropped, states]).toEqual([[], 1, []]);
    network.heal();
    a.send('b', Uint8Array.of(2));
    clock.advance(1);
    expect(got.b).toEqual(['a:2']);
  });

  it('loses what is under way to a crashed peer, delivers what it sent, and lets it come back', async () => {
    const { a, b, got, clock, network } = await three({ delayMs: [10, 10] });
    a.send('b', Uint8Array.of(1));
    b.send('a', Uint8Array.of(2));
    expect(network.crash('b')).toBe(true);
    expect(network.crash('b')).toBe(false);
    expect(a.send('b', Uint8Array.of(3))).toBe(false);
    expect(() => b.send('a', Uint8Array.of(4))).toThrow('closed');
    clock.advance(10);
    expect([got.a, got.b, a.stats().dropped]).toEqual([['b:2'], [], 1]);
    const back = network.transport('b');
    back.onFrame((from, frame) => got.b.push(`again ${from}:${frame[0]}`));
    await back.open();
    a.send('b', Uint8Array.of(5));
    clock.advance(10);
    expect(got.b).toEqual(['again a:5']);
  });

  it('pushes back when too much is under way to one receiver', async () => {
    const { a, b, clock } = await three({ delayMs: [10, 10], bufferedFramesMax: 2 });
    const frame = Uint8Array.of(1);
    expect([a.send('b', frame), a.send('b', frame), a.send('b', frame)]).toEqual([
      true,
      true,
      false,
    ]);
    let ready = false;
    void a.ready('b').then(() => (ready = true));
    await clock.advanceAsync(9);
    expect(ready).toBe(false);
    await clock.advanceAsync(1);
    expect([ready, b.stats().received]).toEqual([true, 2]);
  });

  it('refuses faults that are no parts and delays that are no range', () => {
    const clock = new ManualClock();
    const make = (faults: Faults) => () => new SimulatedNetwork({ seed: 1, clock, ...faults });
    expect(make({ loss: 1.5 })).toThrow(RangeError);
    expect(make({ duplication: -0.1 })).toThrow(RangeError);
    expect(make({ reorder: NaN })).toThrow(RangeError);
    expect(make({ delayMs: [5, 4] })).toThrow('delayMs[1]');
    expect(make({ delayMs: [-1, 4] })).toThrow('delayMs[0]');
    expect(make({ seed: 0.5 })).toThrow('seed');
  });
});
