import { describe, expect, it } from 'vitest';
import { failedCases, transportCompliance, type TransportPair } from '@ruvector/core/testing';
import { LIFECYCLE_SABOTEURS } from './lifecycle-saboteurs.js';
import { SABOTEURS } from './saboteurs.js';
import { honestTopics, TOPIC_SABOTEURS } from './topic-saboteurs.js';
import { turnClock } from '../turn-clock.js';
import { memoryPair } from './memory-pair.js';

/** The titles of the suite's cases that this pair fails. */
async function failures(pair: () => TransportPair): Promise<string[]> {
  const options = { deadlineMs: 500, clock: turnClock() };
  const failed = await failedCases((runner) =>
    transportCompliance(runner, 'saboteur', { broadcast: true }, async () => pair(), options),
  );
  return failed.map(({ title }) => title);
}

describe('the compliance suite catches a transport that', () => {
  it.each([...SABOTEURS, ...LIFECYCLE_SABOTEURS, ...TOPIC_SABOTEURS])(
    '$flaw',
    async ({ caught, pair }) => {
      expect((await failures(pair)).sort()).toEqual([...caught].sort());
    },
  );
});

it('the compliance suite finds nothing wrong with the transport that the saboteurs change', async () => {
  expect(await failures(memoryPair)).toEqual([]);
  expect(await failures(honestTopics)).toEqual([]);
});
