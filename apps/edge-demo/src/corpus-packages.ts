import path from 'node:path';
import { fileErrorCode, type CorpusFiles } from './corpus-files.js';
import { byCodeUnits, CorpusBuilder, type Corpus, type CorpusOptions } from './corpus.js';
import { DemoUsageError } from './demo-errors.js';
import { readTextFile } from './text-file.js';

const README = /^readme(\.(md|markdown|mdown|txt|text))?$/i;
const MANIFEST_BYTES_MAX = 1 << 20;
const NAME = /^(@[\w.~-]+\/)?[\w.~-]{1,214}$/;
const VERSION = /^[\w.+-]{1,256}$/;
const NESTED_MAX = 16;

/**
 * One README for every package installed under `root`, each name and version once; ids are
 * `name@version/README.md`. Reads the layouts of pnpm (`node_modules/.pnpm/…`) and of npm. Packages
 * reached through links are left out: a linked package has its real folder elsewhere.
 *
 * @throws DemoUsageError if nothing is installed there.
 */
export async function readPackages(root: string, options: CorpusOptions = {}): Promise<Corpus> {
  const builder = new CorpusBuilder(options);
  const modules = path.join(root, 'node_modules');
  const folders: string[] = [];
  try {
    await builder.files.list(modules);
  } catch (cause) {
    throw new DemoUsageError(
      `no packages are installed in ${JSON.stringify(modules)} (${fileErrorCode(cause)}); ` +
        'run the demo with npm run demo, or give a folder with --corpus',
      { cause },
    );
  }
  for await (const folder of packageFolders(builder.files, modules, 0)) folders.push(folder);
  for (const folder of folders.toSorted(byCodeUnits)) {
    const shown = path.relative(root, folder).split(path.sep).join('/');
    builder.enter(shown);
    if (builder.full) break;
    await addPackage(builder, folder, shown);
  }
  return builder.build();
}

/** Real folders of packages below a `node_modules`, those of links left out. */
async function* packageFolders(
  files: CorpusFiles,
  modules: string,
  depth: number,
): AsyncGenerator<string> {
  if (depth > NESTED_MAX) return;
  for (const name of await foldersIn(files, modules)) {
    const folder = path.join(modules, name);
    if (name === '.pnpm')
      for (const store of await foldersIn(files, folder))
        yield* packageFolders(files, path.join(folder, store, 'node_modules'), depth + 1);
    else if (name.startsWith('@'))
      for (const inner of await foldersIn(files, folder)) yield path.join(folder, inner);
    else if (!name.startsWith('.')) {
      yield folder;
      yield* packageFolders(files, path.join(folder, 'node_modules'), depth + 1);
    }
  }
}

async function foldersIn(files: CorpusFiles, folder: string): Promise<string[]> {
  const found: string[] = [];
  const names = await files.list(folder).catch(() => []);
  for (const name of names) {
    const facts = await files.facts(path.join(folder, name)).catch(() => undefined);
    if (facts?.isDirectory()) found.push(name);
  }
  return found;
}

async function addPackage(builder: CorpusBuilder, folder: string, shown: string): Promise<void> {
  const manifest = await readTextFile(
    builder.files,
    path.join(folder, 'package.json'),
    MANIFEST_BYTES_MAX,
  );
  const name = manifest.text === undefined ? undefined : nameAndVersion(manifest.text);
  if (name === undefined) return builder.skip(shown, 'no name and version in package.json');
  const id = `${name}/README.md`;
  if (builder.has(id)) return;
  const [readme] = await readmesIn(builder.files, folder);
  if (readme === undefined) return builder.skip(shown, 'no README');
  await builder.add(id, path.join(folder, readme), `${shown}/${readme}`);
}

/** Markdown before others, then by name. */
async function readmesIn(files: CorpusFiles, folder: string): Promise<string[]> {
  const names = await files.list(folder).catch(() => []);
  const isMarkdown = (name: string) => /\.(md|markdown|mdown)$/i.test(name);
  return names
    .filter((name) => README.test(name))
    .toSorted((a, b) => Number(isMarkdown(b)) - Number(isMarkdown(a)) || byCodeUnits(a, b));
}

function nameAndVersion(manifest: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(manifest);
  } catch {
    return undefined;
  }
  const { name, version } = (parsed ?? {}) as { name?: unknown; version?: unknown };
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return NAME.test(name) && VERSION.test(version) ? `${name}@${version}` : undefined;
}
