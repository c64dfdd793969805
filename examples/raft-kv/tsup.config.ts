import { base } from '../../tsup.config.base.js';

export default base({
  entry: [
    'src/member.ts',
    'src/cli.ts',
    'src/chaos.ts',
    'src/load.ts',
    'src/load-member.ts',
    'src/failover.ts',
  ],
  platform: 'node',
});
