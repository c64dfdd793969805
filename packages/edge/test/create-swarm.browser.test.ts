import { createSwarm } from '@ruvector/edge';
import { expect, it } from 'vitest';

it('begins a swarm in a page', async () => {
  const swarm = await createSwarm({ agentId: 'page', capabilities: ['show things'] });
  expect(swarm.stats().members).toMatchObject({ registered: 1, live: 0 });
  await swarm.close();
});

it('says in a page that it cannot listen there', async () => {
  await expect(createSwarm({ agentId: 'page', listen: 'ws://127.0.0.1:0' })).rejects.toThrow(
    TypeError,
  );
});
