import { base } from '../../tsup.config.base.js';

/** One build a platform: the "imports" of package.json say which `#native-backend` goes into it. */
const build = (entry: string, conditions: string[]) =>
  base({
    entry: [entry],
    removeNodeProtocol: false,
    esbuildOptions(options) {
      options.conditions = conditions;
    },
  });

export default [build('src/index.ts', []), build('src/index.browser.ts', ['browser'])];
