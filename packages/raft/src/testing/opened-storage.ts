import type { RaftStorage } from '../storage.js';

/** A new and empty storage, and the means to open its data again. */
export interface RaftStorageFixture {
  readonly storage: RaftStorage;
  /** Another storage on the same data; the one before is closed. Needed if `durable` is claimed. */
  reopen?(): Promise<RaftStorage>;
  /** Another one, after a crash: the one before was just left, and what it still does is lost. */
  crash?(): Promise<RaftStorage>;
  /** Releases all that the factory made; the storage opened last is closed by then. */
  close?(): Promise<void>;
}

/** A storage at work, with what the cases do to it from outside. */
export class OpenedStorage {
  readonly #fixture: RaftStorageFixture;
  #storage: RaftStorage;

  constructor(fixture: RaftStorageFixture) {
    this.#fixture = fixture;
    this.#storage = fixture.storage;
  }

  get storage(): RaftStorage {
    return this.#storage;
  }

  async reopen(): Promise<RaftStorage> {
    await this.#storage.close();
    return (this.#storage = await this.#need('reopen')());
  }

  async crash(): Promise<RaftStorage> {
    return (this.#storage = await this.#need('crash')());
  }

  /** Called when the case is over. */
  async release(): Promise<void> {
    try {
      await this.#storage.close();
    } finally {
      await this.#fixture.close?.();
    }
  }

  #need(name: 'reopen' | 'crash'): () => Promise<RaftStorage> {
    const act = this.#fixture[name];
    if (act === undefined) throw new Error(`it was claimed, but the factory has no ${name}()`);
    return () => act.call(this.#fixture);
  }
}
