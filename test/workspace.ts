import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the tests here read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Record<string, string>;
  readonly exports?: Record<string, unknown>;
  readonly files?: readonly string[];
  readonly publishConfig?: { readonly access?: string; readonly exports?: Record<string, unknown> };
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

export interface WorkspacePackage {
  /** Relative to the root, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

const packagesIn = (parent: string): WorkspacePackage[] =>
  readdirSync(join(ROOT, parent))
    .sort()
    .map((name) => ({ folder: `${parent}/${name}`, manifest: readManifest(`${parent}/${name}`) }));

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

/** Every published package, in alphabetical order. */
export const libraries = (): WorkspacePackage[] => packagesIn('packages');

export const applications = (): WorkspacePackage[] => packagesIn('apps');

/** What a package can be imported as: its name, and one more for each further door. */
export const doorsOf = ({ name, exports = {} }: Manifest): string[] =>
  Object.keys(exports)
    .filter((door) => door !== './package.json')
    .map((door) => name + door.slice(1));

/** Every Markdown file that is written by hand. */
export const documents = (): string[] =>
  ['.', '.changeset'].flatMap((folder) => filesBelow(folder, '.md')).filter(isWritten);

const isWritten = (path: string) => !path.endsWith('CHANGELOG.md');

/** All files below `folder` with this ending, relative to the root and with `/` between names. */
export function filesBelow(folder: string, ending: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(ROOT, folder)).sort()) {
    if (entry === 'node_modules' || entry === 'dist' || entry.startsWith('.')) continue;
    const path = join(ROOT, folder, entry);
    if (statSync(path).isDirectory()) found.push(...filesBelow(`${folder}/${entry}`, ending));
    else if (entry.endsWith(ending)) found.push(relative(ROOT, path).split(sep).join('/'));
  }
  return found;
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
