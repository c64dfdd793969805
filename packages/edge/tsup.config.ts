import { base } from '../../tsup.config.base.js';

export default base({ entry: ['src/index.ts', 'src/core.ts', 'src/crypto.ts', 'src/learning.ts', 'src/semantic.ts', 'src/swarm.ts', 'src/transport-ws.ts'] });
