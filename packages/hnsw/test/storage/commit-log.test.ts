import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Changes } from '../../src/storage/changes.js';
import { nameOf } from '../../src/storage/commit-file.js';
import { CommitLog } from '../../src/storage/commit-log.js';
import { MemoryFolder } from './memory-folder.js';

/** Values in short: comparing large arrays one by one is slow, and a log has their checksums. */
type Kept = Map<string, string>;

const shortly = (bytes: Uint8Array) => `${bytes.length} × ${bytes.slice(0, 9).join()}`;

const key = fc.constantFrom('', 'a', 'b', 'c', '\ud83d', '__proto__');
// some above 64 KiB, which are not small: the rules that free room differ
const value = fc.record({ length: fc.constantFrom(0, 1, 9, 70_000), byte: fc.nat(255) });
const changes = fc
  .array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 5 })
  .map((pairs): Changes => new Map(pairs.map(([k, v]) => [k, v && bytesOf(v)])));

function bytesOf({ length, byte }: { length: number; byte: number }): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

async function contents(folder: MemoryFolder): Promise<Kept> {
  const log = await CommitLog.open(folder);
  const kept: Kept = new Map();
  for (const k of log.keys('')) kept.set(k, shortly((await log.get(k))!));
  return kept;
}

function changed(kept: Kept, batch: Changes): Kept {
  const after = new Map(kept);
  for (const [k, bytes] of batch) {
    if (bytes === undefined) after.delete(k);
    else after.set(k, shortly(bytes));
  }
  return after;
}

const sorted = (kept: Kept) => [...kept].sort(([a], [b]) => (a < b ? -1 : 1));

const put = (k: string, bytes: Uint8Array): Changes => new Map([[k, bytes]]);

describe('a log of commits', () => {
  it('is before a batch or after it, whichever of its files a crash leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { maxLength: 12 }), async (batches) => {
        let states: Map<string, Uint8Array>[] = [];
        const folder = new MemoryFolder(new Map(), (files) => states.push(new Map(files)));
        const log = await CommitLog.open(folder);
        let before: Kept = new Map();
        for (const batch of batches) {
          states = [];
          await log.commit(batch);
          const committed = states.length;
          await log.tidy();
          const after = changed(before, batch);
          // a commit makes one file at most, and from then on it is done
          expect(committed).toBeLessThanOrEqual(1);
          for (const state of states)
            expect(sorted(await contents(new MemoryFolder(state)))).toEqual(sorted(after));
          before = after;
        }
        expect(sorted(await contents(folder))).toEqual(sorted(before));
        expect(log.keys('')).toEqual([...before.keys()].sort());
      }),
      { numRuns: 150 },
    );
  });

  it('is so too when 65 small files become one, deletions among them', async () => {
    const states: Map<string, Uint8Array>[] = [];
    const folder = new MemoryFolder(new Map(), (files) => states.push(new Map(files)));
    const log = await CommitLog.open(folder);
    let before: Kept = new Map();
    for (let i = 0; i < 150; i++) {
      states.length = 0;
      // of each pair of keys one is put for good, the other is put and deleted in turns
      const batch: Changes = new Map([[`stays ${i}`, Uint8Array.of(i)]]);
      batch.set(`goes ${i % 7}`, i % 2 === 0 ? Uint8Array.of(i) : undefined);
      await log.commit(batch);
      await log.tidy();
      const after = changed(before, batch);
      for (const state of states)
        expect(sorted(await contents(new MemoryFolder(state)))).toEqual(sorted(after));
      before = after;
    }
    expect(folder.files.size).toBeLessThanOrEqual(65);
  });

  it('goes on from any state that a crash left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { maxLength: 8 }), changes, async (batches, last) => {
        const states: Map<string, Uint8Array>[] = [];
        const folder = new MemoryFolder(new Map(), (files) => states.push(new Map(files)));
        const log = await CommitLog.open(folder);
        for (const batch of batches) {
          await log.commit(batch);
          await log.tidy();
        }
        for (const state of states) {
          const left = new MemoryFolder(state);
          const before = await contents(left);
          const next = await CommitLog.open(left);
          await next.commit(last);
          await next.tidy();
          expect(sorted(await contents(left))).toEqual(sorted(changed(before, last)));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of 500 values put one over the other keeps one file', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    for (let i = 0; i < 500; i++) {
      await log.commit(put('a', Uint8Array.of(i)));
      await log.tidy();
    }
    expect([...folder.files.keys()]).toEqual([nameOf(500)]);
  });

  it('of 500 keys put and deleted beside one that stays keeps 3 files at most', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    await log.commit(put('stays', Uint8Array.of(1)));
    for (let i = 0; i < 500; i++) {
      await log.commit(put(`key ${i}`, Uint8Array.of(i)));
      await log.commit(new Map([[`key ${i}`, undefined]]));
      await log.tidy();
    }
    expect(folder.files.size).toBeLessThanOrEqual(3);
    expect(sorted(await contents(folder))).toEqual([['stays', '1 × 1']]);
  });

  it('of 1,000 small values keeps 65 files at most', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    for (let i = 0; i < 1_000; i++) {
      await log.commit(put(`key ${i}`, new Uint8Array(20).fill(i)));
      await log.tidy();
    }
    expect(folder.files.size).toBeLessThanOrEqual(65);
    expect((await contents(folder)).size).toBe(1_000);
  });

  it('uses at most twice the room of its values, whatever part of a batch was replaced', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    const many = Array.from(
      { length: 100 },
      (_, i) => [`key ${i}`, new Uint8Array(5_000)] as const,
    );
    await log.commit(new Map(many));
    for (const [k] of many.slice(1)) {
      await log.commit(new Map([[k, undefined]]));
      await log.tidy();
      const kept = [...folder.files.values()].reduce((sum, { length }) => sum + length, 0);
      const needed = log.keys('').length * 5_000;
      // and what is small: below 64 KiB nothing is moved until there are many files
      expect(kept).toBeLessThan(2 * needed + 65_536 + 20_000);
    }
  });

  it('does not write what changes nothing: no change, or deletions of absent keys', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    await log.commit(new Map());
    await log.commit(new Map([['absent', undefined]]));
    expect(folder.files.size).toBe(0);
  });

  it('finds every flipped bit of a file: when it is opened or when the value is asked for', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    await log.commit(
      new Map([
        ['key', Uint8Array.of(1, 2, 3)],
        ['other', Uint8Array.of(4)],
      ]),
    );
    const [[name, bytes]] = [...folder.files] as [[string, Uint8Array]];
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = contents(new MemoryFolder(new Map([[name, flipped]])));
      await expect(outcome, `bit ${bit}`).rejects.toMatchObject({ code: 'ERR_MALFORMED' });
    }
  });

  it('finds a file that ends early, wherever it ends', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    await log.commit(put('key', Uint8Array.of(1, 2, 3)));
    const [[name, bytes]] = [...folder.files] as [[string, Uint8Array]];
    for (let end = 0; end < bytes.length; end++) {
      const outcome = contents(new MemoryFolder(new Map([[name, bytes.subarray(0, end)]])));
      await expect(outcome, `${end} bytes`).rejects.toMatchObject({ code: 'ERR_MALFORMED' });
    }
  });

  it('keeps what is whole beside a value that is damaged', async () => {
    const folder = new MemoryFolder();
    const log = await CommitLog.open(folder);
    await log.commit(
      new Map([
        ['a', Uint8Array.of(1)],
        ['b', Uint8Array.of(2)],
      ]),
    );
    const [[, bytes]] = [...folder.files] as [[string, Uint8Array]];
    bytes[bytes.length - 1]! ^= 1;
    const again = await CommitLog.open(folder);
    expect(await again.get('a')).toEqual(Uint8Array.of(1));
    await expect(again.get('b')).rejects.toMatchObject({
      code: 'ERR_MALFORMED',
      details: { what: `memory/${nameOf(1)}`, key: 'b' },
    });
    await again.commit(put('b', Uint8Array.of(3)));
    expect(await again.get('b')).toEqual(Uint8Array.of(3));
  });

  it('lets files of others alone, also those whose names are nearly its own', async () => {
    const others = ['note.txt', '1.commit', '00000000000001.commit', '000000000001.commit.bak'];
    const folder = new MemoryFolder(new Map(others.map((name) => [name, Uint8Array.of(1)])));
    const log = await CommitLog.open(folder);
    await log.commit(put('a', Uint8Array.of(1)));
    await log.commit(put('a', Uint8Array.of(2)));
    await log.tidy();
    expect([...folder.files.keys()].sort()).toEqual([...others, nameOf(2)].sort());
  });
});

describe('two logs on one folder', () => {
  it('never mix what they write: whoever comes second is ERR_STORAGE_STALE', async () => {
    const folder = new MemoryFolder();
    const [first, second] = [await CommitLog.open(folder), await CommitLog.open(folder)];
    await first.commit(put('a', Uint8Array.of(1)));
    const stale = { code: 'ERR_STORAGE_STALE' };
    for (let i = 0; i < 2; i++)
      await expect(second.commit(put('a', Uint8Array.of(2)))).rejects.toMatchObject(stale);
    expect(sorted(await contents(folder))).toEqual([['a', '1 × 1']]);
    const third = await CommitLog.open(folder);
    await third.commit(put('a', Uint8Array.of(3)));
    await third.tidy();
    await expect(first.commit(put('a', Uint8Array.of(4)))).rejects.toMatchObject(stale);
    await expect(first.get('a')).rejects.toMatchObject(stale); // its file is gone
    expect(sorted(await contents(folder))).toEqual([['a', '1 × 3']]);
  });

  it('both read while neither writes', async () => {
    const folder = new MemoryFolder();
    await (await CommitLog.open(folder)).commit(put('a', Uint8Array.of(1)));
    const logs = [await CommitLog.open(folder), await CommitLog.open(folder)];
    for (const log of logs) expect(await log.get('a')).toEqual(Uint8Array.of(1));
  });
});
