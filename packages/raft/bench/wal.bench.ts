import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage, SqliteStorage, WalStorage, type RaftStorage } from '@ruvector/raft';
import { bench } from '../../../tools/bench/bench.js';
import { median, quantile } from '../../../tools/bench/statistics.js';

/** What a turn of the clock on the wall says of each contender, in milliseconds. */
type Turns = Map<string, number[]>;

await bench(
  { entryBytes: 256, turns: 40, callsATurn: 50, outstanding: 64 },
  async ({ parameters, quick, compare, figure }) => {
    const { entryBytes, callsATurn, outstanding } = parameters;
    const folder = mkdtempSync(join(tmpdir(), 'raft-bench-'));
    const data = new Uint8Array(entryBytes).fill(7);
    const hasSqlite = process.getBuiltinModule('node:sqlite') !== undefined;
    const wal = await WalStorage.open(join(folder, 'wal'));
    const sqlite = hasSqlite ? await SqliteStorage.open(join(folder, 'sqlite')) : undefined;
    const memory = new MemoryStorage();
    const raw = rawFile(join(folder, 'raw'), data);
    const append = appender(data);
    const contenders = {
      WalStorage: () => append(wal),
      'a preallocated file, write and fdatasync': async () => raw.append(),
      'SqliteStorage (node:sqlite)': sqlite && (() => append(sqlite)),
    };

    // a disk is waited for, so that the clock on the wall counts
    const turns = quick ? 3 : parameters.turns;
    const all = await onTheWall(contenders, turns, quick ? 5 : callsATurn);
    const ours = all.get('WalStorage')!;
    for (const [name, millis] of all)
      figure(`ms an append of ${entryBytes} B, one at a time: ${name}`, median(millis), {
        digits: 3,
        detail: `p95 of ${turns} turns ${quantile(millis, 0.95).toFixed(3)}`,
      });
    const ratioTo = (name: string) => {
      const theirs = all.get(name);
      return theirs && median(ours.map((millis, turn) => millis / theirs[turn]!));
    };
    const toRaw = ratioTo('a preallocated file, write and fdatasync')!;
    figure('times of the raw file', toRaw, { digits: 2, goal: '<= 1.3' });
    const toSqlite = ratioTo('SqliteStorage (node:sqlite)');
    if (toSqlite !== undefined)
      figure('times of node:sqlite', toSqlite, { digits: 2, goal: '<= 0.8' });

    const many = await underLoad(wal, append, outstanding, quick ? 200 : 20_000);
    figure(`appends a second, ${outstanding} outstanding`, many.perSecond);

    await compare('append, CPU alone', { ...contenders, MemoryStorage: () => append(memory) });
    await wal.close();
    await sqlite?.close();
    raw.close();
    rmSync(folder, { recursive: true });
  },
);

/** Appends the next entry; each storage has a log of its own. */
function appender(data: Uint8Array): (storage: RaftStorage) => Promise<void> {
  const last = new Map<RaftStorage, number>();
  return (storage) => {
    const index = (last.get(storage) ?? 0) + 1;
    last.set(storage, index);
    return storage.append({ entries: [{ term: 1, index, type: 'normal', data }] });
  };
}

/** As little as can be done for the same promise: the file is long enough, and begins again. */
function rawFile(path: string, data: Uint8Array) {
  const length = 8 << 20;
  const file = openSync(path, 'w+');
  writeSync(file, new Uint8Array(length), 0, length, 0);
  fsyncSync(file);
  let at = 0;
  return {
    append() {
      writeSync(file, data, 0, data.length, at);
      fdatasyncSync(file);
      at = (at + 512) % length;
    },
    close: () => closeSync(file),
  };
}

/** Contenders take turns, whoever was first last time is last. */
async function onTheWall(
  contenders: Readonly<Record<string, (() => Promise<void>) | undefined>>,
  turns: number,
  calls: number,
): Promise<Turns> {
  const present = Object.entries(contenders).flatMap(([name, act]) => (act ? [{ name, act }] : []));
  const measured: Turns = new Map(present.map(({ name }) => [name, []]));
  for (let turn = -1; turn < turns; turn++) {
    for (const { name, act } of present) {
      const start = performance.now();
      for (let i = 0; i < calls; i++) await act();
      if (turn >= 0) measured.get(name)!.push((performance.now() - start) / calls);
    }
    present.push(present.shift()!);
  }
  return measured;
}

async function underLoad(
  storage: RaftStorage,
  append: (storage: RaftStorage) => Promise<void>,
  outstanding: number,
  total: number,
) {
  let left = total;
  const client = async () => {
    while (left-- > 0) await append(storage);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: outstanding }, client));
  return { perSecond: (1_000 * total) / (performance.now() - start) };
}
