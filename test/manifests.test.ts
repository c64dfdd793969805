import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraries, readText, ROOT } from './workspace.js';

type Conditions = string | { readonly [condition: string]: Conditions };

/**
 * Conditions in another order than source, browser, types, default: the first that applies wins.
 */
function misordered(conditions: Conditions, path: string): string[] {
  if (typeof conditions === 'string') return [];
  const names = Object.keys(conditions);
  const order = ['@ruvector/source', 'browser', 'types', 'default'];
  const sorted = order.filter((name) => names.includes(name));
  const wrong = names.join() === sorted.join() && names.at(-1) === 'default' ? [] : [path];
  const inner = names.flatMap((name) => misordered(conditions[name]!, `${path} › ${name}`));
  return [...wrong, ...inner];
}

/** What a user gets: the sources are for this workspace only. */
const withoutSource = (exports: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(exports).map(([door, conditions]) => {
      if (typeof conditions === 'string') return [door, conditions];
      const { '@ruvector/source': _, ...rest } = conditions as Record<string, unknown>;
      return [door, rest];
    }),
  );

/** Its sources are published beside the others, for who wants to read them. */
const hasKernel = (folder: string) => existsSync(join(ROOT, folder, 'assembly'));

const targets = (conditions: Conditions): string[] =>
  typeof conditions === 'string' ? [conditions] : Object.values(conditions).flatMap(targets);

describe.each(libraries())('$folder', ({ folder, manifest }) => {
  it('is version 1.0.0 in ESM, free of side effects, for Node 20.19 and later', () => {
    expect(manifest).toMatchObject({
      version: '1.0.0',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19' },
      files: ['dist', '!dist/.tsbuildinfo', 'src', ...(hasKernel(folder) ? ['assembly'] : [])],
      publishConfig: { access: 'public' },
    });
    expect(manifest.name).toBe(`@ruvector/${folder.replace('packages/', '')}`);
    expect(manifest.description).toMatch(/^[A-Z].{20,}[^.]$/);
    expect(manifest.private).toBeUndefined();
  });

  it('says of every door where its types are before it says where its code is', () => {
    const doors = Object.entries((manifest.exports ?? {}) as Record<string, Conditions>);
    expect(doors.flatMap(([door, conditions]) => misordered(conditions, door))).toEqual([]);
    expect(manifest.exports).toHaveProperty(['./package.json'], './package.json');
  });

  it('publishes the same doors without the sources', () => {
    expect(manifest.publishConfig?.exports).toEqual(withoutSource(manifest.exports ?? {}));
    expect(JSON.stringify(manifest.publishConfig)).not.toMatch(/src\//);
  });

  it('has a source file behind every door', () => {
    const sources = Object.values((manifest.exports ?? {}) as Record<string, Conditions>)
      .flatMap(targets)
      .filter((target) => target.startsWith('./src/'));
    expect(sources.filter((target) => !existsSync(join(ROOT, folder, target)))).toEqual([]);
  });

  it('pins third-party packages in the catalog and its siblings in the workspace', () => {
    const ranges = Object.entries(manifest.dependencies ?? {});
    const odd = ranges.filter(
      ([name, range]) => range !== (name.startsWith('@ruvector/') ? 'workspace:^' : 'catalog:'),
    );
    expect(odd).toEqual([]);
  });

  it('tells the compiler of the same internal dependencies', () => {
    const { references = [] } = JSON.parse(readText(`${folder}/tsconfig.json`)) as {
      references?: { path: string }[];
    };
    const internal = Object.keys(manifest.dependencies ?? {}).filter((n) => n.startsWith('@ruv'));
    expect(references.map(({ path }) => path).sort()).toEqual(
      internal.map((name) => name.replace('@ruvector/', '../')).sort(),
    );
  });

  it('has a README that says how to install it', () => {
    expect(readText(`${folder}/README.md`)).toContain(`./ruvector-${folder.slice(9)}-1.0.0.tgz`);
  });
});
