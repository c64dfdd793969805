import { checkInteger, checkObject, ClosedError, type EdgeError } from '@ruvector/core';
import type { HardState, Restored, Snapshot } from '../entry.js';
import { checkSnapshot, LogOutline } from '../log-outline.js';
import { encodeEntry, encodeHardState, entryRecordBytes } from '../records.js';
import type { Batch, RaftStorage } from '../storage.js';
import { failedError, LogCorruptError } from '../storage-errors.js';
import { batchBytes, bytesOf, encodeBatch } from './batch.js';
import type { Disk, DiskFile } from './disk.js';
import { readLog, recover, type LiveSegment, type Recovered } from './recovery.js';
import { SECTOR_BYTES } from './sectors.js';
import { createSegment, segmentName } from './segment.js';
import { encodeLast } from './replay.js';
import {
  encodeReference,
  isSnapshotName,
  snapshotName,
  writeSnapshot,
  type SnapshotFile,
  type SnapshotReference,
} from './snapshot-file.js';

/** How a log is kept on a disk. */
export interface WalOptions {
  /**
   * Length of a file of the log, a multiple of 512, 4,096 to 2^30: it takes its room on the disk
   * when it is begun. A batch that is longer gets a file of its own. @default 8_388_608
   */
  readonly segmentBytes?: number;
}

/** @default of `segmentBytes` */
const SEGMENT_BYTES = 8 << 20;

/** Appends that wait become one batch up to this many bytes; one that is longer goes alone. */
const GROUP_BYTES_MAX = 1 << 20;

interface Append {
  readonly batch: Batch;
  readonly keeps: boolean;
  resolve(): void;
  reject(reason: unknown): void;
}

/** What was stored before a batch, but for the entries. */
interface State {
  readonly last: number;
  readonly snapshot: SnapshotReference | undefined;
  readonly hardState: HardState | undefined;
}

/** A write-ahead log on any `Disk`: what `WalStorage` and `OpfsStorage` have in common. */
export class WriteAheadLog implements RaftStorage {
  readonly #disk: Disk;
  readonly #segmentBytes: number;
  readonly #outline: LogOutline;
  readonly #segments: LiveSegment[];
  #file: DiskFile | undefined;
  #end: number;
  #nextBatch: number;
  #hardState: HardState | undefined;
  #last: number;
  #snapshot: SnapshotReference | undefined;
  /** Those that no batch has brought yet, and their files. */
  readonly #prepared = new Map<Snapshot, Promise<SnapshotFile>>();
  /** Settles when the last snapshot that was begun is written. */
  #writing: Promise<unknown> = Promise.resolve();
  /** What the recovery has read, until it is asked for or does not hold any more. */
  #restored: Restored | undefined;
  #waiting: (Append | (() => Promise<void>))[] = [];
  #running: Promise<void> | undefined;
  #failure: EdgeError | undefined;
  #closing: Promise<void> | undefined;
  #buffer = new Uint8Array(SECTOR_BYTES);

  protected constructor(disk: Disk, segmentBytes: number, recovered: Recovered) {
    this.#disk = disk;
    this.#segmentBytes = segmentBytes;
    this.#outline = new LogOutline(recovered.restored);
    this.#segments = recovered.segments;
    this.#end = recovered.end;
    this.#nextBatch = recovered.nextBatch;
    this.#hardState = recovered.restored.hardState;
    this.#last = this.#outline.last;
    this.#snapshot = recovered.snapshot;
    this.#restored = recovered.restored;
  }

  /** Reads and mends what is on the disk, which is closed if that fails. */
  static async on(disk: Disk, segmentBytes: number = SEGMENT_BYTES): Promise<WriteAheadLog> {
    try {
      const log = new this(disk, segmentBytes, await recover(disk));
      await log.#openLast();
      return log;
    } catch (error) {
      await disk.close().catch(() => undefined); // the first error says why
      throw failedError(disk.place, error);
    }
  }

  /** Reads the files again, unless nothing was appended since they were opened. */
  async load(): Promise<Restored> {
    this.#refuse();
    return new Promise((resolve, reject) => {
      this.#enqueue(() => this.#read().then(resolve, reject));
    });
  }

  /** Appends that are called while another is written share the next sync. */
  async append(batch: Batch): Promise<void> {
    this.#refuse();
    const keeps = this.#outline.take(batch);
    return new Promise((resolve, reject) => this.#enqueue({ batch, keeps, resolve, reject }));
  }

  /** Writes its file. Does nothing where there is no log yet: a snapshot alone is no log. */
  async prepare(snapshot: Snapshot): Promise<void> {
    this.#refuse();
    checkSnapshot('snapshot', snapshot);
    checkInteger('snapshot.index', snapshot.index, { min: this.#outline.snapshotIndex + 1 });
    if (this.#segments.length === 0) return;
    const written = this.#writeSnapshot(snapshot);
    this.#prepared.set(snapshot, written);
    try {
      await written;
    } catch (error) {
      throw (this.#failure ??= failedError(this.#disk.place, error));
    }
  }

  /** Of a storage that has failed too. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#running;
    await this.#writing;
    await this.#file?.close().catch(() => undefined); // what was acknowledged is safe by then
    await this.#disk.close();
  }

  #refuse(): void {
    if (this.#closing !== undefined) throw new ClosedError('storage');
    if (this.#failure !== undefined) throw this.#failure;
  }

  #enqueue(task: Append | (() => Promise<void>)): void {
    this.#waiting.push(task);
    this.#running ??= this.#run();
  }

  /** One after the other; who is called in the same turn as the first is in the first group. */
  async #run(): Promise<void> {
    await undefined;
    while (this.#waiting.length > 0) {
      const first = this.#waiting[0]!;
      if (typeof first === 'function') {
        this.#waiting.shift();
        await first();
      } else await this.#writeGroup(this.#takeGroup());
    }
    this.#running = undefined;
  }

  /** The appends from the first on that become one batch; a snapshot is at the front of its own. */
  #takeGroup(): Append[] {
    let bytes = 0;
    let count = 0;
    for (const task of this.#waiting) {
      if (typeof task === 'function' || (count > 0 && task.batch.snapshot !== undefined)) break;
      for (const entry of task.batch.entries) bytes += entryRecordBytes(entry);
      if (count > 0 && bytes > GROUP_BYTES_MAX) break;
      count += 1;
    }
    return this.#waiting.splice(0, count) as Append[];
  }

  async #writeGroup(group: readonly Append[]): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure;
      this.#restored = undefined;
      await this.#write(group);
      for (const { resolve } of group) resolve();
      if (group[0]!.batch.snapshot !== undefined) await this.#drop();
    } catch (error) {
      this.#failure ??= failedError(this.#disk.place, error);
      for (const { reject } of group) reject(this.#failure);
    }
  }

  async #write(group: readonly Append[]): Promise<void> {
    const { batch, keeps } = group[0]!;
    const before = { last: this.#last, snapshot: this.#snapshot, hardState: this.#hardState };
    const records: Uint8Array[] = [];
    let lastIndex = 0;
    if (batch.snapshot !== undefined) {
      // a snapshot without a log is a log that is gone, and no crash
      if (this.#segments.length === 0) await this.#roll(0);
      if (!keeps) this.#last = batch.snapshot.index;
      this.#snapshot = { ...(await this.#fileOf(batch.snapshot)), keeps };
      records.push(encodeReference(this.#snapshot));
    }
    for (const { entries, hardState } of group.map((each) => each.batch)) {
      for (const entry of entries) records.push(encodeEntry(entry));
      this.#last = entries.at(-1)?.index ?? this.#last;
      lastIndex = Math.max(lastIndex, this.#last);
      this.#hardState = hardState ?? this.#hardState;
    }
    if (group.some((each) => each.batch.hardState !== undefined))
      records.push(encodeHardState(this.#hardState!));
    await this.#writeBatch(records, before);
    const last = this.#segments.at(-1)!;
    last.lastIndex = Math.max(last.lastIndex, lastIndex);
    if (!keeps) for (const each of this.#segments) if (each !== last) each.lastIndex = 0;
  }

  /** One after the other. */
  #writeSnapshot(snapshot: Snapshot): Promise<SnapshotFile> {
    const written = this.#writing.then(() => {
      if (this.#failure !== undefined) throw this.#failure;
      return writeSnapshot(this.#disk, snapshot);
    });
    this.#writing = written.catch(() => undefined); // whoever waits for it is told
    return written;
  }

  /** The file of a snapshot that a batch brings. */
  async #fileOf(snapshot: Snapshot): Promise<SnapshotFile> {
    const file = await (this.#prepared.get(snapshot) ?? this.#writeSnapshot(snapshot));
    for (const each of this.#prepared.keys())
      if (each.index <= snapshot.index) this.#prepared.delete(each);
    return file;
  }

  async #writeBatch(records: Uint8Array[], before: State): Promise<void> {
    const room = (this.#segments.at(-1)?.bytes ?? 0) - this.#end;
    const isFull = batchBytes(bytesOf(records)) > room;
    if (isFull || this.#end === SECTOR_BYTES) {
      // the segments before may be dropped one day: what they say of the state is said again
      records.unshift(...encodeState(before));
      const bytes = batchBytes(bytesOf(records));
      if (isFull || bytes > room) await this.#roll(bytes);
    }
    const length = batchBytes(bytesOf(records));
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(2 * length);
    const bytes = this.#buffer.subarray(0, length);
    encodeBatch(this.#nextBatch, this.#end, records, bytes);
    await writeSafely(this.#file!, this.#end, bytes);
    this.#nextBatch += 1;
    this.#end += length;
  }

  async #roll(batchLength: number): Promise<void> {
    const last = this.#segments.at(-1);
    const number = (last?.number ?? 0) + 1;
    const bytes = Math.max(this.#segmentBytes, SECTOR_BYTES + batchLength);
    const segment = { number, firstBatch: this.#nextBatch, bytes };
    const file = await createSegment(this.#disk, segment);
    await this.#file?.close();
    this.#file = file;
    this.#segments.push({ ...segment, lastIndex: 0 });
    this.#end = SECTOR_BYTES;
  }

  /** Segments whose entries the snapshot stands for, oldest first, and other snapshots. */
  async #drop(): Promise<void> {
    const { index } = this.#snapshot!;
    const kept = [index, ...[...this.#prepared.keys()].map((each) => each.index)].map(snapshotName);
    for (const name of await this.#disk.list())
      if (isSnapshotName(name) && !kept.includes(name)) await this.#disk.remove(name);
    while (this.#segments.length > 1 && this.#segments[0]!.lastIndex <= index) {
      await this.#disk.remove(segmentName(this.#segments.shift()!.number));
      await this.#disk.syncDirectory(); // one by one: a crash leaves no gap
    }
    await this.#disk.syncDirectory();
  }

  async #openLast(): Promise<void> {
    const last = this.#segments.at(-1);
    if (last !== undefined) this.#file = await this.#disk.open(segmentName(last.number));
  }

  async #read(): Promise<Restored> {
    if (this.#failure !== undefined) throw this.#failure;
    const known = this.#restored;
    this.#restored = undefined; // who asked may keep it
    if (known !== undefined) return known;
    try {
      await this.#file?.close(); // some disks open a file once only
      this.#file = undefined;
      const { restored, end, nextBatch } = await readLog(this.#disk, await this.#disk.list());
      if (end !== this.#end || nextBatch !== this.#nextBatch)
        throw new LogCorruptError(
          this.#disk.place,
          `the last batch ends at ${end}, not ${this.#end}`,
        );
      await this.#openLast();
      return restored;
    } catch (error) {
      throw (this.#failure = failedError(this.#disk.place, error));
    }
  }
}

/** Said once more, a snapshot drops no entries. */
function encodeState({ last, snapshot, hardState }: State): Uint8Array[] {
  const records = [encodeLast(last)];
  if (snapshot !== undefined) records.push(encodeReference({ ...snapshot, keeps: true }));
  if (hardState !== undefined) records.push(encodeHardState(hardState));
  return records;
}

async function writeSafely(file: DiskFile, offset: number, bytes: Uint8Array): Promise<void> {
  if (file.writeSafely) return file.writeSafely(offset, bytes);
  await file.writeAt(offset, bytes);
  await file.datasync();
}

/** Checks the options. */
export function checkWalOptions(options: WalOptions = {}): number {
  const { segmentBytes = SEGMENT_BYTES } = checkObject('options', options, {
    keys: ['segmentBytes'],
  });
  checkInteger('options.segmentBytes', segmentBytes, { min: 4_096, max: 1 << 30 });
  if (segmentBytes % SECTOR_BYTES !== 0)
    throw new RangeError(
      `options.segmentBytes must be a multiple of ${SECTOR_BYTES}, got ${segmentBytes}`,
    );
  return segmentBytes;
}
