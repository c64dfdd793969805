import type { Clock } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';

/**
 * A clock whose millisecond is one turn of the event loop: a deadline that no load on the machine
 * can bring nearer. Reading it takes time too, so that a loop which never yields also ends.
 */
export function turnClock(): Clock {
  const clock = new ManualClock();
  let reads = 0;
  let running = false;
  const turn = () => {
    clock.advance(1);
    running = clock.pending > 0;
    if (running) setImmediate(turn);
  };
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic() + ++reads / 100,
    setTimeout: (f, ms) => {
      const cancel = clock.setTimeout(f, ms);
      if (!running) setImmediate(turn);
      running = true;
      return cancel;
    },
  };
}
