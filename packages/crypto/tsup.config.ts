import { base } from '../../tsup.config.base.js';

/**
 * One build of the same doors for each platform: the "imports" of package.json say which
 * `#native-backend` goes into it. What both doors of a platform need is in a file that they share.
 */
const build = (ending: string, conditions: string[]) =>
  base({
    entry: { [`index${ending}`]: 'src/index.ts', [`pq/index${ending}`]: 'src/pq/index.ts' },
    removeNodeProtocol: false,
    esbuildOptions(options) {
      options.conditions = conditions;
    },
  });

export default [build('', []), build('.browser', ['browser'])];
