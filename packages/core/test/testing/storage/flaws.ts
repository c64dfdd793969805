import type { Storage, StorageOperation } from '@ruvector/core';
import type { StorageFixture } from '@ruvector/core/testing';
import { KeptStorage, keptStorage, type Disk } from './kept-storage.js';

type Flaw = (inner: Storage) => Partial<Storage>;

/** A store of which some methods are replaced. */
function withFlaw(inner: Storage, flaw: Flaw): Storage {
  const whole: Storage = {
    supports: inner.supports,
    get: (key) => inner.get(key),
    put: (key, bytes) => inner.put(key, bytes),
    delete: (key) => inner.delete(key),
    batch: (operations) => inner.batch(operations),
    keys: (prefix) => inner.keys(prefix),
    close: () => inner.close(),
  };
  return { ...whole, ...flaw(inner) };
}

export const sabotaged = (flaw: Flaw) => () => keptStorage((inner) => withFlaw(inner, flaw));

/** The same with the map behind the store in reach, and what happens to it between two openings. */
export const onDisk =
  (flaw: (inner: Storage, disk: Disk) => Partial<Storage>, between = (disk: Disk): Disk => disk) =>
  (): StorageFixture => {
    let disk: Disk = new Map();
    const open = () => withFlaw(new KeptStorage(disk), (inner) => flaw(inner, disk));
    return {
      storage: open(),
      reopen: async () => {
        disk = between(disk);
        return open();
      },
    };
  };

/** Every key that a method is given is another one. */
export const renaming =
  (rename: (key: unknown) => unknown): Flaw =>
  (inner) => ({
    get: (key) => inner.get(rename(key) as string),
    put: (key, bytes) => inner.put(rename(key) as string, bytes),
    delete: (key) => inner.delete(rename(key) as string),
  });

export async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}

/** A list of its own instead of that of the store, which ends when the store is closed. */
export const listing = (list: (inner: Storage, prefix?: string) => Promise<string[]>): Flaw => {
  return (inner) => ({
    async *keys(prefix) {
      for (const key of await list(inner, prefix)) {
        await inner.get(key); // is it open still?
        yield key;
      }
    },
  });
};

const codePoints = (text: string) => [...text].map((c) => String.fromCodePoint(c.codePointAt(0)!));

export function byCodePoint(a: string, b: string): number {
  const [x, y] = [codePoints(a), codePoints(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const gap = x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!;
    if (gap !== 0) return gap;
  }
  return x.length - y.length;
}

/** `%` is anything and `_` any character, as in SQL. */
export function like(prefix: string): RegExp {
  const literal = prefix.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('%', '.*').replaceAll('_', '.')}`, 's');
}

export const late: Flaw = (inner) => {
  const later = async <T>(act: () => Promise<T>): Promise<T> => {
    await Promise.resolve();
    return act();
  };
  return {
    get: (key) => later(() => inner.get(key)),
    put: (key, bytes) => later(() => inner.put(key, bytes)),
    delete: (key) => later(() => inner.delete(key)),
    batch: (operations) => later(() => inner.batch(operations)),
    async *keys(prefix) {
      await Promise.resolve();
      yield* inner.keys(prefix);
    },
    close: () => later(() => inner.close()),
  };
};

export const views: Flaw = (inner) => {
  const arena = new Uint8Array(4 << 20);
  let at = 0;
  return {
    async get(key) {
      const bytes = await inner.get(key);
      if (bytes === undefined) return undefined;
      const view = arena.subarray(at, at + bytes.length);
      view.set(bytes);
      at += bytes.length;
      return view;
    },
  };
};

/** A disk whose bytes are never copied on the way out. */
export class Shared extends Map<string, Uint8Array> {
  override get(key: string): Uint8Array | undefined {
    const bytes = super.get(key);
    return bytes && Object.assign(bytes, { slice: () => bytes });
  }
}

export const deletionsLast: Flaw = (inner) => ({
  batch: (operations) => {
    if (!Array.isArray(operations)) return inner.batch(operations);
    const steps = Array.from(operations as StorageOperation[]);
    const isDeletion = (step: StorageOperation) => Object.hasOwn(step ?? {}, 'delete');
    return inner.batch([...steps.filter((s) => !isDeletion(s)), ...steps.filter(isDeletion)]);
  },
});

export const inHalves: Flaw = (inner) => ({
  batch: async (operations) => {
    if (!Array.isArray(operations) || operations.length !== 50) return inner.batch(operations);
    await inner.batch(operations.slice(0, 25));
    await inner.batch(operations.slice(25));
  },
});

export const hanging: Flaw = (inner) => {
  let closed = false;
  return {
    put: async (key, bytes) => {
      await inner.put(key, bytes);
      if (closed) await new Promise(() => undefined);
    },
    close: () => ((closed = true), inner.close()),
  };
};

export const byIndex = (inner: Storage, disk: Disk): Partial<Storage> => ({
  async *keys(prefix) {
    if (disk.size > 500 || prefix !== undefined) return yield* inner.keys(prefix);
    for (let i = 0; ; i++) {
      await inner.get('');
      const key = [...disk.keys()].sort()[i];
      if (key === undefined) return;
      yield key;
    }
  },
});

/** Looks at the disk before what was asked for earlier is done. */
export const listingEarly = (inner: Storage, disk: Disk): Partial<Storage> => ({
  async *keys(prefix) {
    const early = [...disk.keys()];
    await collect(inner.keys(prefix)); // refuses what is no prefix
    for (const key of early.filter((k) => k.startsWith(prefix ?? '')).sort()) {
      await inner.get(key); // is it open still?
      if (disk.has(key)) yield key;
    }
  },
});

/** Writes to the disk when it is closed. */
export function writingBack(): StorageFixture {
  const disk: Disk = new Map();
  const open = () => {
    const cache = new Map(disk);
    const inner = new KeptStorage(cache);
    return withFlaw(inner, () => ({
      async close() {
        await inner.close();
        disk.clear();
        for (const [key, bytes] of cache) disk.set(key, bytes);
      },
    }));
  };
  return { storage: open(), reopen: async () => open() };
}

export function undead(): StorageFixture {
  const deleted = new Set<string>();
  return onDisk(
    (inner) => ({ delete: (key) => (deleted.add(key), inner.delete(key)) }),
    (disk) => {
      for (const key of deleted) if (!disk.has(key)) disk.set(key, Uint8Array.of(0));
      return disk;
    },
  )();
}
