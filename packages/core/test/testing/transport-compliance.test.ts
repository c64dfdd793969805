import { describe, expect, it } from 'vitest';
import { transportCompliance, type TransportSupports } from '@ruvector/core/testing';
import { memoryPair } from './transport/memory-pair.js';

transportCompliance({ describe, it }, 'MemoryNetwork', { broadcast: true }, async () =>
  memoryPair(),
);

describe('transportCompliance', () => {
  const titles = (supports: TransportSupports): string[] => {
    const found: string[] = [];
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: (title: string) => found.push(title),
    };
    transportCompliance(runner, 'any', supports, async () => memoryPair());
    return found;
  };

  it('has different titles for all of its cases, 20 at least', () => {
    const all = titles({ broadcast: true, durable: true, crossHost: true });
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(20);
  });

  it('leaves out the cases of a feature that is false', () => {
    expect(titles({})).toContain('1,000 frames arrive in the order they were sent');
    expect(titles({ ordered: false })).not.toContain(
      '1,000 frames arrive in the order they were sent',
    );
    expect(titles({ sever: false }).filter((title) => title.includes('cut'))).toEqual([]);
    expect(titles({}).filter((title) => title.includes('publish'))).toEqual([]);
    expect(titles({ reliable: false })).not.toContain('an empty frame arrives');
  });

  it('refuses a transport whose caps claim less than the suite was told', async () => {
    const bodies = new Map<string, () => Promise<void>>();
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: (title: string, body: () => Promise<void>) => bodies.set(title, body),
    };
    transportCompliance(runner, 'memory', { durable: true }, async () => memoryPair());
    await expect(bodies.get('caps claim all that the suite was told')!()).rejects.toThrow(
      'caps.durable is false',
    );
  });
});
