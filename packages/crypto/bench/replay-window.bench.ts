import { ReplayWindow, ReplayWindows } from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { retainedBytes } from '../../../tools/bench/retained.js';

/** Taken in one call, since one takes nanoseconds. */
const COUNTERS = 1_000;

await bench({ senders: 51_200 }, async ({ parameters, compare, figure }) => {
  const { senders } = parameters;
  const window = new ReplayWindow();
  const windows = new ReplayWindows();
  const one = windows.open();
  let [counter, other] = [0, 0];
  await compare(
    'check a counter and commit it',
    {
      ReplayWindow: () => {
        for (let i = 0; i < COUNTERS; i++) if (window.check(++counter)) window.commit(counter);
        return window;
      },
      ReplayWindows: () => {
        for (let i = 0; i < COUNTERS; i++)
          if (windows.check(one, ++other)) windows.commit(one, other);
        return windows;
      },
    },
    { goals: [{ perSecond: '>= 20000000' }], per: COUNTERS },
  );

  const side = retainedBytes(() => {
    const all = new ReplayWindows();
    for (let i = 0; i < senders; i++) all.commit(all.open(), 7);
    return all;
  });
  figure('bytes a sender, ReplayWindows', side / senders, { goal: '<= 300' });
  const apart = retainedBytes(() =>
    Array.from({ length: senders }, () => {
      const alone = new ReplayWindow();
      alone.commit(7);
      return alone;
    }),
  );
  figure('bytes a sender, ReplayWindow', apart / senders);
});
