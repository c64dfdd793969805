import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, libraries, readText } from './workspace.js';

/** Files that read the machine, or wait: the others get clock, chance and entropy as arguments. */
const SHELLS = [
  'packages/core/src/clock.ts',
  'packages/core/src/random.ts',
  'packages/transport-ws/src/node.ts', // sends what was gathered when the turn of the loop is over
];

/**
 * What reads time or chance, or waits. The linter knows the common ones while you write; here are
 * all, however they are reached.
 */
const MACHINE =
  /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bMath\.random\b|\bperformance\b|\bhrtime\b|\bsetImmediate\b|(?<![.#\w])set(Timeout|Interval)\((?![^()]*\)\s*\{)|\b(globalThis|self|window)\.set(Timeout|Interval|Immediate)\b|\brequest(AnimationFrame|IdleCallback)\b|\bAbortSignal\.timeout\b|\bgetRandomValues\b|\brandomUUID\b|node:(timers|perf_hooks)/;

/** A source without its comments. */
function code(text: string): string {
  const options = { target: ts.ScriptTarget.ESNext, removeComments: true };
  return ts.transpileModule(text, { compilerOptions: options }).outputText;
}

const readsMachine = (path: string) => MACHINE.exec(code(readText(path)))?.[0];

describe('the machine', () => {
  it.each(libraries())('is read by no file of $folder but the shells', ({ folder }) => {
    const readers = filesBelow(`${folder}/src`, '.ts')
      .filter((path) => !SHELLS.includes(path))
      .flatMap((path) => readsMachine(path) ?? [])
      .map((what) => `${folder}: ${what}`);
    expect(readers).toEqual([]);
  });

  it.each(SHELLS)('is read by %s', (path) => expect(readsMachine(path)).toBeDefined());

  it.each([
    'new Date().getTime()',
    'globalThis.Date.now()',
    'setImmediate(f)',
    'self.setTimeout(f, 1)',
    'process.hrtime.bigint()',
    'AbortSignal.timeout(5)',
    'crypto.getRandomValues(bytes)',
    "import { setTimeout } from 'node:timers/promises'",
  ])('is read by %s', (text) => expect(MACHINE.test(text)).toBe(true));

  it.each(['clock.setTimeout(f, 1)', 'this.#clock.setTimeout(f, 1)', 'new Date(0)', 'clock.now()'])(
    'is not read by %s',
    (text) => expect(MACHINE.test(text)).toBe(false),
  );
});
