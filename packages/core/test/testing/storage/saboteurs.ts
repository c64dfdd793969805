import { ClosedError } from '@ruvector/core';
import type { StorageFixture } from '@ruvector/core/testing';
import {
  byCodePoint,
  byIndex,
  collect,
  deletionsLast,
  hanging,
  inHalves,
  late,
  like,
  listing,
  listingEarly,
  onDisk,
  renaming,
  sabotaged,
  Shared,
  undead,
  views,
  writingBack,
} from './flaws.js';
import { KeptStorage, type Disk } from './kept-storage.js';

/** A durable store with one flaw, and the titles of exactly those cases that must notice it. */
export interface Saboteur {
  readonly flaw: string;
  readonly caught: readonly string[];
  make(): StorageFixture;
}

export const SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'takes an empty value for an absent one',
    caught: [
      'an empty value is there and has no bytes',
      'what was put survives reopening byte for byte, under any key, empty and large too',
    ],
    make: sabotaged((inner) => ({
      get: async (key) => {
        const bytes = await inner.get(key);
        return bytes?.length === 0 ? undefined : bytes;
      },
    })),
  },
  {
    flaw: 'cuts values at 512 KiB',
    caught: ['a value of more than 1 MiB is got byte for byte'],
    make: sabotaged((inner) => ({
      put: (key, bytes) =>
        inner.put(key, bytes instanceof Uint8Array ? bytes.subarray(0, 512 << 10) : bytes),
    })),
  },
  {
    flaw: 'stores the buffer behind a view',
    caught: ['a view into a larger buffer is stored as just that view, a subclass as its bytes'],
    make: sabotaged((inner) => ({
      put: (key, bytes) =>
        inner.put(key, bytes instanceof Uint8Array ? new Uint8Array(bytes.buffer) : bytes),
    })),
  },
  {
    flaw: 'copies what it is given a turn later',
    caught: [
      'the caller may reuse its bytes as soon as put returns',
      'the caller may reuse bytes and operations as soon as batch returns',
    ],
    make: sabotaged(late),
  },
  {
    flaw: 'hands out its own bytes',
    caught: [
      'writing to bytes that were got changes nothing in the store, nor what another get returned',
      'bytes that were got are a plain array with its own buffer, which may be transferred',
    ],
    make: () => {
      const disk: Disk = new Shared();
      return { storage: new KeptStorage(disk), reopen: async () => new KeptStorage(disk) };
    },
  },
  {
    flaw: 'hands out views of one buffer',
    caught: ['bytes that were got are a plain array with its own buffer, which may be transferred'],
    make: sabotaged(views),
  },
  {
    flaw: 'hands out a subclass, of which slice makes a view',
    caught: ['bytes that were got are a plain array with its own buffer, which may be transferred'],
    make: sabotaged((inner) => ({
      get: async (key) => {
        const bytes = await inner.get(key);
        return bytes && Buffer.from(bytes.buffer as ArrayBuffer);
      },
    })),
  },
  {
    flaw: 'deletes whatever begins with the key',
    caught: ['delete takes its own key and no other, and may be repeated'],
    make: sabotaged((inner) => ({
      delete: async (key) => {
        await inner.delete(key);
        if (key === 'a') await inner.delete('ab');
      },
    })),
  },
  {
    flaw: 'normalises keys',
    caught: [
      'every string is a key: empty ones, paths, patterns, look-alikes and lone surrogates',
      'a prefix lists the keys that begin with it, as text and not as a pattern',
      'what was put survives reopening byte for byte, under any key, empty and large too',
    ],
    make: sabotaged(renaming((key) => (typeof key === 'string' ? key.normalize('NFC') : key))),
  },
  {
    flaw: 'tells keys apart by their first 1,000 characters',
    caught: ['keys that differ only after 1,000 characters are different keys'],
    make: sabotaged(renaming((key) => (typeof key === 'string' ? key.slice(0, 1_000) : key))),
  },
  {
    flaw: 'makes text of what is no key',
    caught: ['a key that is no string is a TypeError that names key'],
    make: sabotaged(renaming((key) => (typeof key === 'symbol' ? key : String(key)))),
  },
  {
    flaw: 'takes any list of numbers for bytes',
    caught: ['bytes that are no Uint8Array are a TypeError that names bytes'],
    make: sabotaged((inner) => ({
      put: (key, bytes) => inner.put(key, Array.isArray(bytes) ? Uint8Array.from(bytes) : bytes),
    })),
  },
  {
    flaw: 'takes a prefix of null for none',
    caught: ['a prefix that is no string is a TypeError that names prefix'],
    make: sabotaged((inner) => ({ keys: (prefix) => inner.keys(prefix ?? undefined) })),
  },
  {
    flaw: 'sorts keys by code points',
    caught: [
      'keys ascend by their UTF-16 code units, however they were put',
      'a prefix lists the keys that begin with it, as text and not as a pattern',
      'what was put survives reopening byte for byte, under any key, empty and large too',
    ],
    make: sabotaged(
      listing(async (inner, prefix) => (await collect(inner.keys(prefix))).sort(byCodePoint)),
    ),
  },
  {
    flaw: 'takes a prefix for a pattern',
    caught: ['a prefix lists the keys that begin with it, as text and not as a pattern'],
    make: sabotaged(
      listing(async (inner, prefix) => {
        if (typeof prefix !== 'string') return collect(inner.keys(prefix));
        return (await collect(inner.keys())).filter((key) => like(prefix).test(key));
      }),
    ),
  },
  {
    flaw: 'loses a key between two pages of 500',
    caught: [
      '1,000 keys are listed once each, in order',
      'a batch of 5,000 operations is done whole',
    ],
    make: sabotaged(
      listing(async (inner, prefix) => {
        const keys = await collect(inner.keys(prefix));
        return keys.filter((_, i) => i !== 500);
      }),
    ),
  },
  {
    flaw: 'iterates by index, over keys that come and go',
    caught: [
      'keys may be deleted during an iteration: those that stay come once each, in order',
      'keys may be put during an iteration: those that were there come once each, in order',
    ],
    make: onDisk(byIndex),
  },
  {
    flaw: 'finishes an iteration after close',
    caught: ['an iteration under way is ERR_CLOSED at its next step after close'],
    make: sabotaged((inner) => ({
      async *keys(prefix) {
        yield* await collect(inner.keys(prefix));
      },
    })),
  },
  {
    flaw: 'does what is right in a batch with a wrong operation',
    caught: [
      'a batch with one wrong operation, wherever it stands, is a TypeError and nothing of it is done',
      'a batch survives reopening whole, and one that was refused leaves nothing behind',
    ],
    make: sabotaged((inner) => ({
      batch: async (operations) => {
        if (!Array.isArray(operations) || operations.length === 0) return inner.batch(operations);
        await Promise.all(Array.from(operations, (operation) => inner.batch([operation])));
      },
    })),
  },
  {
    flaw: 'does the first 4,096 operations of a batch',
    caught: ['a batch of 5,000 operations is done whole'],
    make: sabotaged((inner) => ({
      batch: (operations) =>
        inner.batch(Array.isArray(operations) ? operations.slice(0, 4_096) : operations),
    })),
  },
  {
    flaw: 'does the deletions of a batch last',
    caught: ['the operations of a batch take effect in their order: the last on a key decides'],
    make: sabotaged(deletionsLast),
  },
  {
    flaw: 'writes a large batch in two halves',
    caught: [
      'whoever asks before a batch sees nothing of it, whoever asks after it sees all',
      'a batch under way when close is called is there after reopening if it was acknowledged',
    ],
    make: sabotaged(inHalves),
  },
  {
    flaw: 'lets reading overtake writing',
    caught: [
      'calls take effect in the order they were made, awaited or not',
      'whoever asks before a batch sees nothing of it, whoever asks after it sees all',
    ],
    make: onDisk((inner, disk) => ({
      get: async (key) => {
        const early = disk.get(key)?.slice();
        await inner.get(key);
        return early;
      },
    })),
  },
  {
    flaw: 'lists keys that are there already',
    caught: ['keys lists what was written before it was called, awaited or not'],
    make: onDisk(listingEarly),
  },
  {
    flaw: 'refuses a second close',
    caught: ['closing twice is fine, one after the other and at once'],
    make: sabotaged((inner) => {
      let closed = false;
      return {
        close: async () => {
          if (closed) throw new Error('closed already');
          closed = true;
          await inner.close();
        },
      };
    }),
  },
  {
    flaw: 'throws a plain Error after close',
    caught: ['after close, get, put, delete, batch and keys are ERR_CLOSED'],
    make: sabotaged((inner) => {
      let closed = false;
      return {
        delete: async (key) => {
          if (closed) throw new Error('closed');
          await inner.delete(key);
        },
        close: () => ((closed = true), inner.close()),
      };
    }),
  },
  {
    flaw: 'throws after close instead of rejecting',
    caught: ['after close, get, put, delete, batch and keys are ERR_CLOSED'],
    make: sabotaged((inner) => {
      let closed = false;
      return {
        delete: (key) => {
          if (closed) throw new ClosedError('storage');
          return inner.delete(key);
        },
        close: () => ((closed = true), inner.close()),
      };
    }),
  },
  {
    flaw: 'throws at once for what is no bytes',
    caught: ['bytes that are no Uint8Array are a TypeError that names bytes'],
    make: sabotaged((inner) => ({
      put: (key, bytes) => {
        if (bytes instanceof Uint16Array) throw new TypeError('bytes must be a Uint8Array');
        return inner.put(key, bytes);
      },
    })),
  },
  {
    flaw: 'has closed before it has answered all calls',
    caught: ['close resolves when all that was called before it is settled'],
    make: sabotaged((inner) => ({
      put: async (key, bytes) => {
        await inner.put(key, bytes);
        await new Promise((resolve) => setImmediate(resolve));
      },
    })),
  },
  {
    flaw: 'never answers what was under way at close',
    caught: [
      'calls made just before close are done or ERR_CLOSED, and none is left hanging',
      'close resolves when all that was called before it is settled',
    ],
    make: sabotaged(hanging),
  },
  {
    flaw: 'acknowledges what it writes when it is closed',
    caught: ['what was acknowledged survives also where close was never called'],
    make: writingBack,
  },
  {
    flaw: 'forgets deletions when it is reopened',
    caught: [
      'what was deleted stays deleted, and of several values the last survives reopening',
      'a store that was reopened is whole: it takes changes and is reopened again',
      'what was acknowledged survives also where close was never called',
    ],
    make: undead,
  },
  {
    flaw: 'claims to be durable and keeps nothing',
    caught: [
      'what was put survives reopening byte for byte, under any key, empty and large too',
      'what was deleted stays deleted, and of several values the last survives reopening',
      'a batch survives reopening whole, and one that was refused leaves nothing behind',
      'a store that was reopened is whole: it takes changes and is reopened again',
      'a batch under way when close is called is there after reopening if it was acknowledged',
      'what was acknowledged survives also where close was never called',
    ],
    make: onDisk(
      () => ({}),
      () => new Map(),
    ),
  },
];
