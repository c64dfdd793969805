import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { applications, filesBelow, libraries, readText, ROOT, type Manifest } from './workspace.js';

/** Everything that is neither the ground, nor the composition, nor the umbrella. */
const isLeaf = (name: string) => !['core', 'swarm', 'edge'].includes(short(name));
const short = (name: string) => name.replace('@ruvector/', '');
const isInternal = (name: string) => name.startsWith('@ruvector/');
const dependenciesOf = ({ dependencies = {}, peerDependencies = {} }: Manifest) => [
  ...Object.keys(dependencies),
  ...Object.keys(peerDependencies),
];
const internalOf = (manifest: Manifest) => dependenciesOf(manifest).filter(isInternal).sort();

/** The one package that may know a third-party package. */
const THIRD_PARTY: Record<string, string> = {
  '@noble/ciphers': 'crypto',
  '@noble/curves': 'crypto',
  '@noble/hashes': 'crypto',
  '@noble/post-quantum': 'crypto',
  ws: 'transport-ws',
};

describe('the dependency graph', () => {
  it('has core at the bottom, which depends on nothing', () => {
    const core = libraries().find(({ manifest }) => manifest.name === '@ruvector/core');
    expect(dependenciesOf(core!.manifest)).toEqual([]);
  });

  it.each(libraries().filter(({ manifest }) => isLeaf(manifest.name)))(
    'gives the leaf $manifest.name exactly one internal dependency: core',
    ({ manifest }) => expect(internalOf(manifest)).toEqual(['@ruvector/core']),
  );

  it('lets swarm know core and leaves, but no transport: those are passed in', () => {
    const swarm = libraries().find(({ manifest }) => manifest.name === '@ruvector/swarm');
    for (const name of internalOf(swarm!.manifest)) {
      expect(name === '@ruvector/core' || isLeaf(name), name).toBe(true);
      expect(name).not.toMatch(/transport-/);
    }
  });

  it('lets edge know every other package, and nothing from outside', () => {
    const all = libraries().map(({ manifest }) => manifest.name);
    const edge = libraries().find(({ manifest }) => manifest.name === '@ruvector/edge');
    expect(dependenciesOf(edge!.manifest).sort()).toEqual(
      all.filter((name) => name !== '@ruvector/edge').sort(),
    );
  });

  it('keeps each third-party package in one room', () => {
    const strays = libraries().flatMap(({ manifest }) =>
      dependenciesOf(manifest)
        .filter((name) => !isInternal(name) && THIRD_PARTY[name] !== short(manifest.name))
        .map((name) => `${manifest.name} → ${name}`),
    );
    expect(strays).toEqual([]);
  });
});

describe('imports', () => {
  it('in sources are declared as dependencies', () => {
    const undeclared = [...libraries(), ...applications()].flatMap(({ folder, manifest }) =>
      importsBelow(`${folder}/src`)
        .filter(({ specifier }) => isForeign(specifier))
        .filter(({ specifier }) => !dependenciesOf(manifest).includes(packageOf(specifier))),
    );
    expect(undeclared).toEqual([]);
  });

  it('by a path stay within their package', () => {
    const leaving = [...libraries(), ...applications()].flatMap(({ folder }) =>
      importsBelow(`${folder}/src`)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .filter(({ path, specifier }) => !join(dirname(path), specifier).startsWith(folder)),
    );
    expect(leaving).toEqual([]);
  });

  it('between files of a package name the file, not an index that re-exports it', () => {
    const indirect = [...libraries(), ...applications()].flatMap(({ folder }) =>
      importsBelow(`${folder}/src`)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .filter(({ specifier }) => !/^\.{1,2}\/(?!(.*\/)?index\.js$).*\.js$/.test(specifier)),
    );
    expect(indirect).toEqual([]);
  });
});

const importsBelow = (folder: string) =>
  filesBelow(folder, '.ts').flatMap((path) =>
    importsOf(readText(path)).map((specifier) => ({ path, specifier })),
  );
const importsOf = (text: string) =>
  ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
const isForeign = (specifier: string) => !/^(\.|#|node:)/.test(specifier);
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('the linter', () => {
  const SIBLING = 'no-restricted-imports';
  const MACHINE = /no-restricted-(globals|properties)/;
  const forbidden: [room: string, specifier: string][] = [
    ['core', '@noble/curves/ed25519.js'],
    ['core', 'node:fs'],
    ['crypto', '@ruvector/learning'],
    ['crypto', 'ws'],
    ['learning', '@ruvector/semantic/deep'],
    ['semantic', '@ruvector/crypto'],
    ['transport-ws', '@ruvector/swarm'],
    ['transport-ws', '@noble/hashes/sha2.js'],
    ['swarm', '@ruvector/transport-ws'],
    ['swarm', '@ruvector/edge'],
    ['edge', 'ws'],
  ];
  const leaves = ['crypto', 'learning', 'semantic', 'transport-ws'];
  const calls = ['Date.now()', 'Math.random()', 'setTimeout(() => 0, 1)', 'performance.now()'];
  const findings = lint({
    ...fileEach(forbidden, ([room, specifier], n) => [
      `packages/${room}/src/forbidden-${n}.ts`,
      `import { x } from '${specifier}';\nexport const y = [x];\n`,
    ]),
    ...fileEach(leaves, (room) => [
      `packages/${room}/src/allowed.ts`,
      `import { a } from '@ruvector/core';\nimport { b } from '@ruvector/core/memory';
import { c } from './own.js';\nexport const y = [a, b, c];\n`,
    ]),
    ...fileEach(calls, (call, n) => [
      `packages/swarm/src/machine-${n}.ts`,
      `export const y = () => ${call};\n`,
    ]),
    'packages/swarm/src/egg.ts': `import type { Hen } from './hen.js';\nexport type Egg = Hen[];\n`,
    'packages/swarm/src/hen.ts': `import type { Egg } from './egg.js';\nexport type Hen = Egg[];\n`,
    'packages/core/src/clock.ts': calls
      .map((call, n) => `export const y${n} = () => ${call};`)
      .join('\n'),
  });
  const about = (path: string) => findings.filter((line) => line.startsWith(`${path}:`));

  it.each(forbidden.map(([room, specifier], n) => ({ room, specifier, n })))(
    'refuses that $room imports $specifier',
    ({ room, n }) =>
      expect(about(`packages/${room}/src/forbidden-${n}.ts`).join()).toContain(SIBLING),
  );

  it.each(leaves)('lets %s import core and its own files', (room) => {
    expect(about(`packages/${room}/src/allowed.ts`)).toEqual([]);
  });

  it.each(calls.map((call, n) => ({ call, n })))('refuses $call in a library', ({ n }) => {
    expect(about(`packages/swarm/src/machine-${n}.ts`).join()).toMatch(MACHINE);
  });

  it('refuses that two files import each other, and be it types alone', () => {
    expect(about('packages/swarm/src/egg.ts').join()).toContain('no-cycle');
    expect(about('packages/swarm/src/hen.ts').join()).toContain('no-cycle');
  });

  it('lets the clock of core read the machine', () => {
    expect(about('packages/core/src/clock.ts')).toEqual([]);
  });
});

function fileEach<T>(cases: readonly T[], file: (each: T, n: number) => [string, string]) {
  return Object.fromEntries(cases.map(file));
}

/** What the linter says of these files under the rules of this repository, a line a finding. */
function lint(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ruvector-lint-'));
  try {
    cpSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
    const run = spawnSync(process.execPath, [oxlint, '--format=unix', '.'], { cwd: folder });
    return String(run.stdout).split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
