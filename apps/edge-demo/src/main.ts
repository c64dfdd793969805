import { fileURLToPath } from 'node:url';
import { isEdgeError, systemClock } from '@ruvector/edge/core';
import { HELP, parseFlags } from './flags.js';
import { Narrator } from './narrator.js';
import { summaryLines, toJsonLine } from './report.js';
import { runDemo } from './run-demo.js';
import { tellHits } from './tell-hits.js';

const EXIT = { ok: 0, broken: 1, usage: 2, interrupted: 130, terminated: 143 } as const;
/** Of the clone: this file is `apps/edge-demo/dist/main.js` in it. */
const PACKAGES_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<number> {
  const signal = endOnSignals();
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const narrator = new Narrator(flags.json ? process.stderr : process.stdout);
  const { report, broken } = await runDemo(PACKAGES_ROOT, {
    flags,
    narrator,
    clock: systemClock,
    signal,
  });
  tellHits(narrator, report.queries);
  for (const line of summaryLines(report)) narrator.say(line);
  for (const sentence of broken) process.stderr.write(`edge-demo: ${sentence}\n`);
  if (flags.json) process.stdout.write(toJsonLine(report));
  return report.ok ? EXIT.ok : EXIT.broken;
}

/** Interrupted, the demo takes its workers with it and leaves at once. */
function endOnSignals(): AbortSignal {
  const abort = new AbortController();
  const end = (code: number) => {
    abort.abort();
    process.exit(code);
  };
  process.on('SIGINT', () => end(EXIT.interrupted));
  process.on('SIGTERM', () => end(EXIT.terminated));
  process.stdout.on('error', () => end(EXIT.broken)); // nobody reads any more
  process.stderr.on('error', () => undefined); // the report is still wanted
  return abort.signal;
}

function exitCodeOf(error: unknown): number {
  if (!isEdgeError(error)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return EXIT.broken;
  }
  process.stderr.write(`edge-demo: ${error.message}\n`);
  return isEdgeError(error, 'ERR_DEMO_USAGE') ? EXIT.usage : EXIT.broken;
}

/** A pipe takes what its reader takes, and what it has not taken when the process exits is lost. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write('', () => resolve()));

const code = await main().catch(exitCodeOf);
await Promise.all([process.stdout, process.stderr].map(written));
process.exit(code);
