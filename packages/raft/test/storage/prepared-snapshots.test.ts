import { describe, expect, it } from 'vitest';
import { SimulatedDisk, type DiskFile } from '@ruvector/raft/testing';
import type { Snapshot } from '../../src/index.js';
import { entries, snapshot } from '../../src/testing/storage/case.js';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

/** Begins the file of a snapshot when it is told to. */
class SlowDisk extends SimulatedDisk {
  readonly begun: string[] = [];
  readonly #gates = new Map<number, Promise<void>>();

  /** @returns lets it begin */
  hold({ index }: Snapshot): () => void {
    let open!: () => void;
    this.#gates.set(index, new Promise<void>((resolve) => (open = resolve)));
    return open;
  }

  override async create(name: string): Promise<DiskFile> {
    const index = Number(/^\d{16}(?=\.snapshot)/.exec(name)?.[0]);
    if (index > 0) this.begun.push(name);
    await this.#gates.get(index);
    return super.create(name);
  }
}

const [first, second] = [snapshot(3), snapshot(6)];
const log = async (disk = new SlowDisk()) => {
  const storage = await WriteAheadLog.on(disk, 4_096);
  await storage.append({ entries: entries(1, 9) });
  return { disk, storage };
};

describe('a snapshot that is being written', () => {
  it('keeps no append waiting', async () => {
    const { disk, storage } = await log();
    const open = disk.hold(first);
    const written = storage.prepare(first);
    await storage.append({ entries: entries(10, 12) });
    open();
    await written;
    expect((await storage.load()).entries).toHaveLength(12);
  });

  it('is written once, though the one before it is brought meanwhile', async () => {
    const { disk, storage } = await log();
    const open = disk.hold(second);
    const brought = [storage.prepare(first), storage.append({ entries: [], snapshot: first })];
    brought.push(storage.prepare(second));
    await brought[1];
    brought.push(storage.append({ entries: [], snapshot: second }));
    for (let turn = 0; turn < 100; turn++) await undefined;
    open();
    await Promise.all(brought);
    expect(disk.begun).toHaveLength(2);
    await storage.close();
    const again = await WriteAheadLog.on(disk, 4_096);
    expect((await again.load()).snapshot).toEqual(second);
  });

  it('is waited for by close, though the one before it was brought meanwhile', async () => {
    const { disk, storage } = await log();
    const open = disk.hold(second);
    const brought = [storage.prepare(first), storage.append({ entries: [], snapshot: first })];
    const written = storage.prepare(second);
    await Promise.all(brought);
    let isClosed = false;
    const closed = storage.close().then(() => (isClosed = true));
    for (let turn = 0; turn < 100; turn++) await undefined;
    expect(isClosed).toBe(false);
    open();
    await written;
    await closed;
  });

  it('that cannot be written stops the storage', async () => {
    const { disk, storage } = await log();
    disk.failNext('sync', 'ENOSPC');
    const failed = { code: 'ERR_RAFT_STORAGE_FAILED', details: { reason: 'ENOSPC' } };
    await expect(storage.prepare(first)).rejects.toMatchObject(failed);
    await expect(storage.append({ entries: entries(10, 10) })).rejects.toMatchObject(failed);
    await storage.close();
    const again = await WriteAheadLog.on(disk, 4_096);
    expect(await again.load()).toEqual({ entries: entries(1, 9) });
  });

  it('has to be one, and newer than the one before', async () => {
    const { storage } = await log();
    await storage.append({ entries: [], snapshot: first });
    await expect(storage.prepare({ ...second, term: 0 })).rejects.toThrow(/^snapshot\.term must/);
    await expect(storage.prepare(snapshot(3))).rejects.toThrow(/^snapshot\.index must/);
  });
});
