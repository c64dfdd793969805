import { seededRandom, type Random } from '@ruvector/core';
import type { Disk, DiskFile } from '../wal/disk.js';
import { SimulatedFile, type Fate } from './simulated-file.js';

/** What a disk is asked to do, where that changes something. */
export type DiskOperation =
  'create' | 'write' | 'preallocate' | 'datasync' | 'sync' | 'rename' | 'remove' | 'syncDirectory';

/** The power has failed: what a disk answers from then on. `crash` decides what is left of it. */
export class PowerFailure extends Error {
  override readonly name = 'PowerFailure';
}

/** How a simulated disk behaves. */
export interface SimulatedDiskOptions {
  /** Decides what a crash leaves. @default 1 */
  readonly seed?: number;
  /** Bytes of all files; a write beyond is `ENOSPC`. @default Infinity */
  readonly capacityBytes?: number;
}

/**
 * A disk in memory that is as bad as one may be: a crash loses what was not synced, sector by
 * sector and name by name, as the seed has it. It can be told to fail, to fill up, to lose its
 * power in the middle of an operation, and its bytes can be changed. Also a `Disk` for tests that
 * need no real one.
 *
 * @example
 * const disk = new SimulatedDisk({ seed: 7 });
 * const file = await disk.create('log');
 * await file.writeAt(0, Uint8Array.of(1, 2, 3));
 * const crashed = disk.crash(); // neither the bytes nor the name were synced
 * await crashed.list(); // => []
 */
export class SimulatedDisk implements Disk {
  readonly place = 'simulated';
  /** Operations done so far, each kind by itself. */
  readonly counts: Partial<Record<DiskOperation, number>> = {};
  #random: Random;
  readonly #capacityBytes: number;
  #names = new Map<string, SimulatedFile>();
  #safeNames = new Map<string, SimulatedFile>();
  /** Changes of names that are not synced, in their order. */
  #unsynced: (() => void)[] = [];
  #failures: { operation: DiskOperation; code: string; skip: number }[] = [];
  #untilPowerFails = Infinity;
  #hasPower = true;

  constructor({ seed = 1, capacityBytes = Infinity }: SimulatedDiskOptions = {}) {
    this.#random = seededRandom(seed);
    this.#capacityBytes = capacityBytes;
  }

  /** Lets the power fail in the operation after so many more: it is begun, and `crash` decides. */
  failPowerAfter(operations: number): void {
    this.#untilPowerFails = operations;
  }

  /**
   * Lets an operation of this kind fail, once, after `skip` that succeed. A sync that fails leaves
   * some of what was written and forgets that the rest is not safe, as real systems do.
   *
   * @returns whether it has come.
   */
  failNext(operation: DiskOperation, code = 'EIO', skip = 0): () => boolean {
    const failure = { operation, code, skip };
    this.#failures.push(failure);
    return () => !this.#failures.includes(failure);
  }

  /** Forgets the failures that were ordered and have not come yet. */
  mend(): void {
    this.#failures = [];
  }

  /**
   * The power fails now, or has failed, and comes back: what was not synced is there or not, each
   * sector by itself, and names as of some moment since they were synced. This disk is of no use
   * any more, so that nothing of the life before goes on.
   *
   * @param fate - of all sectors that were not synced. @default 'mixed': as the seed has it
   * @returns the disk as the next life finds it.
   */
  crash(fate: Fate = 'mixed'): SimulatedDisk {
    this.#hasPower = false;
    const kept = {
      lost: 0,
      kept: this.#unsynced.length,
      mixed: this.#below(this.#unsynced.length + 1),
    };
    for (const change of this.#unsynced.splice(0).slice(0, kept[fate])) change();
    const next = another({ capacityBytes: this.#capacityBytes });
    next.#random = this.#random;
    next.#names = new Map(this.#safeNames);
    next.#safeNames = new Map(this.#safeNames);
    for (const file of next.#names.values()) file.crash(fate, () => this.#random.next() < 0.5);
    return next;
  }

  /** The bytes of a file as they are read now, a copy. */
  bytesOf(name: string): Uint8Array {
    return this.#find(name).bytes();
  }

  /** Puts bytes in place of a file's, safely: bits rot, sectors go, files are cut short. */
  replace(name: string, bytes: Uint8Array): void {
    this.#find(name).replace(bytes);
  }

  async list(): Promise<string[]> {
    this.#refuseWithoutPower();
    return [...this.#names.keys()];
  }

  async open(name: string): Promise<DiskFile> {
    this.#refuseWithoutPower();
    return this.#handle(this.#find(name));
  }

  async create(name: string): Promise<DiskFile> {
    const file = new SimulatedFile();
    await this.#do('create', () => this.#change((names) => void names.set(name, file)));
    return this.#handle(file);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do('rename', () => {
      const file = this.#find(from);
      this.#change((names) => void names.set(to, file).delete(from));
    });
  }

  /** Not synced, either. */
  remove(name: string): Promise<void> {
    return this.#do('remove', () => this.#change((names) => void names.delete(name)));
  }

  /** Makes all changes of names so far safe. */
  syncDirectory(): Promise<void> {
    return this.#do('syncDirectory', () => {
      for (const change of this.#unsynced.splice(0)) change();
    });
  }

  /** Nothing is locked. */
  async close(): Promise<void> {}

  #change(act: (names: Map<string, SimulatedFile>) => void): void {
    act(this.#names);
    this.#unsynced.push(() => act(this.#safeNames));
  }

  #find(name: string): SimulatedFile {
    const file = this.#names.get(name);
    if (file === undefined) throw diskError('ENOENT');
    return file;
  }

  /** A later turn, and the faults that were ordered. A sync without power does nothing. */
  async #do(operation: DiskOperation, act: () => void, onFailure = () => undefined as void) {
    await undefined;
    this.#refuseWithoutPower();
    this.counts[operation] = (this.counts[operation] ?? 0) + 1;
    const failure = this.#failures.find(
      (each) => each.operation === operation && each.skip-- === 0,
    );
    if (failure !== undefined) {
      this.#failures.splice(this.#failures.indexOf(failure), 1);
      onFailure();
      throw diskError(failure.code);
    }
    this.#hasPower = this.#untilPowerFails-- > 0;
    if (this.#hasPower || !/sync/i.test(operation)) act();
    this.#refuseWithoutPower();
  }

  #refuseWithoutPower(): void {
    if (!this.#hasPower) throw new PowerFailure('the power has failed');
  }

  #handle(file: SimulatedFile): DiskFile {
    const check = () => this.#refuseWithoutPower();
    const act = (operation: DiskOperation, does: () => void, onFailure?: () => void) => {
      check();
      return this.#do(operation, does, onFailure);
    };
    const write = (offset: number, bytes: Uint8Array) => {
      this.#checkRoom(file, offset + bytes.length);
      file.write(offset, bytes);
    };
    const flush = () => file.flush();
    const forget = () => file.forget(() => this.#random.next() < 0.5);
    return {
      size: async () => (check(), file.length),
      readAt: async (offset, length) => (check(), file.bytes().slice(offset, offset + length)),
      writeAt: (offset, bytes) => act('write', () => write(offset, bytes)),
      preallocate: (length) => act('preallocate', () => write(0, new Uint8Array(length))),
      datasync: () => act('datasync', flush, forget),
      sync: () => act('sync', flush, forget),
      close: async () => check(),
    };
  }

  #checkRoom(file: SimulatedFile, length: number): void {
    let used = Math.max(0, length - file.length);
    for (const each of new Set([...this.#names.values(), file])) used += each.length;
    if (used > this.#capacityBytes) throw diskError('ENOSPC');
  }

  #below(bound: number): number {
    return Math.floor(this.#random.next() * bound);
  }
}

const diskError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code });

/** Beside the class: inside, a bundler would give it another name. */
const another = (options: SimulatedDiskOptions): SimulatedDisk => new SimulatedDisk(options);
