import { base } from '../../tsup.config.base.js';

export default base({ entry: ['src/main.ts', 'src/member.ts'], platform: 'node' });
