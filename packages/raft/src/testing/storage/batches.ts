import { seededRandom } from '@ruvector/core';
import type { Batch } from '../../storage.js';
import { assertLoaded, assertTrue } from '../assertions.js';
import { after, EMPTY, nextBatch } from '../model.js';
import { appendAll, entries, entry, snapshot, state, type RaftStorageCase } from './case.js';

const bytes = (length: number, seed: number) => {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.uint32());
};

/** What batches make of a storage. */
export const batchCases: readonly RaftStorageCase[] = [
  {
    title: 'a new storage has no hard state, no snapshot and no entries',
    async run({ storage }) {
      const loaded = await storage.load();
      assertLoaded(loaded, EMPTY, 'load()');
      assertTrue(!('hardState' in loaded || 'snapshot' in loaded), 'absent is not undefined');
    },
  },
  {
    title: 'entries come back byte for byte, of both types, empty and long ones too',
    async run({ storage }) {
      const data = [0, 1, 511, 512, 513, 70_000].map((length) => bytes(length, length));
      const batch: Batch = {
        entries: [
          ...data.map((each, i) => entry(i + 1, 1, each)),
          { ...entry(7, 2), type: 'confChange' },
        ],
      };
      assertLoaded(await storage.load(), await appendAll(storage, []), 'before');
      const model = await appendAll(storage, [batch]);
      assertLoaded(await storage.load(), model, 'load()');
    },
  },
  {
    title: 'numbers above 2^32 come back exactly',
    async run({ storage }) {
      const far = 2 ** 40 + 1;
      const model = await appendAll(storage, [
        {
          entries: [entry(far + 1, far)],
          snapshot: snapshot(far, far),
          hardState: state(far, 'a', far),
        },
      ]);
      assertLoaded(await storage.load(), model, 'load()');
    },
  },
  {
    title: 'a hard state takes the place of the one before, and stays where a batch has none',
    async run({ storage }) {
      const states = [state(1, 'a'), state(2, null, 1), state(2, 'x:y.z-0_9', 2)];
      const batches = states.map((hardState) => ({ hardState, entries: [] }));
      const model = await appendAll(storage, [...batches, { entries: entries(1, 2) }]);
      assertLoaded(await storage.load(), model, 'load()');
    },
  },
  {
    title: 'entries from the first new one on are replaced, and fewer may take the place of more',
    async run({ storage }) {
      const model = await appendAll(storage, [
        { entries: entries(1, 9) },
        { entries: entries(4, 5, 2) },
        { entries: entries(6, 6, 3) },
        { entries: entries(1, 2, 4) },
      ]);
      assertLoaded(await storage.load(), model, 'load()');
    },
  },
  {
    title: 'entries behind a snapshot stay if its last entry is there with that term',
    async run({ storage }) {
      const model = await appendAll(storage, [
        { entries: [...entries(1, 3, 1), ...entries(4, 9, 2)] },
        { entries: [], snapshot: snapshot(3, 1) },
        { entries: [], snapshot: snapshot(5, 2) },
      ]);
      assertLoaded(await storage.load(), model, 'load()');
      assertTrue(model.entries.has(9), 'the model has kept them');
    },
  },
  {
    title: 'entries are dropped by a snapshot whose last entry is not there, or has another term',
    async run({ storage }) {
      const dropped = await appendAll(storage, [
        { entries: entries(1, 9) },
        { entries: [], snapshot: snapshot(5, 2) },
      ]);
      assertLoaded(await storage.load(), dropped, 'another term');
      const beyond = await appendAll(
        storage,
        [{ entries: entries(6, 7, 2) }, { entries: [], snapshot: snapshot(20, 3) }],
        dropped,
      );
      assertLoaded(await storage.load(), beyond, 'beyond the end');
    },
  },
  {
    title: 'a snapshot comes back byte for byte, and the newer one alone, long or empty',
    async run({ storage }) {
      let model = await appendAll(storage, [
        { entries: entries(1, 9) },
        { entries: [], snapshot: snapshot(2, 1, bytes(100_000, 1)) },
      ]);
      assertLoaded(await storage.load(), model, 'a long one');
      model = await appendAll(
        storage,
        [{ entries: [], snapshot: snapshot(4, 1, new Uint8Array()) }],
        model,
      );
      assertLoaded(await storage.load(), model, 'an empty one');
    },
  },
  {
    title: 'a snapshot that is prepared counts from the append on that brings it, not before',
    async run({ storage }) {
      let model = await appendAll(storage, [{ entries: entries(1, 5) }]);
      const prepared = snapshot(3, 1, bytes(100_000, 2));
      const isWritten = storage.prepare?.(prepared);
      model = await appendAll(storage, [{ entries: entries(6, 8) }], model);
      await isWritten;
      assertLoaded(await storage.load(), model, 'before the append');
      model = await appendAll(storage, [{ entries: [], snapshot: prepared }], model);
      assertLoaded(await storage.load(), model, 'after the append');
    },
  },
  {
    title: 'of snapshots that are prepared those count that appends bring, and no others',
    async run({ storage }) {
      let model = await appendAll(storage, [{ entries: entries(1, 9) }]);
      const [early, late, other] = [snapshot(2), snapshot(7), snapshot(7, 1, bytes(900, 3))];
      const written = [early, late].map((each) => storage.prepare?.(each));
      model = await appendAll(storage, [{ entries: [], snapshot: snapshot(4) }], model);
      assertLoaded(await storage.load(), model, 'another one came');
      model = await appendAll(storage, [{ entries: [], snapshot: other }], model);
      await Promise.all(written);
      assertLoaded(await storage.load(), model, 'another one of the same index came');
    },
  },
  {
    title: 'snapshot, entries and hard state of one batch all count, the snapshot first',
    async run({ storage }) {
      const model = await appendAll(storage, [
        { entries: entries(1, 3) },
        { hardState: state(5, 'b', 7), entries: entries(8, 9, 5), snapshot: snapshot(7, 4) },
        { entries: entries(9, 12, 6) },
      ]);
      assertLoaded(await storage.load(), model, 'load()');
    },
  },
  {
    title: 'appends called at once take effect in the order of the calls',
    async run({ storage }) {
      const random = seededRandom(3);
      const batches: Batch[] = [];
      let model = EMPTY;
      for (let i = 0; i < 60; i++) {
        batches.push(nextBatch(model, random));
        model = after(model, batches[i]!);
      }
      await Promise.all(batches.map((batch) => storage.append(batch)));
      assertLoaded(await storage.load(), model, 'load()');
    },
  },
  {
    title: 'load sees the appends that were called before it',
    async run({ storage }) {
      const batch = { entries: entries(1, 3) };
      const appended = storage.append(batch);
      assertLoaded(await storage.load(), after(EMPTY, batch), 'load()');
      await appended;
    },
  },
  {
    title: 'bytes that were appended or loaded may be changed: what is stored stays as it was',
    async run({ storage }) {
      const [data, saved] = [bytes(9, 1), bytes(9, 2)];
      const expected = await appendAll(storage, []);
      await storage.append({ entries: [entry(1, 1, data), entry(2, 1, data)] });
      await storage.append({ entries: [], snapshot: snapshot(1, 1, saved) });
      for (const each of [data, saved]) each.fill(0);
      const model = [
        { entries: [entry(1, 1, bytes(9, 1)), entry(2, 1, bytes(9, 1))] },
        { entries: [], snapshot: snapshot(1, 1, bytes(9, 2)) },
      ].reduce(after, expected);
      const first = await storage.load();
      assertLoaded(first, model, 'after the change');
      for (const each of [...first.entries, first.snapshot!]) each.data.fill(0);
      assertLoaded(await storage.load(), model, 'the second load()');
    },
  },
  ...[1, 2, 3].map((seed): RaftStorageCase => ({
    title: `200 batches as members make them leave what they should, seed ${seed}`,
    async run({ storage }) {
      const random = seededRandom(seed);
      let model = EMPTY;
      for (let i = 1; i <= 200; i++) {
        model = await appendAll(storage, [nextBatch(model, random)], model);
        if (i % 40 === 0) assertLoaded(await storage.load(), model, `after ${i} batches`);
      }
    },
  })),
];
