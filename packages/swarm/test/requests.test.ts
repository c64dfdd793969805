import { systemEntropy } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';

import { Requests } from '../src/requests.js';

/** Questions whose correlation ids are written down in place of being sent. */
function setUp(max = 10) {
  const clock = new ManualClock();
  const requests = new Requests<string>(clock, systemEntropy, max);
  const sent: Uint8Array[] = [];
  const ask = (what: string, signal?: AbortSignal) =>
    requests.ask({ what, timeoutMs: 100, signal }, async (id) => void sent.push(id));
  return { clock, requests, sent, ask };
}

describe('requests', () => {
  it('settle once, by their own correlation id', async () => {
    const { requests, sent, ask } = setUp();
    const [a, b] = [ask('a'), ask('b')];
    requests.resolve(sent[1]!, 'for b');
    requests.resolve(sent[1]!, 'again');
    requests.reject(sent[0]!, new Error('for a'));
    requests.resolve(new Uint8Array(16), 'for nobody');
    await expect(a).rejects.toThrow('for a');
    expect(await b).toBe('for b');
  });

  it('have correlation ids of 16 bytes that nobody can guess', async () => {
    const { requests, sent, ask } = setUp();
    const answers = [ask('a'), ask('b')];
    expect(sent.map((id) => id.length)).toEqual([16, 16]);
    expect(sent[0]).not.toEqual(sent[1]);
    for (const id of sent) requests.resolve(id, 'x');
    await Promise.all(answers);
  });

  it('time out and leave no timer behind', async () => {
    const { clock, requests, sent, ask } = setUp();
    const [late, done] = [ask('the answer'), ask('x')];
    requests.resolve(sent[1]!, 'x');
    clock.advance(100);
    await expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT', timeoutMs: 100 });
    await done;
    expect(clock.pending).toBe(0);
  });

  it('fail with what could not be sent', async () => {
    const { clock, requests } = setUp();
    const question = { what: 'x', timeoutMs: 100 };
    const asked = requests.ask(question, () => Promise.reject(new Error('no way')));
    await expect(asked).rejects.toThrow('no way');
    expect(clock.pending).toBe(0);
  });

  it('do not even start with an aborted signal, or above their limit', async () => {
    const { clock, sent, ask } = setUp(1);
    await expect(ask('x', AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
    expect([clock.pending, sent.length]).toEqual([0, 0]);
    const first = ask('first');
    await expect(ask('second')).rejects.toMatchObject({ code: 'ERR_LIMIT' });
    expect(sent).toHaveLength(1);
    clock.advance(100);
    await expect(first).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  });
});
