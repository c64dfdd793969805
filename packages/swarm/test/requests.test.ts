import { ManualClock } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';

import { Requests } from '../src/requests.js';

const id = (n: number) => new Uint8Array(16).fill(n);

describe('requests', () => {
  it('settle once, by their own correlation id', async () => {
    const requests = new Requests<string>(new ManualClock(), 10);
    const [a, b] = [requests.wait('a', id(1), 100), requests.wait('b', id(2), 100)];
    requests.resolve(id(2), 'for b');
    requests.resolve(id(2), 'again');
    requests.reject(id(1), new Error('for a'));
    requests.resolve(id(3), 'for nobody');
    await expect(a).rejects.toThrow('for a');
    expect(await b).toBe('for b');
  });

  it('time out and leave no timer behind', async () => {
    const clock = new ManualClock();
    const requests = new Requests<string>(clock, 10);
    const late = requests.wait('the answer', id(1), 100);
    const done = requests.wait('x', id(2), 100);
    requests.resolve(id(2), 'x');
    clock.advance(100);
    await expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT', timeoutMs: 100 });
    await done;
    expect(clock.pending).toBe(0);
  });

  it('do not even start with an aborted signal', async () => {
    const clock = new ManualClock();
    const requests = new Requests<string>(clock, 1);
    const signal = AbortSignal.abort(new Error('no'));
    await expect(requests.wait('x', id(1), 100, signal)).rejects.toThrow('no');
    expect(clock.pending).toBe(0);
  });
});
