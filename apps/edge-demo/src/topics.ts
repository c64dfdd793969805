/**
 * A field that workers are skilled in, in words that its texts use: one capability of at most 128
 * characters.
 */
export interface Topic {
  readonly name: string;
  readonly words: string;
}

export const TOPICS: readonly Topic[] = [
  {
    name: 'testing',
    words:
      'test testing runner assertion assert expect mock spy snapshot coverage fixture property based test framework',
  },
  {
    name: 'building',
    words:
      'build bundle bundler module rollup esbuild vite plugin minify tree shaking source map transpile compile javascript',
  },
  {
    name: 'security',
    words:
      'cryptography crypto encryption cipher hash signature elliptic curve secret key authenticated security audit random',
  },
  {
    name: 'networking',
    words:
      'network http https request response server client websocket socket url proxy protocol stream fetch',
  },
  {
    name: 'parsing',
    words:
      'parse parser parsing syntax tree ast tokenizer lexer grammar markdown yaml json regular expression ecmascript',
  },
  {
    name: 'files',
    words:
      'file files filesystem path directory folder glob pattern match read write watch recursive copy temporary',
  },
  {
    name: 'terminal',
    words:
      'terminal console command line cli argument color colour ansi prompt spinner stdout log print text style width',
  },
  {
    name: 'types',
    words:
      'type types typescript definition definitions declaration type checking schema validation interface utility',
  },
  {
    name: 'data',
    words:
      'data structure array object map set iterator cache queue list sort merge clone equal function utility helper',
  },
  {
    name: 'packages',
    words:
      'package packages npm pnpm yarn workspace version semver dependency changelog release publish install manifest',
  },
  {
    name: 'concurrency',
    words:
      'promise async await concurrency parallel worker thread process spawn event emitter queue limit timeout signal',
  },
  {
    name: 'browsers',
    words:
      'browser web page dom html css playwright chromium devtools automation style component frontend',
  },
];

/**
 * The topics of each worker, dealt in turn: however few workers there are, every topic is covered,
 * and no two of up to 72 have the same ones.
 */
export function topicsOf(worker: number, workers: number): readonly Topic[] {
  const count = TOPICS.length;
  if (workers <= count) return TOPICS.filter((_, at) => at % workers === worker % workers);
  const lap = Math.floor(worker / count);
  const pair = lap === 0 ? [worker] : [worker, worker + lap];
  return [...new Set(pair.map((at) => TOPICS[at % count]!))];
}
