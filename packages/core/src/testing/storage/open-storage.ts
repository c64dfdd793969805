import type { Storage } from '../../storage.js';
import type { Deadline } from '../deadline.js';

/** A new and empty storage, and the means to open its data again. */
export interface StorageFixture {
  readonly storage: Storage;
  /**
   * Another `Storage` on the same data, as a new process would make it. The one before was closed,
   * or in the cases of `crash` just left. Needed if `durable` is claimed.
   */
  reopen?(): Promise<Storage>;
  /** Releases all that the factory made; the storage opened last is closed by then. */
  close?(): Promise<void>;
}

/** A storage at work, with what the cases of the compliance suite do to it from outside. */
export class OpenStorage {
  readonly deadline: Deadline;
  readonly #fixture: StorageFixture;
  #storage: Storage;
  #closed = false;

  constructor(fixture: StorageFixture, deadline: Deadline) {
    this.deadline = deadline;
    this.#fixture = fixture;
    this.#storage = fixture.storage;
  }

  get storage(): Storage {
    return this.#storage;
  }

  /** Closes the storage, which is then not closed once more when the case is over. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#storage.close();
  }

  /** Closes, and opens the same data again. */
  async reopen(): Promise<Storage> {
    await this.close();
    return this.crash();
  }

  /** Opens the same data again without closing before. */
  async crash(): Promise<Storage> {
    if (this.#fixture.reopen === undefined)
      throw new Error('durable was claimed, but the factory has no reopen()');
    this.#storage = await this.#fixture.reopen();
    this.#closed = false;
    return this.#storage;
  }

  /** Called when the case is over. */
  async release(): Promise<void> {
    try {
      if (!this.#closed) await this.#storage.close();
    } finally {
      await this.#fixture.close?.();
    }
  }
}
