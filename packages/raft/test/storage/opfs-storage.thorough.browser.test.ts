import { afterAll, describe, expect, it } from 'vitest';
import { OpfsStorage } from '../../src/browser-storage/opfs-storage.js';
import type { Work } from './opfs-worker.js';

interface Folder extends FileSystemDirectoryHandle {
  keys(): AsyncIterableIterator<string>;
}

afterAll(async () => {
  const root = (await navigator.storage.getDirectory()) as Folder;
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
});

/** Starts a worker; `until` decides by what it says, one message after the other. */
function work(data: Work, until: (said: string) => boolean = () => true): Promise<string> {
  const worker = new Worker(new URL('./opfs-worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data: said }: MessageEvent<string>) => {
      if (!until(said)) return;
      worker.terminate();
      resolve(said);
    };
    worker.postMessage(data);
  });
}

describe('OpfsStorage in a worker', () => {
  it('keeps the law of RaftStorage', async () => {
    expect(await work({ task: 'compliance', name: 'compliance' })).toMatch(/^\d+ passed$/);
  });

  it('refuses a second storage on a folder until the first is closed', async () => {
    expect(await work({ task: 'lock', name: 'lock' })).toBe('ERR_RAFT_STORAGE_LOCKED');
  });

  it('refuses a log whose bytes have changed', async () => {
    expect(await work({ task: 'damage', name: 'damage' })).toBe('ERR_RAFT_LOG_CORRUPT');
  });

  it('has after the end of its worker what was acknowledged before, again and again', async () => {
    let safe = 0;
    for (let round = 1; round <= 5; round++) {
      const said = await work({ task: 'hold', name: 'hold' }, (each) => {
        return !each.startsWith('safe') || Number(each.split(' ')[1]) >= 7 * round;
      });
      const [word, last, found] = said.split(' ');
      expect(word, said).toBe('safe');
      expect(Number(found)).toBeGreaterThanOrEqual(safe);
      safe = Number(last);
    }
  });
});

describe('OpfsStorage in a page', () => {
  it('is ERR_RAFT_STORAGE_UNSUPPORTED: only workers can sync a file', async () => {
    const unsupported = { code: 'ERR_RAFT_STORAGE_UNSUPPORTED' };
    await expect(OpfsStorage.open('page')).rejects.toMatchObject(unsupported);
  });

  it('has the name of a folder: what is none is a TypeError or RangeError', async () => {
    await expect(OpfsStorage.open(7 as never)).rejects.toThrow(TypeError);
    for (const name of ['', '.', '..', 'a/b', 'a\\b', 'a\0b'])
      await expect(OpfsStorage.open(name)).rejects.toThrow(RangeError);
  });
});
