import { isEdgeError } from '@ruvector/core';
import type { Restored } from '../../entry.js';
import { assertTrue } from '../assertions.js';
import { difference } from '../model.js';
import type { SimulatedDisk } from '../simulated-disk.js';
import { batchesIn, copyOf, filled, workload, type DiskCase, type Open } from './workload.js';

const SECTOR_BYTES = 512;
const BATCHES = 14;

/** Bytes change, sectors go, files are cut: it is right or refuses. */
export const damageCases = (stride: number): readonly DiskCase[] => [
  ...([0x01, 0x80, 0xff] as const).map((mask): DiskCase => ({
    title: `a byte of any file xor ${mask} is noticed, or of no account: 1 in ${stride}`,
    run: (open) =>
      tryEach(open, stride, ({ bytes, at, loaded, final }) => {
        bytes[at]! ^= mask;
        return async () => {
          const found = await loaded();
          assertTrue(found === undefined || final(found) === undefined, `offset ${at}`);
        };
      }),
  })),
  {
    title: 'a sector of any file turned to zeros is noticed, but for those of the last batch',
    run: (open) =>
      tryEach(open, SECTOR_BYTES, ({ bytes, at, loaded, among }) => {
        bytes.fill(0, at, at + SECTOR_BYTES);
        return async () => {
          const found = await loaded();
          if (found !== undefined) among(found, BATCHES - 1);
        };
      }),
  },
  {
    title: `a file cut at any offset is one of before, or is refused: 1 in ${stride}`,
    run: (open) =>
      tryEach(open, stride, ({ at, loaded, among, cut }) => {
        cut(at);
        return async () => {
          const found = await loaded();
          if (found !== undefined) among(found, 0);
        };
      }),
  },
  {
    title: 'a file that is gone is noticed, but for the newest',
    async run(open) {
      const work = workload(BATCHES, 6);
      const disk = await filled(open, work);
      const names = (await disk.list()).sort();
      for (const name of names.slice(0, -1)) {
        const copy = await copyOf(disk);
        await copy.remove(name);
        const found = await loadedFrom(open, copy);
        assertTrue(found === undefined || !difference(found, work.models.at(-1)!), name);
      }
    },
  },
];

interface Damage {
  readonly bytes: Uint8Array;
  readonly at: number;
  cut(at: number): void;
  /** What is given back, `undefined` if it is refused as damaged. */
  loaded(): Promise<Restored | undefined>;
  /** Why this is not what was stored. */
  final(found: Restored): string | undefined;
  /** Throws unless this is what was stored after so many batches or more. */
  among(found: Restored, least: number): void;
}

async function tryEach(
  open: Open,
  stride: number,
  damage: (damage: Damage) => () => Promise<void>,
): Promise<void> {
  const work = workload(BATCHES, 6);
  const disk = await filled(open, work);
  for (const name of await disk.list())
    for (let at = 0; at < disk.bytesOf(name).length; at += stride) {
      const copy = await copyOf(disk);
      let bytes = disk.bytesOf(name);
      const check = damage({
        bytes,
        at,
        cut: (length) => (bytes = bytes.slice(0, length)),
        loaded: () => loadedFrom(open, copy),
        final: (found) => difference(found, work.models.at(-1)!),
        among: (found, acknowledged) =>
          void batchesIn(found, work, { issued: BATCHES, acknowledged }, `${name} at ${at}`),
      });
      copy.replace(name, bytes);
      await check();
    }
}

async function loadedFrom(open: Open, disk: SimulatedDisk): Promise<Restored | undefined> {
  let storage;
  try {
    storage = await open(disk);
    return await storage.load();
  } catch (error) {
    if (isEdgeError(error, 'ERR_RAFT_LOG_CORRUPT')) return undefined;
    throw error;
  } finally {
    await storage?.close();
  }
}
