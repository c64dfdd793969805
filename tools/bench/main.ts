import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'tsup';
import { benchFiles, benchNames, type BenchFile } from './bench-files.js';
import { provenance, toMarkdown } from './markdown.js';
import { withTable } from './markers.js';
import type { BenchResult } from './result.js';
import { toEnvironment } from './run-context.js';

const USAGE = `pnpm bench [FILTER …] [--quick] [--write] [--json FILE] [--set PARAMETER=NUMBER …]

FILTER   part of a name, such as crypto or canonical-json; several mean any of them
--quick  only shows that benches run; its figures are worth nothing
--write  puts the tables between the markers of the READMEs and of docs/
--json   writes all results to FILE
--set    another value for a parameter of the benches that have it
`;

/** An index of others takes minutes to fill, and a bench may fill some. */
const BENCH_MS_MAX = 3_600_000;

type Asked = ReturnType<typeof readArguments>;

/** @throws TypeError or RangeError that says what is wrong, before anything has run */
function readArguments(root: string, argv: readonly string[]) {
  const { values: options, positionals: filters } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.quick && options.write) throw new RangeError('--write wants figures of a full run');
  const names = benchNames(root);
  for (const filter of filters)
    if (!names.some((name) => name.includes(filter)))
      throw new RangeError(`FILTER must be part of a bench's name, got ${filter}`);
  if (options.json !== undefined && !existsSync(dirname(resolve(options.json))))
    throw new RangeError(`--json must name a file in a folder that is there, got ${options.json}`);
  return { options, filters, parameters: Object.fromEntries(options.set.map(parseParameter)) };
}

/** Runs benches one after the other, each in a process of its own; resolves to the exit code. */
export async function main(root: string, argv: readonly string[]): Promise<number> {
  let asked: Asked;
  try {
    asked = readArguments(root, argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { options, filters, parameters } = asked;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const files = benchFiles(root).filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
  );
  await transpile(root, files);
  if (options.quick) console.log('a quick run, which says nothing about speed');
  const results: BenchResult[] = [];
  for (const file of files) {
    const result = run(root, file, { quick: options.quick, parameters });
    const set = options.set.map((text) => ` --set ${text}`).join('');
    const command = `pnpm bench ${file.name}${set}`;
    if (result === undefined) console.log(`\n${file.name} failed`);
    else {
      if (options.quick) console.log([`${file.name} ran`, ...result.leftOut].join('; left out: '));
      else
        console.log(`\n## ${file.name}\n\n${toMarkdown(result)}\n\n${provenance(result, command)}`);
      if (options.write && result.leftOut.length > 0)
        console.log('\nnot written: peers are missing');
      else if (options.write) writeTables(root, result, command);
      results.push(result);
    }
  }
  for (const name of Object.keys(parameters))
    if (!results.some((result) => name in result.parameters))
      console.log(`\nno bench that ran has a parameter ${name}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(results, null, 2));
  const failed = files.length - results.length;
  const skipped = results.filter(({ leftOut }) => leftOut.length > 0).length;
  console.log(`\n${results.length - skipped} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}

function parseParameter(text: string): [string, number] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || !Number.isFinite(Number(value)))
    throw new RangeError(`--set takes PARAMETER=NUMBER, got ${text}`);
  return [name, Number(value)];
}

/**
 * Puts each bench and the harness into one file, at a place from which its package can be imported.
 */
async function transpile(root: string, files: readonly BenchFile[]): Promise<void> {
  for (const folder of new Set(files.map((file) => file.folder)))
    await build({
      config: false,
      entry: files.filter((file) => file.folder === folder).map(({ source }) => source),
      outDir: join(folder, 'bench/.out'),
      format: 'esm',
      target: 'node20',
      skipNodeModulesBundle: true,
      splitting: false,
      silent: true,
      tsconfig: join(root, 'tsconfig.test.json'),
    });
}

function run(
  root: string,
  { name, folder }: BenchFile,
  options: { quick: boolean; parameters: Readonly<Record<string, number>> },
): BenchResult | undefined {
  const peersFolder = join(root, '.bench/peers');
  const cacheFolder = join(root, '.bench/cache');
  for (const path of [peersFolder, cacheFolder]) mkdirSync(path, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'ruvector-bench-'));
  const resultFile = join(scratch, 'result.json');
  const files = { peersFolder, cacheFolder, resultFile };
  const program = join(folder, 'bench/.out', `${name.split('/')[1]}.bench.js`);
  try {
    const { status } = spawnSync(process.execPath, ['--expose-gc', program], {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: BENCH_MS_MAX,
      env: { ...process.env, ...toEnvironment({ name, ...files, ...options }) },
    });
    return status === 0 ? (JSON.parse(readFileSync(resultFile, 'utf8')) as BenchResult) : undefined;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function writeTables(root: string, result: BenchResult, command: string): void {
  const table = `${toMarkdown(result)}\n\n${provenance(result, command)}`;
  const folders = ['.', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)];
  const readmes = folders.map((folder) => join(root, folder, 'README.md'));
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  for (const path of [...readmes, ...docs.map((name) => join(root, 'docs', name))]) {
    const text = readFileSync(path, 'utf8');
    const updated = withTable(text, result.name, table);
    if (updated !== text) writeFileSync(path, updated);
  }
}
