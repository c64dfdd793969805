import { P2PSwarmV2 } from '@ruvector/swarm';
const swarm = new P2PSwarmV2('agent-001', undefined, ['executor']);
await swarm.connect();
await swarm.publish('tasks', { process: 'dataset-001' });
await swarm.close();
