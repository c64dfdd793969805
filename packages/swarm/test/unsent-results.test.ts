import { toHex } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import type { Receipt } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';

import { UnsentResults, type Sent } from '../src/unsent-results.js';

class Bench {
  readonly clock = new ManualClock();
  /** Output lengths, in the order in which a transport took them. */
  readonly taken: number[] = [];
  readonly errors: unknown[] = [];
  transport: (bytes: number) => Sent = () => 'taken';
  readonly unsent = new UnsentResults({
    clock: this.clock,
    send: async (_assigner, _taskId, { output }) => {
      const sent = this.transport(output.length);
      if (sent === 'taken') this.taken.push(output.length);
      return sent;
    },
    onError: (error) => void this.errors.push(error),
    roomBytes: 10_000,
  });

  send(task: number, bytes: number, assigner = 'hub'): Promise<void> {
    const body = (length: number) => ({ receipt: {} as Receipt, output: new Uint8Array(length) });
    const failure = () => body(1);
    const taskId = Uint8Array.of(task);
    return this.unsent.send({ assigner, taskId, result: body(bytes), failure });
  }

  has(task: number, assigner = 'hub'): boolean {
    return this.unsent.has(assigner, toHex(Uint8Array.of(task)));
  }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return settled;
}

describe('a result', () => {
  it('for which there is no room is tried again every 500 ms until it is taken, once', async () => {
    const bench = new Bench();
    let tries = 0;
    bench.transport = () => ((tries += 1) < 4 ? 'full' : 'taken');
    const sent = bench.send(1, 100);
    await bench.clock.advanceAsync(1_499);
    expect([tries, await isSettled(sent), bench.has(1)]).toEqual([3, false, true]);
    await bench.clock.advanceAsync(1);
    expect([tries, await isSettled(sent), bench.has(1)]).toEqual([4, true, false]);
    await bench.clock.advanceAsync(10_000);
    expect(bench.taken).toEqual([100]);
  });

  it('that nobody wants any more is not waited for', async () => {
    const bench = new Bench();
    bench.transport = () => 'full';
    const sent = bench.send(1, 100);
    await bench.clock.advanceAsync(0);
    bench.unsent.withdraw('hub', '02');
    expect(await isSettled(sent)).toBe(false);
    bench.unsent.withdraw('hub', '01');
    expect(await isSettled(sent)).toBe(true);
    bench.transport = () => 'taken';
    await bench.clock.advanceAsync(10_000);
    expect(bench.taken).toEqual([]);
  });

  it('whose assigner cannot be reached is kept, and sent when that is back', async () => {
    const bench = new Bench();
    bench.transport = () => 'gone';
    await bench.send(1, 100);
    await bench.send(2, 200, 'other');
    bench.transport = () => 'taken';
    bench.unsent.resend('hub');
    await bench.clock.advanceAsync(0);
    expect(bench.taken).toEqual([100]);
    expect([bench.has(1), bench.has(2, 'other')]).toEqual([false, true]);
    bench.unsent.resend('hub');
    bench.unsent.resend('other', '02');
    await bench.clock.advanceAsync(0);
    expect(bench.taken).toEqual([100, 200]);
  });

  it('that is kept makes room for later ones above so many bytes, and frees its own when it goes', async () => {
    const bench = new Bench();
    bench.transport = () => 'gone';
    for (const task of [1, 2, 3]) await bench.send(task, 2_000);
    expect([1, 2, 3].map((task) => bench.has(task))).toEqual([false, true, true]);
    bench.unsent.withdraw('hub', '02');
    await bench.send(4, 2_000);
    expect([3, 4].map((task) => bench.has(task))).toEqual([true, true]);
    await bench.send(5, 20_000);
    expect([3, 4, 5].map((task) => bench.has(task))).toEqual([false, false, false]);
  });

  it('counts its bytes once however often it is tried', async () => {
    const bench = new Bench();
    bench.transport = () => 'gone';
    await bench.send(1, 2_000);
    for (let i = 0; i < 10; i++) {
      bench.unsent.resend('hub');
      await bench.clock.advanceAsync(0);
    }
    await bench.send(2, 2_000);
    expect([1, 2].map((task) => bench.has(task))).toEqual([true, true]);
  });

  it('that can never be sent is tried twice, then sent as a failure', async () => {
    const bench = new Bench();
    let tries = 0;
    bench.transport = (bytes) => {
      tries += 1;
      if (bytes > 50) throw new Error('above the frame limit');
      return 'taken';
    };
    await bench.send(1, 100);
    expect([tries, bench.taken, bench.has(1)]).toEqual([3, [1], false]);
  });

  it('of which not even the failure can be sent is given up with the error', async () => {
    const bench = new Bench();
    bench.transport = () => {
      throw new Error('broken');
    };
    await expect(bench.send(1, 100)).rejects.toThrow('broken');
    expect(bench.has(1)).toBe(false);
  });
});
