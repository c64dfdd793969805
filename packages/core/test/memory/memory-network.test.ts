import { describe, expect, it } from 'vitest';
import { utf8, type Logger } from '@ruvector/core';
import { MemoryNetwork, type MemoryNetworkOptions } from '@ruvector/core/memory';

async function pair(options: MemoryNetworkOptions = {}) {
  const network = new MemoryNetwork(options);
  const [a, b] = [network.transport('a'), network.transport('b')];
  await Promise.all([a.open(), b.open()]);
  return { network, a, b };
}

const frame = (n = 1) => Uint8Array.of(n);
const pending = async (promise: Promise<void>): Promise<boolean> => {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return !settled;
};

describe('MemoryNetwork', () => {
  it('refuses a peer that is not open yet, and ready resolves once it is', async () => {
    const network = new MemoryNetwork();
    const [a, b] = [network.transport('a'), network.transport('b')];
    expect(a.send('b', frame())).toBe(false);
    await a.open();
    expect(a.send('b', frame())).toBe(false);
    const ready = a.ready('b');
    expect(await pending(ready)).toBe(true);
    await b.open();
    await ready;
    expect(a.send('b', frame())).toBe(true);
  });

  it('has no way from a peer to itself', async () => {
    const { a } = await pair();
    expect(a.send('a', frame())).toBe(false);
  });

  it('refuses a second open transport of one id, and takes one after the first has closed', async () => {
    const { network, b } = await pair();
    const second = network.transport('b');
    await expect(second.open()).rejects.toThrow('"b" is already open');
    await b.close();
    await second.open();
  });

  it('leaves an aborted transport out of the network', async () => {
    const network = new MemoryNetwork();
    const [a, b] = [network.transport('a'), network.transport('b')];
    await a.open();
    const controller = new AbortController();
    const opening = b.open({ signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(opening).rejects.toThrow('changed my mind');
    expect(a.send('b', frame())).toBe(false);
  });

  it('refuses frame 4 of 3 under way, and lets ready wait until one has arrived', async () => {
    const { a, b } = await pair({ bufferedFramesMax: 3 });
    let received = 0;
    b.onFrame(() => received++);
    expect([1, 2, 3, 4].map(() => a.send('b', frame()))).toEqual([true, true, true, false]);
    expect([a.stats().sent, a.stats().bufferedBytes]).toEqual([3, 3]);
    await a.ready('b');
    expect(received).toBeGreaterThan(0);
    expect(a.send('b', frame())).toBe(true);
  });

  it('refuses bytes above bufferedBytesMax', async () => {
    const { a, b } = await pair({ maxFrameBytes: 10, bufferedBytesMax: 15 });
    b.onFrame(() => undefined);
    expect([a.send('b', new Uint8Array(10)), a.send('b', new Uint8Array(6))]).toEqual([
      true,
      false,
    ]);
    expect(a.send('b', new Uint8Array(5))).toBe(true);
    await a.ready('b');
    expect(a.send('b', new Uint8Array(10))).toBe(true);
  });

  it('refuses a publish if one subscriber has no room, and then nobody gets it', async () => {
    const network = new MemoryNetwork({ bufferedFramesMax: 1 });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => network.transport(id));
    await Promise.all([a!.open(), b!.open(), c!.open()]);
    const got: string[] = [];
    b!.subscribe('t', () => got.push('b'));
    c!.subscribe('t', () => got.push('c'));
    c!.onFrame(() => undefined);
    a!.send('c', frame());
    expect(a!.publish('t', frame())).toBe(false);
    await a!.ready();
    expect(a!.publish('t', frame())).toBe(true);
    await a!.drain();
    expect(got).toEqual(['b', 'c']);
  });

  it('accepts a publish without subscribers', async () => {
    const { a } = await pair();
    expect(a.publish('nobody', frame())).toBe(true);
  });

  it('counts frames under way across a cut as dropped by their sender', async () => {
    const { network, a, b } = await pair();
    b.onFrame(() => undefined);
    a.send('b', frame());
    a.send('b', frame());
    network.sever('b', 'a');
    await a.drain();
    expect([a.stats(), b.stats().received]).toEqual([
      { sent: 2, received: 0, dropped: 2, bufferedBytes: 0 },
      0,
    ]);
  });

  it('stays up while one of two peers is left, and goes down with the last', async () => {
    const network = new MemoryNetwork();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => network.transport(id));
    const states: string[] = [];
    a!.onState((state) => states.push(state));
    await Promise.all([a!.open(), b!.open(), c!.open()]);
    await b!.close();
    expect(states).toEqual(['up']);
    network.sever('a', 'c');
    expect(states).toEqual(['up', 'down']);
    network.heal('c', 'a');
    expect(states).toEqual(['up', 'down', 'up']);
  });

  it('drain waits for empty frames too, and fails with ERR_CLOSED when closed meanwhile', async () => {
    const { a, b } = await pair();
    b.onFrame(() => undefined);
    a.send('b', new Uint8Array(0));
    expect(a.stats().bufferedBytes).toBe(0);
    const drained = a.drain();
    await drained;
    expect(b.stats().received).toBe(1);
    a.send('b', frame());
    const failing = a.drain();
    await a.close();
    await expect(failing).rejects.toMatchObject({ code: 'ERR_CLOSED' });
  });

  it('tells the logger of a handler that throws', async () => {
    const said: unknown[] = [];
    const logger = { error: (message, data) => said.push([message, data]) } as Partial<Logger>;
    const { a, b } = await pair({ logger: logger as Logger });
    const error = new Error('broken');
    b.onFrame(() => {
      throw error;
    });
    a.send('b', frame());
    await a.drain();
    expect(said).toEqual([['a frame handler threw', { error }]]);
  });

  it("copies what has a slice that shares the sender's memory, as Node's Buffer has", async () => {
    class Sharing extends Uint8Array {
      override slice(start?: number, end?: number) {
        return this.subarray(start, end);
      }
    }
    const { a, b } = await pair();
    const got: number[] = [];
    b.onFrame((_, f) => got.push(f[0]!));
    const buffer = Sharing.of(1);
    a.send('b', buffer);
    buffer[0] = 2;
    await a.drain();
    expect(got).toEqual([1]);
  });

  it('refuses what is no frame, no handler, no id and no limit', async () => {
    const { network, a } = await pair();
    expect(() => a.send('b', 'text' as never)).toThrow(TypeError);
    expect(() => a.onFrame(undefined as never)).toThrow(TypeError);
    expect(() => a.subscribe('t', 5 as never)).toThrow(TypeError);
    expect(() => network.transport('no spaces')).toThrow(RangeError);
    expect(() => new MemoryNetwork({ maxFrameBytes: 0 })).toThrow('maxFrameBytes');
    expect(() => new MemoryNetwork({ bufferedFramesMax: 0 })).toThrow('bufferedFramesMax');
    expect(() => new MemoryNetwork({ bufferedBytesMax: 5 })).toThrow('bufferedBytesMax');
    expect(() => new MemoryNetwork({ maxFrames: 5 } as never)).toThrow(/^options must have only/);
    expect(() => new MemoryNetwork(null as never)).toThrow(/^options must be an object/);
  });

  it('takes a ping-pong of 1,000 frames between handlers', async () => {
    const { a, b } = await pair();
    let left = 1_000;
    const done = new Promise<void>((resolve) => {
      for (const [me, other] of [[a, 'b'] as const, [b, 'a'] as const])
        me.onFrame((_, f) => (--left > 0 ? void me.send(other, f) : resolve()));
    });
    a.send('b', utf8('ball'));
    await done;
    expect(a.stats().sent + b.stats().sent).toBe(1_000);
  });
});
