import { describe, expect, it, vi } from 'vitest';
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

  it('refuses a transport whose caps say less or more than the suite was told', async () => {
    const bodies = new Map<string, () => Promise<void>>();
    const runner = {
      describe: (_: string, body: () => void) => body(),
      it: (title: string, body: () => Promise<void>) => bodies.set(title, body),
    };
    const verdict = async (supports: TransportSupports) => {
      transportCompliance(runner, 'memory', supports, async () => memoryPair());
      return bodies.get('caps say what the suite was told')!();
    };
    await verdict({ broadcast: true });
    await expect(verdict({ broadcast: true, durable: true })).rejects.toThrow('caps.durable');
    await expect(verdict({})).rejects.toThrow('caps.broadcast: expected false, got true');
    await expect(verdict({ broadcast: true, ordered: false })).rejects.toThrow('caps.ordered');
    expect(() => transportCompliance(runner, 'm', { broadcst: true } as never, vi.fn())).toThrow(
      '"broadcst"',
    );
  });
});
