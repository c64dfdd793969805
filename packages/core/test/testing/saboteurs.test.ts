import { describe, expect, it } from 'vitest';
import { transportCompliance, type TransportPair } from '@ruvector/core/testing';
import { SABOTEURS } from './saboteurs.js';
import { turnClock } from './turn-clock.js';
import { memoryPair } from './memory-pair.js';

/** Runs all cases of the suite and gives back the titles of those that failed. */
async function failures(pair: () => TransportPair): Promise<string[]> {
  const cases: [title: string, body: () => Promise<void>][] = [];
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => cases.push([title, body]),
  };
  const options = { deadlineMs: 500, clock: turnClock() };
  transportCompliance(runner, 'saboteur', { broadcast: true }, async () => pair(), options);
  const failed: string[] = [];
  for (const [title, body] of cases) await body().catch(() => failed.push(title));
  return failed;
}

describe.concurrent('the compliance suite catches a transport that', () => {
  it.each(SABOTEURS)('$flaw', async ({ caught, pair }) => {
    expect((await failures(pair)).sort()).toEqual([...caught].sort());
  });
});

it('the compliance suite finds nothing wrong with the transport that the saboteurs change', async () => {
  expect(await failures(memoryPair)).toEqual([]);
});
