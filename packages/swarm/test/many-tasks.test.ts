import { seededRandom, type Json } from '@ruvector/core';
import type { P2PSwarm } from '@ruvector/swarm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeldTransport } from './fixtures/held-transport.js';
import { TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm({ classical: true })));
afterEach(() => swarm.close());

describe('many tasks', () => {
  it('are spread over members with room, never more at once than a member takes', async () => {
    const limits = { tasksRunningMax: 2, tasksWaitingMax: 1, tasksPerMemberMax: 8 };
    const hub = await swarm.hub('hub', { limits });
    const running: Record<string, number> = {};
    let most = 0;
    const workers = [];
    for (const agentId of ['a', 'b', 'c'])
      workers.push(
        await swarm.join(agentId, hub, [], { limits }, (member) =>
          member.handle('*', async () => {
            running[agentId] = (running[agentId] ?? 0) + 1;
            most = Math.max(most, running[agentId]);
            await Promise.resolve();
            running[agentId] -= 1;
            return agentId;
          }),
        ),
      );
    const handles = Array.from({ length: 60 }, (_, input) =>
      hub.submit({ description: 'x', input }),
    );
    await swarm.pass(30_000);
    const executors = await Promise.all(handles.map((handle) => handle.result));
    expect(new Set(executors)).toEqual(new Set(['a', 'b', 'c']));
    expect(most).toBeLessThanOrEqual(2);
    expect(workers.map((worker) => worker.stats().tasks.executed).reduce((a, b) => a + b)).toBe(60);
  });

  it('all finish although one frame in twenty is lost on the way', async () => {
    for (const seed of [1, 2]) {
      const own = new TestSwarm({ classical: true });
      let isLossy = false;
      const random = seededRandom(seed);
      const lossy = (agentId: string) => {
        const transport = new HeldTransport(own.network.transport(agentId));
        transport.loses = () => isLossy && random.next() < 0.05;
        return transport;
      };
      const hub = await own.hub('hub', { transport: lossy('hub') });
      for (const agentId of ['a', 'b'])
        await own.join(agentId, hub, [], { transport: lossy(agentId) }, (member) =>
          member.handle(
            '*',
            (task) =>
              new Promise((resolve) => {
                own.clock.setTimeout(() => resolve(task.input as Json), 200);
              }),
          ),
        );
      isLossy = true;
      const handles = Array.from({ length: 100 }, (_, input) =>
        hub.submit({ description: 'x', input, budgets: { timeoutMs: 2_000 }, attemptsMax: 20 }),
      );
      await own.pass(120_000);
      const results = await Promise.all(handles.map((handle) => handle.result));
      expect(results).toEqual(Array.from({ length: 100 }, (_, i) => i));
      await own.close();
    }
  });

  it('above the limit of open ones are refused', async () => {
    const hub = await swarm.hub('hub', { limits: { tasksOpenMax: 3 } });
    for (let i = 0; i < 3; i++) hub.submit({ description: 'x', input: i });
    expect(() => hub.submit({ description: 'x', input: 3 })).toThrow(/tasksOpenMax/);
  });

  it('all finish exactly once each whoever is killed, as long as one worker is left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 2, maxLength: 2 }),
        fc.integer({ min: 1, max: 30 }),
        async (killedAtMs, taskCount) => {
          const own = new TestSwarm({ classical: true });
          const hub = await own.hub();
          const workers: P2PSwarm[] = [];
          for (const agentId of ['a', 'b', 'c'])
            workers.push(
              await own.join(agentId, hub, [], {}, (member) =>
                member.handle(
                  '*',
                  (task) =>
                    new Promise((resolve) => {
                      own.clock.setTimeout(() => resolve(task.input as Json), 700);
                    }),
                ),
              ),
            );
          const handles = Array.from({ length: taskCount }, (_, input) =>
            hub.submit({ description: `task ${input}`, input, budgets: { timeoutMs: 2_000 } }),
          );
          killedAtMs.forEach((ms, i) => own.clock.setTimeout(() => own.kill(workers[i]!), ms));
          await own.pass(60_000);
          const results = await Promise.all(handles.map((handle) => handle.result));
          expect(results).toEqual(Array.from({ length: taskCount }, (_, i) => i));
          expect(hub.stats().tasks).toMatchObject({ completed: taskCount, failed: 0, open: 0 });
          await own.close();
        },
      ),
      { numRuns: 8, seed: Number(process.env['FC_SEED'] ?? 1) },
    );
  }, 60_000);
});
