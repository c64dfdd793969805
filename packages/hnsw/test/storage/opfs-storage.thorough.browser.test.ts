import { afterEach, describe, expect, it } from 'vitest';
import { OpfsStorage } from '../../src/storage/opfs-storage.js';
import { firstUnmarked, marked } from './large-values.js';
import { removeAll, versionIn, withVersionOne } from './opfs-folders.js';
import type { Work } from './opfs-worker.js';
import { valuesOf } from './versions.js';

/** What a worker says first. It is ended then, whatever it is at. */
async function work(task: Work): Promise<string> {
  const worker = new Worker(new URL('./opfs-worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(task);
    });
  } finally {
    worker.terminate();
  }
}

describe('OpfsStorage', () => {
  afterEach(removeAll);

  it('keeps the law of Storage in a worker', async () => {
    expect(await work({ task: 'compliance', name: 'compliance' })).toMatch(/^4\d passed$/);
  });

  it.each([
    { how: 'as a worker writes', asPage: false },
    { how: 'as a page writes', asPage: true },
  ])(
    'holds a batch whole or nothing of it, wherever a worker is ended, $how',
    async ({ asPage }) => {
      // side by side: Chromium takes two seconds to end a worker that does not answer
      const calls = Array.from({ length: 12 }, (_, i) => i + 1);
      const ends = await Promise.all(calls.map((call) => endedBefore(call, asPage)));
      // the last ones were not ended at all: these were all calls that there are
      expect(ends.filter(({ said }) => said === 'stopped').length).toBeGreaterThan(6);
      expect(ends.at(-1)!.said).toBe('written');
      const versions = ends.map(({ version }) => version);
      expect([versions[0], versions.at(-1)]).toEqual(['1', '2']);
      expect(versions).toEqual(versions.toSorted());
      expect(ends.map(({ later }) => later)).toEqual(calls.map(() => '3'));
    },
  );

  /** What a worker left that was ended before this call, and what comes of a later batch. */
  async function endedBefore(call: number, asPage: boolean) {
    const name = `ended-${call}`;
    await withVersionOne(name);
    const said = await work({ task: 'write', name, asPage, stopBefore: call });
    const version = await versionIn(name);
    const storage = await OpfsStorage.open(name);
    await storage.batch(valuesOf(3));
    await storage.close();
    return { said, version, later: await versionIn(name) };
  }

  it('keeps a value of 200 MB in one piece', async () => {
    const storage = await OpfsStorage.open('huge');
    await storage.put('huge', marked(200_000_000));
    await storage.close();
    const again = await OpfsStorage.open('huge');
    const got = (await again.get('huge'))!;
    expect(got.length).toBe(200_000_000);
    expect(firstUnmarked(got)).toBeUndefined();
    await again.close();
  });
});
