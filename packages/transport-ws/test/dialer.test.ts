import { describe, expect, it } from 'vitest';
import { seededRandom } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import { Dialer, type DialerOwner } from '../src/dialer.js';
import { readOptions } from '../src/options.js';
import type { Socket, SocketEnd } from '../src/socket.js';
import { encodeHello, NO_INSTANCE } from '../src/wire.js';
import { deafSocket } from './fixtures/deaf-socket.js';

const HELLO = encodeHello({
  peerId: 'hub',
  instance: '00000000000000aa',
  resumes: NO_INSTANCE,
  received: 0,
});

/** A dialer whose sockets do nothing by themselves, and whose time is the test's. */
function dialer(overrides: { dial?: () => Socket } = {}) {
  const clock = new ManualClock();
  const dialedAt: number[] = [];
  const sockets: (Socket & { log: string[] })[] = [];
  const missed: SocketEnd[] = [];
  let reached = 0;
  const owner: DialerOwner = {
    settings: readOptions({ peerId: 'me', clock, random: seededRandom(7) }),
    dial() {
      dialedAt.push(clock.monotonic());
      if (overrides.dial) return overrides.dial();
      const socket = deafSocket();
      sockets.push(socket);
      return socket;
    },
    hello: () => HELLO,
    reached: () => void reached++,
    missed: (_, end) => void missed.push(end),
  };
  const subject = new Dialer(owner, 'hub', 'ws://127.0.0.1:9', '00000000000000bb');
  return { subject, clock, dialedAt, sockets, missed, reached: () => reached };
}

const REFUSED: SocketEnd = { closeCode: 1006, reason: 'ECONNREFUSED' };

describe('Dialer', () => {
  /** Lets time pass until the next attempt. @returns how long that took. */
  function pauseOf({ clock, dialedAt }: ReturnType<typeof dialer>): number {
    const [from, attempts] = [clock.monotonic(), dialedAt.length];
    while (dialedAt.length === attempts) clock.advance(1);
    return dialedAt.at(-1)! - from;
  }

  it('waits a random time below 100 ms, 200 ms, 400 ms … and never above 10 s', () => {
    const test = dialer();
    test.subject.start();
    const pauses = Array.from({ length: 40 }, () => {
      test.sockets.at(-1)!.on.ended(REFUSED);
      return pauseOf(test);
    });
    for (const [i, pause] of pauses.entries())
      expect(pause).toBeLessThan(Math.min(10_000, 100 * 2 ** i));
    expect(Math.max(...pauses)).toBeGreaterThan(5_000);
    expect(new Set(pauses).size).toBe(40);
  });

  it('begins with a short pause again after a link that lasted, not after one that did not', () => {
    const test = dialer();
    test.subject.start();
    for (let i = 0; i < 20; i++) {
      test.sockets.at(-1)!.on.ended(REFUSED);
      pauseOf(test);
    }
    const pauseAfterLinkOf = (ms: number) => {
      test.sockets.at(-1)!.on.message(HELLO);
      test.clock.advance(ms);
      test.subject.lost();
      return pauseOf(test);
    };
    const flapping = Array.from({ length: 10 }, () => pauseAfterLinkOf(1_000));
    expect(Math.max(...flapping)).toBeGreaterThan(1_000);
    expect(pauseAfterLinkOf(60_000)).toBeLessThan(100);
  });

  it('gives up a peer that is silent for 5 s, then tries again', () => {
    const { subject, clock, dialedAt, sockets, missed } = dialer();
    subject.start();
    clock.advance(4_999);
    expect(missed).toEqual([]);
    clock.advance(1);
    expect(missed).toEqual([{ closeCode: 4002, reason: 'no HELLO within 5000 ms' }]);
    expect(sockets[0]!.log).toEqual(['close 4002']);
    clock.advance(5_000);
    expect(sockets[0]!.log).toEqual(['close 4002', 'terminate']);
    expect(dialedAt).toHaveLength(2);
  });

  it('says HELLO as soon as the connection stands, and waits for the answer', () => {
    const { subject, sockets, reached } = dialer();
    subject.start();
    expect(sockets[0]!.log).toEqual([]);
    sockets[0]!.on.opened();
    expect(sockets[0]!.log).toEqual(['send']);
    expect(reached()).toBe(0);
    sockets[0]!.on.message(HELLO);
    expect(sockets[0]!.log).toEqual(['send']);
    expect(reached()).toBe(1);
  });

  it('stopped while connecting leaves no socket and no timer', () => {
    const { subject, clock, sockets } = dialer();
    subject.start();
    subject.stop();
    expect(sockets[0]!.log).toEqual(['terminate']);
    expect(clock.pending).toBe(0);
  });

  it('stopped while it pauses does not dial again', () => {
    const { subject, clock, sockets, dialedAt } = dialer();
    subject.start();
    sockets[0]!.on.ended(REFUSED);
    subject.stop();
    expect(clock.pending).toBe(0);
    clock.advance(100_000);
    expect(dialedAt).toHaveLength(1);
  });

  it('takes what the platform throws for a missed attempt', () => {
    const { subject, missed, clock, dialedAt } = dialer({
      dial: () => {
        throw new Error('insecure');
      },
    });
    subject.start();
    expect(missed[0]).toMatchObject({ closeCode: 1006, reason: 'insecure' });
    clock.advance(100);
    expect(dialedAt.length).toBeGreaterThan(1);
  });
});
