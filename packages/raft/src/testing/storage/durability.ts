import { seededRandom } from '@ruvector/core';
import { assertLoaded, assertTrue } from '../assertions.js';
import { after, EMPTY, difference, nextBatch } from '../model.js';
import { appendAll, entries, snapshot, state, type RaftStorageCase } from './case.js';

/** What was acknowledged is there when the same data is opened again. */
export const durabilityCases: readonly RaftStorageCase[] = [
  {
    title: 'a storage that was closed before it had anything is opened again empty',
    needs: ['durable'],
    async run(opened) {
      assertLoaded(await (await opened.reopen()).load(), EMPTY, 'load()');
    },
  },
  {
    title: 'hard state, entries and snapshot survive reopening, and the log goes on behind them',
    needs: ['durable'],
    async run(opened) {
      const model = await appendAll(opened.storage, [
        { hardState: state(3, 'b', 4), entries: entries(1, 9, 3) },
        { entries: [], snapshot: snapshot(4, 3) },
      ]);
      const again = await opened.reopen();
      assertLoaded(await again.load(), model, 'reopened');
      const more = await appendAll(again, [{ entries: entries(10, 12, 4) }], model);
      assertLoaded(await (await opened.reopen()).load(), more, 'reopened twice');
    },
  },
  {
    title: 'a snapshot that was only prepared is gone when the storage is reopened',
    needs: ['durable'],
    async run(opened) {
      const model = await appendAll(opened.storage, [{ entries: entries(1, 5) }]);
      await opened.storage.prepare?.(snapshot(3));
      const again = await opened.reopen();
      assertLoaded(await again.load(), model, 'reopened');
      const more = await appendAll(again, [{ entries: [], snapshot: snapshot(3) }], model);
      assertLoaded(await (await opened.reopen()).load(), more, 'reopened twice');
    },
  },
  {
    title: 'entries that were replaced or dropped stay so when the storage is reopened',
    needs: ['durable'],
    async run(opened) {
      const replaced = await appendAll(opened.storage, [
        { entries: entries(1, 9) },
        { entries: entries(4, 5, 2) },
      ]);
      assertLoaded(await (await opened.reopen()).load(), replaced, 'replaced');
      const dropped = await appendAll(
        opened.storage,
        [{ entries: [], snapshot: snapshot(3, 3) }],
        replaced,
      );
      assertLoaded(await (await opened.reopen()).load(), dropped, 'dropped');
    },
  },
  {
    title: '200 batches as members make them survive being reopened every now and then',
    needs: ['durable'],
    async run(opened) {
      const random = seededRandom(11);
      let model = EMPTY;
      for (let i = 0; i < 200; i++) {
        model = await appendAll(opened.storage, [nextBatch(model, random)], model);
        if (i % 25 === 0) assertLoaded(await (await opened.reopen()).load(), model, `batch ${i}`);
      }
    },
  },
  {
    title: 'what was acknowledged survives a crash, and an append under way is there whole or not',
    needs: ['durable', 'crash'],
    async run(opened) {
      const random = seededRandom(12);
      let model = EMPTY;
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 10; i++)
          model = await appendAll(opened.storage, [nextBatch(model, random)], model);
        const last = { hardState: state(50 + round), ...nextBatch(model, random) };
        let isAcknowledged = false;
        const appended = opened.storage.append(last);
        appended.then(
          () => (isAcknowledged = true),
          () => undefined,
        );
        for (let turn = 0; turn < 3 * round; turn++) await undefined;
        const wasAcknowledged = isAcknowledged;
        const again = await opened.crash();
        const loaded = await again.load();
        const isThere = difference(loaded, after(model, last)) === undefined;
        if (isThere) model = after(model, last);
        else assertLoaded(loaded, model, `crash ${round}`);
        assertTrue(isThere || !wasAcknowledged, 'an acknowledged append was lost');
      }
    },
  },
];
