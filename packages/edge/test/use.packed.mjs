import assert from 'node:assert/strict';
import { createSwarm } from '@ruvector/edge';
const chief = await createSwarm({
  agentId: 'chief',
  role: 'coordinator',
  listen: 'ws://127.0.0.1:0',
});
const smith = await createSwarm({ agentId: 'smith', join: await chief.invite() });
chief.reply('double', (message) => 2 * message.json());
assert.equal((await smith.request('double', 21)).json(), 42);
await smith.leave();
await chief.close();
