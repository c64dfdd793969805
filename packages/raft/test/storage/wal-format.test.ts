import { describe, expect, it } from 'vitest';
import { SimulatedDisk } from '@ruvector/raft/testing';
import type { Entry } from '../../src/entry.js';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

const SECTOR = 512;
const SEGMENT = 8_192;
const FIRST = '000000000001.wal';

const entry = (index: number, bytes = 10, term = 1): Entry => ({
  term,
  index,
  type: 'normal',
  data: new Uint8Array(bytes).fill(index),
});

const snapshot = (index: number, term = 1) => ({
  index,
  term,
  config: { voters: ['a'], votersOutgoing: [], learners: [] },
  data: Uint8Array.of(1, 2, 3),
});

const open = (disk: SimulatedDisk) => WriteAheadLog.on(disk, SEGMENT);

/** A log of batches with these many bytes each, whose entries are 1, 2, 3 and so on. */
async function logOf(...sizes: number[]): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const log = await open(disk);
  for (const [i, bytes] of sizes.entries()) await log.append({ entries: [entry(i + 1, bytes)] });
  await log.close();
  return disk;
}

/** The number that each sector of a file begins with, without the zeros at the end. */
function tags(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer);
  const found = Array.from({ length: bytes.length / SECTOR }, (_, i) =>
    Number(view.getBigUint64(i * SECTOR)),
  );
  return found.slice(0, found.findLastIndex((tag) => tag > 0) + 1);
}

/** The indexes of the entries that a disk gives back. */
async function indexesOn(disk: SimulatedDisk): Promise<number[]> {
  const log = await open(disk);
  const { entries } = await log.load();
  await log.close();
  return entries.map(({ index }) => index);
}

/** Turns sectors of the first segment to zeros, and does more to its bytes. */
function change(
  disk: SimulatedDisk,
  sectors: number[],
  more: (bytes: Uint8Array) => void = () => undefined,
) {
  const bytes = disk.bytesOf(FIRST);
  for (const sector of sectors) bytes.fill(0, sector * SECTOR, (sector + 1) * SECTOR);
  more(bytes);
  disk.replace(FIRST, bytes);
}

const corrupt = (reason: RegExp) => ({
  code: 'ERR_RAFT_LOG_CORRUPT',
  message: expect.stringMatching(reason) as string,
});

describe('a segment', () => {
  it('has its full length from the beginning, and zeros behind the last batch', async () => {
    const disk = await logOf(10, 1_000);
    expect(disk.bytesOf(FIRST).length).toBe(SEGMENT);
    expect(disk.counts.preallocate).toBe(1);
  });

  it('has batches that begin on a sector, each sector with the number of its batch', async () => {
    const disk = await logOf(10, 1_000, 10, 500);
    expect(tags(disk.bytesOf(FIRST))).toEqual([1, 1, 2, 2, 2, 3, 4, 4]);
  });

  it('has batches whose header says up to where all was synced: where they begin', async () => {
    const bytes = (await logOf(10, 1_000, 10)).bytesOf(FIRST);
    const view = new DataView(bytes.buffer);
    const batches = [1, 2, 5].map((sector) => sector * SECTOR);
    expect(batches.map((at) => view.getUint32(at + 16))).toEqual(batches);
  });

  it('is followed by another when it is full, and never written again', async () => {
    const disk = await logOf(...Array<number>(20).fill(400));
    expect((await disk.list()).sort()).toEqual([FIRST, '000000000002.wal']);
    expect(tags(disk.bytesOf('000000000002.wal')).slice(0, 3)).toEqual([16, 16, 17]);
  });

  it('is longer for a batch that is longer', async () => {
    const disk = await logOf(10, 3 * SEGMENT, 10);
    expect(disk.bytesOf('000000000002.wal').length).toBeGreaterThan(3 * SEGMENT);
    expect(await indexesOn(disk)).toEqual([1, 2, 3]);
  });

  it('is dropped when a snapshot stands for all of its entries, and not before', async () => {
    const disk = await logOf(...Array<number>(40).fill(400));
    const log = await open(disk);
    await log.append({ entries: [], snapshot: snapshot(14) });
    await log.load(); // what is dropped is dropped behind the append
    expect((await disk.list()).sort()).toContain(FIRST);
    await log.append({ entries: [], snapshot: snapshot(15) });
    await log.load();
    const names = ['0000000000000015.snapshot', '000000000002.wal', '000000000003.wal'];
    expect((await disk.list()).sort()).toEqual(names);
    await log.close();
    expect(await indexesOn(disk)).toEqual(Array.from({ length: 25 }, (_, i) => i + 16));
  });
});

describe('group commit', () => {
  it('makes one sync of all appends of a turn: 64 outstanding are 0.05 syncs an append', async () => {
    const disk = new SimulatedDisk();
    const log = await WriteAheadLog.on(disk, 1 << 20);
    let index = 0;
    const client = async () => {
      for (let i = 0; i < 20; i++) await log.append({ entries: [entry(++index, 256)] });
    };
    await Promise.all(Array.from({ length: 64 }, client));
    expect(index).toBe(64 * 20);
    expect(disk.counts.datasync! / index).toBeLessThanOrEqual(0.05);
    await log.close();
  });

  it('resolves each append when its own bytes are safe, and not before', async () => {
    const disk = new SimulatedDisk();
    const log = await open(disk);
    const syncs: (number | undefined)[] = [];
    const append = async (index: number) => {
      await log.append({ entries: [entry(index)] });
      syncs.push(disk.counts.datasync);
    };
    const first = append(1);
    await undefined;
    await undefined; // the first batch is on its way
    await Promise.all([first, append(2), append(3)]);
    expect(syncs).toEqual([1, 2, 2]);
    await log.close();
  });
});

describe('the recovery', () => {
  it.each([
    { lost: 'header', sectors: [2] },
    { lost: 'middle', sectors: [3] },
    { lost: 'end', sectors: [4] },
    { lost: 'header and middle', sectors: [2, 3] },
    { lost: 'whole', sectors: [2, 3, 4] },
  ])(
    'cuts the last batch if its $lost is missing, and zeros and syncs the rest',
    async ({ sectors }) => {
      const disk = await logOf(10, 1_000);
      change(disk, sectors);
      expect(await indexesOn(disk)).toEqual([1]);
      const crashed = disk.crash('lost');
      expect(tags(crashed.bytesOf(FIRST))).toEqual([1, 1]);
      const log = await open(crashed);
      await log.append({ entries: [entry(2, 20)] });
      await log.close();
      expect(await indexesOn(crashed)).toEqual([1, 2]);
    },
  );

  it('refuses if a batch is missing that a later header calls synced', async () => {
    for (const sectors of [[2], [3], [4], [2, 3, 4]]) {
      const disk = await logOf(10, 1_000, 10);
      change(disk, sectors);
      await expect(open(disk)).rejects.toMatchObject(
        corrupt(/batch 2 was synced, and is not there/),
      );
    }
  });

  it('cuts two batches if the second was written before the first was synced', async () => {
    const disk = await logOf(10, 1_000);
    const one = new SimulatedDisk();
    const log = await open(one);
    await log.append({ entries: [entry(1, 10)] });
    await log.close();
    const later = await logOf(10, 1_000, 10);
    change(disk, [2], (bytes) => {
      // batch 3 as a writer makes it that has synced batch 1 alone: tag and records, no header
      bytes.set(later.bytesOf(FIRST).subarray(5 * SECTOR, 6 * SECTOR), 5 * SECTOR);
      bytes.fill(0, 5 * SECTOR + 8, 5 * SECTOR + 24);
    });
    expect(await indexesOn(disk)).toEqual([1]);
  });

  it('refuses sectors of another batch, changed headers, and bytes where zeros should be', async () => {
    const changes: [RegExp, (bytes: Uint8Array) => void][] = [
      [/begins with 9/, (bytes) => (bytes[3 * SECTOR + 7] = 9)],
      [/begins with 0/, (bytes) => (bytes[3 * SECTOR + 7] = 0)],
      [/header of batch 2 has changed/, (bytes) => (bytes[2 * SECTOR + 8]! ^= 1)],
      [/batch 2 has changed/, (bytes) => (bytes[3 * SECTOR + 100]! ^= 1)],
      [/not filled with zeros/, (bytes) => (bytes[5 * SECTOR - 1] = 1)],
      [/begins with 0/, (bytes) => (bytes[9 * SECTOR + 99] = 1)],
    ];
    for (const [reason, act] of changes) {
      const disk = await logOf(10, 1_000);
      change(disk, [], act);
      await expect(open(disk)).rejects.toMatchObject(corrupt(reason));
    }
  });

  it('changes nothing of a log that it refuses', async () => {
    const disk = await logOf(10, 1_000);
    change(disk, [], (bytes) => (bytes[2 * SECTOR + 8]! ^= 1));
    const before = disk.bytesOf(FIRST);
    await expect(open(disk)).rejects.toMatchObject(corrupt(/changed/));
    expect(disk.bytesOf(FIRST)).toEqual(before);
  });

  it('notices bytes that change while the log is open when they are loaded', async () => {
    const disk = await logOf(10);
    const log = await open(disk);
    await log.append({ entries: [entry(2)] });
    change(disk, [], (bytes) => (bytes[SECTOR + 60]! ^= 1));
    await expect(log.load()).rejects.toMatchObject(corrupt(/batch 1 has changed/));
    await expect(log.append({ entries: [] })).rejects.toMatchObject({
      code: 'ERR_RAFT_LOG_CORRUPT',
    });
    await log.close();
  });

  it('refuses a log without its first segment, or its snapshot', async () => {
    const disk = await logOf(...Array<number>(20).fill(400));
    await disk.remove(FIRST);
    await expect(open(disk)).rejects.toMatchObject(corrupt(/entries 1 to 15 are missing/));
    const other = await logOf(10);
    const log = await open(other);
    await log.append({ entries: [], snapshot: snapshot(1) });
    await log.close();
    await other.remove('0000000000000001.snapshot');
    await expect(open(other)).rejects.toMatchObject(corrupt(/0001.snapshot is missing/));
  });

  it('refuses a snapshot without a log, which no crash leaves, not in the first batch either', async () => {
    for (let operation = 0, isCut = true; isCut; operation++) {
      const disk = new SimulatedDisk();
      const log = await open(disk);
      disk.failPowerAfter(operation);
      const appended = log.append({ entries: [], snapshot: snapshot(7) });
      isCut = await appended.then(
        () => false,
        () => true,
      );
      expect(await indexesOn(disk.crash('kept'))).toEqual([]);
    }
    const disk = await logOf(10);
    const log = await open(disk);
    await log.append({ entries: [], snapshot: snapshot(1) });
    await log.close();
    await disk.remove(FIRST);
    await expect(open(disk)).rejects.toMatchObject(corrupt(/a snapshot without a log/));
  });

  it('knows the end of a log whose snapshot dropped entries, when older segments are gone', async () => {
    const disk = await logOf(10, 10);
    const log = await open(disk);
    await log.append({ entries: [], snapshot: snapshot(6) });
    for (let index = 7; index <= 12; index++) await log.append({ entries: [entry(index, 900)] });
    for (let term = 1; term <= 12; term++)
      await log.append({ entries: [], hardState: { term, vote: null, commit: 0 } });
    await log.append({ entries: [], snapshot: snapshot(7) });
    await log.append({ entries: [entry(13, 6_000)] });
    disk.failNext('remove', 'EIO', 2); // of the snapshot before, of the first segment, and then
    await log.append({ entries: [], snapshot: snapshot(12) });
    await log.close();
    const left = ['0000000000000012.snapshot', '000000000002.wal', '000000000003.wal'];
    expect((await disk.list()).sort()).toEqual(left);
    expect(await indexesOn(disk)).toEqual([13]);
  });

  it('removes what a crash has left of files, and leaves files of others alone', async () => {
    const disk = await logOf(10);
    const leftovers = ['000000000002.wal.unfinished', '0000000000000007.snapshot'];
    for (const name of [...leftovers, 'notes.txt', 'other.unfinished']) await disk.create(name);
    expect(await indexesOn(disk)).toEqual([1]);
    expect((await disk.list()).sort()).toEqual([FIRST, 'notes.txt', 'other.unfinished']);
  });
});

describe('segmentBytes', () => {
  it('is a multiple of 512, 4,096 or more: else a RangeError that names it', async () => {
    const { checkWalOptions } = await import('../../src/wal/write-ahead-log.js');
    for (const segmentBytes of [0, 4_095, 5_000, 2 ** 31, NaN])
      expect(() => checkWalOptions({ segmentBytes })).toThrow(/segmentBytes/);
    expect(() => checkWalOptions({ segmentbytes: 4_096 } as never)).toThrow(TypeError);
  });
});
