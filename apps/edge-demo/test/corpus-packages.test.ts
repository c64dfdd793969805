import { symlinkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEdgeError } from '@ruvector/edge/core';
import { readPackages } from '../src/corpus-packages.js';
import { scratchFolder } from './scratch-folder.js';

const scratch = scratchFolder();
const manifest = (name: string, version: string) => JSON.stringify({ name, version });

describe('readPackages', () => {
  it('reads one README a package of a pnpm layout, and links only once', async () => {
    const store = 'node_modules/.pnpm';
    const root = scratch.fill('pnpm', {
      [`${store}/a@1.0.0/node_modules/a/package.json`]: manifest('a', '1.0.0'),
      [`${store}/a@1.0.0/node_modules/a/readme.MD`]: '# a',
      [`${store}/a@2.0.0/node_modules/a/package.json`]: manifest('a', '2.0.0'),
      [`${store}/a@2.0.0/node_modules/a/README`]: 'a two',
      [`${store}/a@1.0.0_peer@1/node_modules/a/package.json`]: manifest('a', '1.0.0'),
      [`${store}/a@1.0.0_peer@1/node_modules/a/README.md`]: '# a',
      [`${store}/@s+b@1.0.0/node_modules/@s/b/package.json`]: manifest('@s/b', '1.0.0'),
      [`${store}/@s+b@1.0.0/node_modules/@s/b/README.markdown`]: '# b',
      [`${store}/@s+b@1.0.0/node_modules/@s/b/README.zh-CN.md`]: '# not this one',
    });
    symlinkSync('.pnpm/a@1.0.0/node_modules/a', path.join(root, 'node_modules/a'));
    const corpus = await readPackages(root);
    expect(corpus.documents).toEqual([
      { id: '@s/b@1.0.0/README.md', text: '# b' },
      { id: 'a@1.0.0/README.md', text: '# a' },
      { id: 'a@2.0.0/README.md', text: 'a two' },
    ]);
    expect(corpus.skipped).toEqual([]);
  });

  it('reads the nested layout of npm too', async () => {
    const root = scratch.fill('npm', {
      'node_modules/a/package.json': manifest('a', '2.0.0'),
      'node_modules/a/README.md': 'outer',
      'node_modules/a/node_modules/b/package.json': manifest('b', '1.0.0-rc.1+x'),
      'node_modules/a/node_modules/b/README.txt': 'inner',
      'node_modules/.bin/tool': 'not a package',
    });
    const { documents } = await readPackages(root);
    expect(documents.map(({ id }) => id)).toEqual([
      'a@2.0.0/README.md',
      'b@1.0.0-rc.1+x/README.md',
    ]);
  });

  it('prefers markdown when a package has several READMEs', async () => {
    const root = scratch.fill('several', {
      'node_modules/a/package.json': manifest('a', '1.0.0'),
      'node_modules/a/README': 'plain',
      'node_modules/a/readme.md': 'markdown',
    });
    expect((await readPackages(root)).documents[0]?.text).toBe('markdown');
  });

  it('reports packages without a README, with an empty one, or without a proper name', async () => {
    const root = scratch.fill('odd', {
      'node_modules/bare/package.json': manifest('bare', '1.0.0'),
      'node_modules/blank/package.json': manifest('blank', '1.0.0'),
      'node_modules/blank/README.md': ' ',
      'node_modules/broken/package.json': '{',
      'node_modules/evil/package.json': manifest('../../evil', '1.0.0'),
      'node_modules/nothing/index.js': '',
      'node_modules/null/package.json': 'null',
    });
    const { documents, skipped } = await readPackages(root);
    expect(documents).toEqual([]);
    const unnamed = 'no name and version in package.json';
    expect(skipped).toEqual([
      { path: 'node_modules/bare', reason: 'no README' },
      { path: 'node_modules/blank/README.md', reason: 'empty' },
      { path: 'node_modules/broken', reason: unnamed },
      { path: 'node_modules/evil', reason: unnamed },
      { path: 'node_modules/nothing', reason: unnamed },
      { path: 'node_modules/null', reason: unnamed },
    ]);
  });

  it('never follows a linked README', async () => {
    const root = scratch.fill('linked', {
      'node_modules/a/package.json': manifest('a', '1.0.0'),
      'secret.txt': 'secret',
    });
    symlinkSync('../../secret.txt', path.join(root, 'node_modules/a/README.md'));
    const { documents, skipped } = await readPackages(root);
    expect(documents).toEqual([]);
    expect(skipped).toEqual([{ path: 'node_modules/a/README.md', reason: 'link' }]);
  });

  it('says in one line that nothing is installed', async () => {
    const root = path.join(scratch.root, 'bare');
    mkdirSync(root);
    const error: unknown = await readPackages(root).catch((cause: unknown) => cause);
    expect(isEdgeError(error, 'ERR_DEMO_USAGE')).toBe(true);
    expect((error as Error).message).toMatch(/^no packages are installed in .*ENOENT[^\n]*$/);
  });

  it('finds the packages that this very test runs with', async () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    const { documents } = await readPackages(root);
    const names = documents.map(({ id }) => id.replace(/@[^@]+$/, ''));
    expect(names).toContain('vitest');
    expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
  });
});
