import type { RaftStorageFixture } from '@ruvector/raft/testing';
import type { Restored, Snapshot } from '../../src/entry.js';
import type { Batch } from '../../src/storage.js';
import { after, EMPTY, lastOf, type Model } from '../../src/testing/model.js';
import { copied, fixtureOf, KeptStorage, restored, type Plate } from './kept-storage.js';

/** A storage with one flaw, and words of the titles of exactly those cases that must notice it. */
export interface Saboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  make(): RaftStorageFixture;
}

/** These look at all that a storage has: most flaws show in them too. */
const ALL = ['200 batches as members make them', 'survives a crash'];

const flawed = (
  flaw: string,
  caught: readonly string[],
  make: new (plate: Plate) => KeptStorage,
): Saboteur => ({ flaw, caught, make: () => fixtureOf(make) });

export const SABOTEURS: readonly Saboteur[] = [
  flawed(
    'forgets the hard state when a batch has none',
    [
      ...ALL,
      'appends called at once',
      'a hard state takes the place',
      'survive reopening, and the log',
      'all count',
    ],
    class extends KeptStorage {
      protected override made(model: Model, batch: Batch): Model {
        return { ...after(model, batch), hardState: batch.hardState };
      }
    },
  ),
  flawed(
    'keeps the entries behind those that were replaced',
    [...ALL, 'are replaced, and fewer', 'were replaced or dropped'],
    class extends KeptStorage {
      protected override made(model: Model, batch: Batch): Model {
        const made = after(model, batch);
        if (batch.snapshot !== undefined) return made;
        return { ...made, entries: new Map([...model.entries, ...made.entries]) };
      }
    },
  ),
  flawed(
    'keeps the entries behind a snapshot of another term',
    ['are dropped by a snapshot', 'were replaced or dropped'],
    class extends KeptStorage {
      protected override made(model: Model, batch: Batch): Model {
        const made = after(model, batch);
        if (batch.snapshot === undefined) return made;
        return { ...made, entries: new Map([...model.entries, ...made.entries]) };
      }
      protected override given(model: Model): Restored {
        const { entries, ...rest } = restored(model);
        return { ...rest, entries: entries.filter(({ index }) => model.entries.has(index)) };
      }
    },
  ),
  flawed(
    'drops all entries at each snapshot',
    [
      ...ALL,
      'behind a snapshot stay',
      'byte for byte, and the newer',
      'may be changed',
      'that is prepared counts',
      'that are prepared those count',
      'only prepared is gone',
      'survive reopening, and the log',
      'leaves nothing, and the storage',
    ],
    class extends KeptStorage {
      protected override made(model: Model, batch: Batch): Model {
        return after(batch.snapshot ? { ...model, entries: new Map() } : model, batch);
      }
    },
  ),
  flawed(
    'hands out its own bytes',
    ['may be changed'],
    class extends KeptStorage {
      protected override given({ entries, ...rest }: Model): Restored {
        const known = restored({ entries, ...rest });
        const own = known.entries.map(({ index }) => entries.get(index)!);
        return { ...known, entries: own };
      }
    },
  ),
  flawed(
    'keeps bytes that are the caller’s',
    ['may be changed'],
    class extends KeptStorage {
      protected override kept(batch: Batch): Batch {
        return batch;
      }
    },
  ),
  flawed(
    'keeps the bytes of a snapshot that are the caller’s',
    ['may be changed'],
    class extends KeptStorage {
      protected override kept(batch: Batch): Batch {
        return { ...copied(batch), ...(batch.snapshot && { snapshot: batch.snapshot }) };
      }
    },
  ),
  flawed(
    'looks at no batch before it keeps it',
    ['is a TypeError or RangeError', 'leaves nothing, and the storage'],
    class extends KeptStorage {
      protected override check(): void {}
      protected override kept(batch: Batch): Batch {
        try {
          return copied(batch);
        } catch {
          return { entries: [] };
        }
      }
    },
  ),
  flawed(
    'keeps the hard state of a batch that it refuses',
    ['leaves nothing, and the storage'],
    class extends KeptStorage {
      protected override check(batch: Batch): void {
        try {
          super.check(batch);
        } catch (error) {
          const hardState = batch?.hardState;
          if (hardState?.vote === 'z') this.plate.model = { ...this.plate.model, hardState };
          throw error;
        }
      }
    },
  ),
  flawed(
    'cuts numbers at 32 bits',
    ['numbers above 2^32'],
    class extends KeptStorage {
      protected override given(model: Model): Restored {
        const { hardState, ...rest } = restored(model);
        const cut = hardState && { ...hardState, commit: hardState.commit >>> 0 };
        return { ...rest, ...(cut && { hardState: cut }) };
      }
    },
  ),
  flawed(
    'makes normal entries of all',
    [...ALL, 'appends called at once', 'of both types'],
    class extends KeptStorage {
      protected override given(model: Model): Restored {
        const { entries, ...rest } = restored(model);
        return { ...rest, entries: entries.map((entry) => ({ ...entry, type: 'normal' })) };
      }
    },
  ),
  flawed(
    'has an undefined hard state where there is none',
    ['a new storage has no'],
    class extends KeptStorage {
      protected override given(model: Model): Restored {
        return { hardState: undefined, ...restored(model) } as Restored;
      }
    },
  ),
  flawed(
    'stores a batch a turn after it was acknowledged',
    ['survives a crash'],
    class extends KeptStorage {
      #unsafe: Model | undefined;
      override async append(batch: Batch): Promise<void> {
        this.refuseClosed();
        this.check(batch);
        const kept = this.kept(batch);
        return this.next(() => {
          if (this.#unsafe !== undefined) this.plate.model = this.#unsafe;
          this.#unsafe = after(this.plate.model, kept);
        });
      }
      override async load(): Promise<Restored> {
        this.refuseClosed();
        return this.next(() => restored(this.#unsafe ?? this.plate.model));
      }
      override async close(): Promise<void> {
        await super.close();
        if (this.#unsafe !== undefined) this.plate.model = this.#unsafe;
      }
    },
  ),
  flawed(
    'writes a batch in two steps',
    ['survives a crash'],
    class extends KeptStorage {
      override async append(batch: Batch): Promise<void> {
        this.refuseClosed();
        this.check(batch);
        const { hardState, ...rest } = this.kept(batch);
        const { model } = this.plate;
        if (hardState !== undefined && rest.entries.length > 0 && lastOf(model) > 0)
          this.plate.model = { ...model, hardState };
        return this.next(() => {
          this.plate.model = after(this.plate.model, { ...rest, ...(hardState && { hardState }) });
        });
      }
    },
  ),
  flawed(
    'is empty when it is opened again',
    ['survive', 'were replaced or dropped', 'only prepared is gone'],
    class extends KeptStorage {
      constructor(plate: Plate) {
        plate.model = EMPTY;
        super(plate);
      }
    },
  ),
  flawed(
    'does the last append first',
    ['appends called at once', 'load sees the appends'],
    class extends KeptStorage {
      readonly #waiting: (() => void)[] = [];
      protected override next<T>(act: () => T): Promise<T> {
        return new Promise((resolve, reject) => {
          this.#waiting.push(() => {
            try {
              resolve(act());
            } catch (error) {
              reject(error);
            }
          });
          void Promise.resolve().then(() => this.#waiting.pop()?.());
        });
      }
    },
  ),
  flawed(
    'takes a snapshot that is only prepared for stored',
    ['that is prepared counts', 'only prepared is gone'],
    class extends KeptStorage {
      protected override prepared(snapshot: Snapshot): void {
        this.plate.model = after(this.plate.model, { entries: [], snapshot });
      }
    },
  ),
  flawed(
    'works on after it was closed',
    ['are ERR_CLOSED', 'is being prepared'],
    class extends KeptStorage {
      protected override refuseClosed(): void {}
    },
  ),
  flawed(
    'does not wait in close for what was called before',
    ['close resolves when', 'is being prepared'],
    class extends KeptStorage {
      override async close(): Promise<void> {
        this.isClosed = true;
      }
      protected override next<T>(act: () => T): Promise<T> {
        let later = super.next(act);
        for (let turn = 0; turn < 200; turn++) later = later.then((value) => value);
        return later;
      }
    },
  ),
  flawed(
    'throws when it is closed twice',
    ['closing twice', 'close resolves when', 'is being prepared'],
    class extends KeptStorage {
      override close(): Promise<void> {
        return this.isClosed && this.plate.model !== EMPTY
          ? Promise.reject(new Error('closed already'))
          : super.close();
      }
    },
  ),
];
