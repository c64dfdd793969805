import { parseArgs } from 'node:util';
import { DemoUsageError } from './demo-errors.js';

/** What the demo can do to its own swarm. */
export const FAULTS = ['kill-worker', 'forge', 'replay', 'expel'] as const;
export type Fault = (typeof FAULTS)[number];

export interface Flags {
  readonly help: boolean;
  readonly json: boolean;
  readonly seed: number;
  readonly workers: number;
  /** 0 for any free port. */
  readonly port: number;
  /** A folder of texts; the READMEs of the installed packages without it. */
  readonly corpus: string | undefined;
  readonly queries: readonly string[];
  readonly faults: ReadonlySet<Fault>;
}

const WORKERS_MAX = 64;
export const QUERIES_MAX = 64;
const QUERY_CHARS_MAX = 2000;

const DEFAULT_QUERIES = [
  'match file paths with glob patterns',
  'verify an elliptic curve signature',
  'run async functions with limited concurrency',
];

export const HELP = `Usage: npm run demo -- [flags]

A coordinator and its workers, each a process of its own, index a corpus together.

  --corpus DIR    text and markdown files of a folder (default: READMEs of installed packages)
  --query TEXT    a question to the index; may be given several times
  --workers N     worker processes, 1 to ${WORKERS_MAX} (default 3)
  --port N        port of the coordinator on 127.0.0.1, 0 for any free one (default 0)
  --seed N        what chance decides: which worker is killed, and when (default 1)
  --fault LIST    faults to inject, of ${FAULTS.join(', ')}; or none (default: all)
  --json          one JSON object on stdout, everything else on stderr
  --help          this text

Exit code: 0 all well, 1 something promised did not hold, 2 wrong flags or corpus, port in use.
`;

/**
 * Reads the command line, `--flag value` and `--flag=value` alike.
 *
 * @throws DemoUsageError naming the flag, the value and the rule.
 */
export function parseFlags(args: readonly string[]): Flags {
  const values = parse(args);
  return {
    help: values.help ?? false,
    json: values.json ?? false,
    seed: integer('--seed', values.seed, { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: 1 }),
    workers: integer('--workers', values.workers, { min: 1, max: WORKERS_MAX, otherwise: 3 }),
    port: integer('--port', values.port, { min: 0, max: 65_535, otherwise: 0 }),
    corpus: folder(values.corpus),
    queries: queries(values.query),
    faults: faults(values.fault),
  };
}

function parse(args: readonly string[]) {
  const once = { type: 'string' } as const;
  try {
    const { values, tokens } = parseArgs({
      args: withSignedValues(args),
      strict: true,
      allowPositionals: false,
      tokens: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        seed: once,
        workers: once,
        port: once,
        corpus: once,
        fault: once,
        query: { type: 'string', multiple: true },
      },
    });
    refuseRepeats(tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])));
    return values;
  } catch (cause) {
    if (cause instanceof DemoUsageError) throw cause;
    const [line = 'bad flags'] = String((cause as Error).message).split(/\. |\n/);
    throw new DemoUsageError(printable(line), { cause });
  }
}

/** `--port -1` as `--port=-1`: no flag begins with a digit, so it is a value, and out of range. */
function withSignedValues(args: readonly string[]): string[] {
  const isSigned = (text: string | undefined) => /^-\d/.test(text ?? '');
  return args.flatMap((arg, at) => {
    if (/^--[a-z]+$/.test(arg) && isSigned(args[at + 1])) return [`${arg}=${args[at + 1]}`];
    return isSigned(arg) && /^--[a-z]+$/.test(args[at - 1] ?? '') ? [] : [arg];
  });
}

/** Which of two ports was meant? Rather ask than guess. */
function refuseRepeats(names: readonly string[]): void {
  const twice = names.find((name, at) => name !== 'query' && names.indexOf(name) < at);
  if (twice !== undefined) throw new DemoUsageError(`--${twice} is given more than once`);
}

function integer(
  flag: string,
  text: string | undefined,
  { min, max, otherwise }: { min: number; max: number; otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    throw new DemoUsageError(`${flag} must be an integer from ${min} to ${max}, got ${show(text)}`);
  return value;
}

function folder(text: string | undefined): string | undefined {
  if (text === '' || text?.includes('\0'))
    throw new DemoUsageError(`--corpus must name a folder, got ${show(text)}`);
  return text;
}

function queries(given: readonly string[] = DEFAULT_QUERIES): readonly string[] {
  if (given.length > QUERIES_MAX)
    throw new DemoUsageError(`--query may be given ${QUERIES_MAX} times, got ${given.length}`);
  for (const query of given)
    if (!/[\p{L}\p{N}]/u.test(query) || query.length > QUERY_CHARS_MAX)
      throw new DemoUsageError(
        `--query must be text of 1 to ${QUERY_CHARS_MAX} characters with a word in it, got ${show(query)}`,
      );
  return given;
}

function faults(text: string | undefined): ReadonlySet<Fault> {
  if (text === undefined) return new Set(FAULTS);
  if (text === 'none') return new Set();
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter((name): name is Fault => FAULTS.some((fault) => fault === name));
  if (known.length < names.length)
    throw new DemoUsageError(
      `--fault must be none or a list of ${FAULTS.join(', ')}, got ${show(text)}`,
    );
  return new Set(known);
}

const show = (text: string): string => JSON.stringify(text.slice(0, 60));

/** Control characters in a flag must not reach the terminal. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, '?').slice(0, 300);
