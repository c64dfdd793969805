import { base } from '../../tsup.config.base.js';

export default base({
  entry: ['src/index.ts', 'src/{core,core-*,crypto,learning,semantic,swarm,transport-ws}.ts'],
});
