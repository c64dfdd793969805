import { describe, expect, it } from 'vitest';
import { failedCases } from '@ruvector/core/testing';
import { raftStorageCompliance, type RaftStorageFixture } from '@ruvector/raft/testing';
import { fixtureOf, KeptStorage } from './kept-storage.js';
import { SABOTEURS } from './saboteurs.js';

/** The titles of the suite's cases that this storage fails. */
async function failures(make: () => RaftStorageFixture): Promise<string[]> {
  const failed = await failedCases((runner) =>
    raftStorageCompliance(runner, 'saboteur', { durable: true }, async () => make()),
  );
  return failed.map(({ title }) => title);
}

describe('raftStorageCompliance catches a storage that', () => {
  it.each(SABOTEURS)('$flaw', async ({ caught, make }) => {
    const failed = await failures(make);
    const unexpected = failed.filter((title) => !caught.some((words) => title.includes(words)));
    const missed = caught.filter((words) => !failed.some((title) => title.includes(words)));
    expect({ unexpected, missed }).toEqual({ unexpected: [], missed: [] });
  });
});

it('raftStorageCompliance finds nothing wrong with the storage that the saboteurs change', async () => {
  expect(await failures(() => fixtureOf(KeptStorage))).toEqual([]);
});
