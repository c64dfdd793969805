import type { TestProject } from 'vitest/node';
import { createSwarm } from '../packages/edge/src/index.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Into the swarm that runs in Node beside the browser tests. */
    invitation: string;
  }
}

/**
 * A coordinator in Node that pages may join. It doubles numbers, and at the request `delegate`
 * submits a task for members that can `paint`, and answers with its result.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chief = await createSwarm({
    agentId: 'chief',
    role: 'coordinator',
    listen: 'ws://127.0.0.1:0',
  });
  chief.reply('double', (message) => 2 * message.json<number>());
  chief.reply('delegate', async (message) => {
    const task = { description: 'paint this', capability: 'paint', input: message.json() };
    return chief.submit(task).result;
  });
  project.provide('invitation', await chief.invite());
  return () => chief.close();
}
