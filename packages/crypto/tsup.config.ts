import { base } from '../../tsup.config.base.js';

/**
 * One build of the same door for each platform: the "imports" of package.json say which
 * `#native-backend` goes into it.
 */
const build = (name: string, conditions: string[]) =>
  base({
    entry: { [name]: 'src/index.ts' },
    removeNodeProtocol: false,
    esbuildOptions(options) {
      options.conditions = conditions;
    },
  });

export default [build('index', []), build('index.browser', ['browser'])];
