import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { libraries, ROOT } from './workspace.js';

/** Exports that are a second name of something: by export, the name that it says of itself. */
const ALIASES: Readonly<Record<string, string>> = { P2PSwarmV2: 'P2PSwarm' };

type Conditions = string | { readonly [condition: string]: Conditions };

/** The built files behind a package's doors, for Node and for browsers. */
const builtFiles = (conditions: Conditions): string[] =>
  typeof conditions === 'string' ? [conditions] : Object.values(conditions).flatMap(builtFiles);

const built = libraries().map(({ folder, manifest }) => ({
  folder,
  files: [...new Set(builtFiles((manifest.publishConfig?.exports ?? {}) as Conditions))].filter(
    (path) => path.endsWith('.js'),
  ),
}));

/**
 * Name of export and own name of every function a file exports; a process of its own sees no
 * source.
 */
function functionNames(path: string): [exported: string, own: string][] {
  const program = `
    const exports = Object.entries(await import(${JSON.stringify(pathToFileURL(path).href)}));
    const names = exports.filter(([, f]) => typeof f === 'function').map(([n, f]) => [n, f.name]);
    console.log(JSON.stringify(names));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return JSON.parse(output) as [string, string][];
}

describe.each(built)('$folder, built', ({ folder, files }) => {
  it.each(files)('exports every class and function of %s under its own name', (file) => {
    const names = functionNames(join(ROOT, folder, file));
    const wrong = names.filter(([exported, own]) => own !== (ALIASES[exported] ?? exported));
    expect(wrong).toEqual([]);
  });
});

it('every package has a built file, and every alias is one still', () => {
  expect(built.filter(({ files }) => files.length === 0)).toEqual([]);
  const swarm = functionNames(join(ROOT, 'packages/swarm/dist/index.js'));
  expect(swarm).toEqual(expect.arrayContaining(Object.entries(ALIASES)));
});
