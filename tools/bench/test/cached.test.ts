import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cached } from '../cached.js';
import { toEnvironment } from '../run-context.js';

let cacheFolder: string;
beforeEach(() => {
  cacheFolder = mkdtempSync(join(tmpdir(), 'ruvector-cache-'));
  const files = { peersFolder: '', cacheFolder, resultFile: '' };
  const context = { name: 'core/x', quick: true, parameters: {}, ...files };
  for (const [name, value] of Object.entries(toEnvironment(context))) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cacheFolder, { recursive: true });
});

describe('what is cached', () => {
  it('is made once for a key, and again for another', () => {
    const make = vi.fn<() => Uint8Array>(() => Uint8Array.of(1, 2, 3));
    for (const key of ['rows 1', 'rows 1', 'rows 2'])
      expect([...cached(key, make)]).toEqual([1, 2, 3]);
    expect(make).toHaveBeenCalledTimes(2);
    expect(readdirSync(cacheFolder)).toEqual(['rows-1', 'rows-2']);
  });

  it('begins where a buffer begins, so that it can be read as numbers of any size', () => {
    cached('numbers', () => new Uint8Array(Float64Array.of(7).buffer));
    const again = cached('numbers', () => expect.fail('it is there'));
    expect([...new Float64Array(again.buffer)]).toEqual([7]);
  });

  it('that could not be made leaves nothing', () => {
    const fail = () => {
      throw new Error('no data');
    };
    expect(() => cached('x', fail)).toThrow('no data');
    expect(readdirSync(cacheFolder)).toEqual([]);
  });
});
