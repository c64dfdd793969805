import { createSwarm } from '@ruvector/edge';
import { afterEach, describe, expect, it } from 'vitest';
import { openHost } from '../src/host.js';
import { DemoTopic } from '../src/demo-topics.js';
import { askWorkers } from '../src/worker-reports.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe('askWorkers', () => {
  // less than the 20 s that an unanswered question may take
  it(
    'waits no longer for a worker that is gone before it answers',
    { timeout: 15_000 },
    async () => {
      const { swarm } = await openHost({ port: 0, workers: 2 });
      closers.push(() => swarm.close());
      const answer = { documents: 3, patternsMerged: 2, rawBytes: 1, sentBytes: 4 };
      let goes = () => undefined as void;
      const gone = new Promise<void>((resolve) => (goes = resolve));
      for (const id of ['worker-001', 'worker-002']) {
        const join = await swarm.invite({ role: 'worker' });
        const worker = await createSwarm({ agentId: id, join });
        closers.push(() => worker.close());
        worker.reply(DemoTopic.report(id), () => {
          if (id === 'worker-001') return answer;
          goes(); // asked, it dies
          return new Promise<never>(() => undefined);
        });
      }
      const stays = new Promise<void>(() => undefined);
      const asked = [
        { id: 'worker-001', gone: stays },
        { id: 'worker-002', gone },
      ];
      expect(await askWorkers(swarm, asked)).toEqual([answer]);
    },
  );
});
