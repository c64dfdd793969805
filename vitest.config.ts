import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/** RUVECTOR_DIST=1 tests what is built, as a user gets it, instead of the sources. */
const source = process.env['RUVECTOR_DIST'] ? [] : ['@ruvector/source'];
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const conditions = (platform: 'node' | 'browser') => [
  ...source,
  platform,
  'module',
  'import',
  'default',
];

/** A failure in a browser is run again with its seed as one in Node is. */
const seedsOf = ({ SEED, FC_SEED }: NodeJS.ProcessEnv) => ({ SEED, FC_SEED });

/**
 * The rules of the house, about files, names, documents and bundles: `pnpm check` takes them.
 */
const HOUSE = [
  'test/**/*.test.ts',
  'tools/*/test/**/*.test.ts',
  'packages/edge/test/doors.test.ts',
  'packages/core/test/bundle.node.test.ts',
];

/**
 * What takes long and changes seldom, in Node: `pnpm check` takes it, and a newer Node in CI. That
 * the compliance suites catch what is wrong, fuzzing, the promises that are made for browsers, and
 * passwords, which are slow on purpose.
 */
const THOROUGH = [
  'packages/*/test/**/*saboteurs.node.test.ts',
  'packages/*/test/**/*.thorough.node.test.ts',
  'packages/*/test/fuzz/**/*.test.ts',
  'packages/crypto/test/webcrypto*.test.ts',
  'packages/crypto/test/sealed-identity.node.test.ts',
];

/** Tested in Node and in a browser, but for `*.node.test.ts`, which need Node themselves. */
const PORTABLE_OF_HNSW = 'packages/hnsw/test/{determinism,exactness}.test.ts';
const PORTABLE = ['packages/{core,crypto,learning,semantic}/test/**/*.test.ts', PORTABLE_OF_HNSW];

/** Chromium's engine is Node's, so that the rest of what hnsw does is tried there less often. */
const PORTABLE_THOROUGH = 'packages/hnsw/test/**/*.test.ts';

const node = {
  resolve: { conditions: conditions('node') },
  ssr: { resolve: { conditions: conditions('node'), externalConditions: source } },
  test: {
    name: 'node',
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
    exclude: ['**/*.browser.test.ts', '**/node_modules/**', ...HOUSE, ...THOROUGH],
    environment: 'node' as const,
    // a third of the time went into loading the same modules again for each file
    isolate: false,
    testTimeout: 30_000,
  },
};

const house = {
  ...node,
  test: {
    ...node.test,
    name: 'house',
    include: HOUSE,
    exclude: [],
    isolate: true, // bundlers and compilers keep state of their own
    chaiConfig: { truncateThreshold: 0 }, // a rule that is broken says where
  },
};

const thorough = {
  ...node,
  test: { ...node.test, name: 'thorough', include: THOROUGH, exclude: [] },
};

/** Compiles what has changed; before the setups of a project, too, which import packages. */
const KERNELS = './tools/wasm/before-tests.mjs';

/** What takes long and changes seldom, in a browser: taken where `thorough` is. */
const THOROUGH_PAGES = 'packages/*/test/**/*.thorough.browser.test.ts';

/** Tested in a browser alone. */
const PAGES = 'packages/*/test/**/!(*.thorough).browser.test.ts';

/** Tested in a page that cannot share memory with its workers, which is what most pages are. */
const PLAIN = 'packages/*/test/**/*.plain.browser.test.ts';

const plain = {
  resolve: { conditions: conditions('browser') },
  define: { 'process.env': seedsOf(process.env) },
  test: {
    name: 'browser-plain',
    include: [PLAIN],
    isolate: false,
    testTimeout: 30_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      ui: false,
      provider: playwright({
        launchOptions: {
          executablePath: chromium,
          args: [
            '--no-sandbox',
            '--disable-dev-shm-usage',
            '--disable-gpu',
            '--disable-background-networking',
          ],
        },
      }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
};

const browser = {
  ...plain,
  // isolated, as a page must be that shares memory with its workers
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  // the peers of globalSetup, which run in Node
  environments: {
    __vitest__: { resolve: { conditions: conditions('node'), externalConditions: source } },
  },
  test: {
    ...plain.test,
    name: 'browser',
    include: ['packages/*/test/**/*.browser.test.ts', ...PORTABLE],
    exclude: ['**/*.node.test.ts', '**/node_modules/**', PLAIN, THOROUGH_PAGES],
    globalSetup: [KERNELS, './test/browser-peer.ts', './test/browser-swarm.ts'],
    // vitest writes the project's name into each
    browser: { ...plain.test.browser, instances: [{ browser: 'chromium' as const }] },
  },
};

const thoroughPages = {
  ...browser,
  test: {
    ...browser.test,
    name: 'browser-thorough',
    include: [THOROUGH_PAGES, PORTABLE_THOROUGH],
    exclude: ['**/*.node.test.ts', 'packages/hnsw/test/fuzz/**', PORTABLE_OF_HNSW, PLAIN, PAGES],
    globalSetup: [KERNELS, './test/browser-peer.ts'],
    browser: { ...plain.test.browser, instances: [{ browser: 'chromium' as const }] },
  },
};

const hasChromium = existsSync(chromium);
if (!hasChromium) console.log(`no chromium at ${chromium}: the browser tests are left out`);

export default defineConfig({
  test: {
    maxWorkers: Math.max(3, availableParallelism()), // some tests wait more than they work
    globalSetup: [KERNELS],
    reporters: ['default', './scripts/summary-reporter.ts'],
    projects: [node, thorough, house, ...(hasChromium ? [browser, plain, thoroughPages] : [])],
  },
});
