import { ClosedError } from '@ruvector/core';
import type { RaftStorageFixture } from '@ruvector/raft/testing';
import type { Restored, Snapshot } from '../../src/entry.js';
import { LogOutline } from '../../src/log-outline.js';
import type { Batch, RaftStorage } from '../../src/storage.js';
import { after, EMPTY, type Model } from '../../src/testing/model.js';

/** What outlives the storages that are opened on it. */
export interface Plate {
  model: Model;
}

const copyOf = <T extends { readonly data: Uint8Array }>(kept: T): T => ({
  ...kept,
  data: new Uint8Array(kept.data),
});

/** A batch as the storage keeps it. */
export const copied = ({ entries, snapshot, ...rest }: Batch): Batch => ({
  ...rest,
  entries: entries.map(copyOf),
  ...(snapshot && { snapshot: copyOf(snapshot) }),
});

export const restored = ({ hardState, snapshot, entries }: Model): Restored => ({
  ...(hardState && { hardState }),
  ...(snapshot && { snapshot: copyOf(snapshot) }),
  entries: [...entries.values()]
    .filter(({ index }) => index > (snapshot?.index ?? 0))
    .sort((a, b) => a.index - b.index)
    .map(copyOf),
});

/** A durable storage for tests; what a saboteur does in another way is a method of its own. */
export class KeptStorage implements RaftStorage {
  readonly plate: Plate;
  protected outline: LogOutline;
  protected isClosed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(plate: Plate) {
    this.plate = plate;
    this.outline = new LogOutline(restored(plate.model));
  }

  async load(): Promise<Restored> {
    this.refuseClosed();
    return this.next(() => this.given(this.plate.model));
  }

  async append(batch: Batch): Promise<void> {
    this.refuseClosed();
    this.check(batch);
    const kept = this.kept(batch);
    return this.next(() => {
      this.plate.model = this.made(this.plate.model, kept);
    });
  }

  async prepare(snapshot: Snapshot): Promise<void> {
    this.refuseClosed();
    return this.next(() => this.prepared(snapshot));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.#last;
  }

  protected refuseClosed(): void {
    if (this.isClosed) throw new ClosedError('storage');
  }

  protected check(batch: Batch): void {
    this.outline.take(batch);
  }

  protected kept(batch: Batch): Batch {
    return copied(batch);
  }

  /** A storage may forget a snapshot until it is appended. */
  protected prepared(_snapshot: Snapshot): void {}

  protected made(model: Model, batch: Batch): Model {
    return after(model, batch);
  }

  protected given(model: Model): Restored {
    return restored(model);
  }

  /** In a later turn, one after the other. */
  protected next<T>(act: () => T): Promise<T> {
    const done = this.#last.then(act);
    this.#last = done;
    return done;
  }
}

/** A new plate and storages on it. */
export function fixtureOf(make: new (plate: Plate) => RaftStorage): RaftStorageFixture {
  let plate: Plate = { model: EMPTY };
  const reopen = async () => new make(plate);
  const crash = () => {
    plate = { ...plate }; // what the dead one still does is lost
    return reopen();
  };
  return { storage: new make(plate), reopen, crash };
}
