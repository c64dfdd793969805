import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '@ruvector/core/memory';
import { failedCases, storageCompliance, type StorageSupports } from '@ruvector/core/testing';
import { keptStorage } from './kept-storage.js';

storageCompliance({ describe, it }, 'MemoryStorage', {}, async () => ({
  storage: new MemoryStorage(),
}));

storageCompliance({ describe, it }, 'a store that outlives itself', { durable: true }, async () =>
  keptStorage(),
);

describe('storageCompliance', () => {
  function listed(supports: StorageSupports): { heading: string; titles: string[] } {
    const found = { heading: '', titles: [] as string[] };
    const runner = {
      describe: (title: string, body: () => void) => ((found.heading = title), body()),
      it: (title: string) => found.titles.push(title),
    };
    storageCompliance(runner, 'any', supports, async () => keptStorage());
    return found;
  }

  it('has different titles for all of its cases, 20 at least without those of durable', () => {
    const { titles } = listed({ durable: true });
    expect(new Set(titles).size).toBe(titles.length);
    expect(listed({}).titles.length).toBeGreaterThanOrEqual(20);
  });

  it('leaves out the cases of what is not claimed, and says so above the others', () => {
    const survives = (title: string) => /surviv|reopen/.test(title);
    expect(listed({}).titles.filter(survives)).toEqual([]);
    expect(listed({}).heading).toBe('any keeps the law of Storage, without durable and crash');
    const durable = listed({ durable: true, crash: false });
    expect(durable.titles.filter(survives).length).toBe(5);
    expect(durable.heading).toBe('any keeps the law of Storage, without crash');
    expect(listed({ durable: true }).titles.filter(survives).length).toBe(6);
    expect(listed({ durable: true }).heading).toBe('any keeps the law of Storage');
  });

  it('refuses a store that says another thing about itself than the suite was told', async () => {
    const failed = await failedCases((runner) =>
      storageCompliance(runner, 'kept', { durable: false }, async () => keptStorage()),
    );
    expect(failed.map(({ title }) => title)).toEqual(['supports says what the suite was told']);
  });

  it('refuses a claim of durability without the means to reopen', async () => {
    const failed = await failedCases((runner) =>
      storageCompliance(runner, 'kept', { durable: true }, async () => ({
        storage: keptStorage().storage,
      })),
    );
    expect(failed.map(({ error }) => (error as Error).message)).toEqual(
      Array(6).fill('durable was claimed, but the factory has no reopen()'),
    );
  });

  it('refuses a misspelt claim', () => {
    expect(() => listed({ durabel: true } as never)).toThrow('"durabel"');
  });
});
