import { createSwarm } from '@ruvector/edge';
import { expect, inject, it } from 'vitest';

it('begins a swarm in a page', async () => {
  const swarm = await createSwarm({ agentId: 'page', capabilities: ['show things'] });
  expect(swarm.stats().members).toMatchObject({ registered: 1, live: 0 });
  await swarm.close();
});

it('says in a page that it cannot listen there', async () => {
  const listening = createSwarm({ agentId: 'page', listen: 'ws://127.0.0.1:0' });
  await expect(listening).rejects.toThrow(TypeError);
});

it('joins a swarm in Node from a page, asks it, and does a task for it', async () => {
  const page = await createSwarm({
    agentId: 'page',
    capabilities: ['paint'],
    join: inject('invitation'),
  });
  expect((await page.request('double', 21)).json()).toBe(42);
  page.handle('paint', (task) => `${String(task.input)}, painted in ${typeof window}`);
  expect((await page.request('delegate', 'a fence')).json()).toBe('a fence, painted in object');
  expect(page.stats().tasks.executed).toBe(1);
  await page.leave();
});
