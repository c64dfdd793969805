import { describe, expect, it } from 'vitest';
import { failedCases, storageCompliance, type StorageFixture } from '@ruvector/core/testing';
import { turnClock } from '../turn-clock.js';
import { keptStorage } from './kept-storage.js';
import { SABOTEURS } from './saboteurs.js';

/** The titles of the suite's cases that this store fails. */
async function failures(make: () => StorageFixture): Promise<string[]> {
  const options = { deadlineMs: 500, clock: turnClock() };
  const failed = await failedCases((runner) =>
    storageCompliance(runner, 'saboteur', { durable: true }, async () => make(), options),
  );
  return failed.map(({ title }) => title);
}

describe('storageCompliance catches a store that', () => {
  it.each(SABOTEURS)('$flaw', async ({ caught, make }) => {
    expect((await failures(make)).sort()).toEqual([...caught].sort());
  });
});

it('storageCompliance finds nothing wrong with the store that the saboteurs change', async () => {
  expect(await failures(keptStorage)).toEqual([]);
});
