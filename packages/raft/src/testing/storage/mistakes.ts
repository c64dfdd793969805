import type { Batch } from '../../storage.js';
import { assertLoaded, assertMistake } from '../assertions.js';
import { appendAll, entries, entry, snapshot, state, type RaftStorageCase } from './case.js';

const wrong = (batch: unknown): Batch => batch as Batch;

/** What is no batch, and what the complaint must name; 9 entries and snapshot 3 are there. */
const MISTAKES: readonly (readonly [batch: Batch, names: string, what: string])[] = [
  [wrong(undefined), 'batch', 'nothing'],
  [wrong({}), 'entries', 'no entries'],
  [wrong({ entries: [], hardstate: state(1) }), 'batch', 'a misspelt property'],
  [{ entries: entries(11, 12) }, 'entries[0].index', 'a gap before the entries'],
  [{ entries: entries(3, 12) }, 'entries[0].index', 'entries that the snapshot stands for'],
  [{ entries: [entry(10), entry(12)] }, 'entries[1].index', 'a gap between entries'],
  [{ entries: [entry(10), entry(10)] }, 'entries[1].index', 'an entry twice'],
  [{ entries: [entry(10, 0)] }, 'entries[0].term', 'the term 0'],
  [{ entries: [entry(10, 1.5)] }, 'entries[0].term', 'half a term'],
  [{ entries: [wrong({ ...entry(10), type: 'other' }) as never] }, 'entries[0].type', 'a type'],
  [{ entries: [wrong({ ...entry(10), data: 'text' }) as never] }, 'entries[0].data', 'text'],
  [{ entries: [], hardState: state(-1) }, 'hardState.term', 'a term below 0'],
  [{ entries: [], hardState: state(1, 'no id!') }, 'hardState.vote', 'a vote for no id'],
  [{ entries: [], hardState: state(1, null, NaN) }, 'hardState.commit', 'a commit of NaN'],
  [{ entries: [], snapshot: snapshot(3) }, 'snapshot.index', 'the snapshot again'],
  [{ entries: [], snapshot: snapshot(2) }, 'snapshot.index', 'an older snapshot'],
  [{ entries: entries(9, 9), snapshot: snapshot(20) }, 'entries[0].index', 'entries before it'],
  [{ entries: entries(22, 23), snapshot: snapshot(20) }, 'entries[0].index', 'a gap behind it'],
  [
    { entries: [], snapshot: { ...snapshot(5), config: wrong({ voters: 'a' }) as never } },
    'snapshot.config',
    'no configuration',
  ],
];

/** What the caller must not do. */
export const mistakeCases: readonly RaftStorageCase[] = [
  {
    title: 'what is no batch or does not fit is a TypeError or RangeError that names it',
    async run({ storage }) {
      const batches = [{ entries: entries(1, 9) }, { entries: [], snapshot: snapshot(3) }];
      await appendAll(storage, batches);
      for (const [batch, names, what] of MISTAKES)
        await assertMistake(() => storage.append(batch), names, what);
    },
  },
  {
    title: 'a batch that was refused leaves nothing, and the storage works on',
    async run({ storage }) {
      const batches = [{ entries: entries(1, 9) }, { entries: [], snapshot: snapshot(3) }];
      const model = await appendAll(storage, batches);
      const refused = MISTAKES.map(([batch]) =>
        storage.append({ hardState: state(9, 'z', 9), ...batch }).catch(() => undefined),
      );
      await Promise.all(refused);
      assertLoaded(await storage.load(), model, 'after mistakes');
      const more = await appendAll(storage, [{ entries: entries(10, 11) }], model);
      assertLoaded(await storage.load(), more, 'after one more batch');
    },
  },
];
