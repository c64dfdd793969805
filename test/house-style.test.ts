import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applications, filesBelow, libraries, readText, ROOT } from './workspace.js';

const sources = [...libraries(), ...applications()].flatMap(({ folder }) =>
  filesBelow(`${folder}/src`, '.ts'),
);

describe('sources', () => {
  it('are named after what they know, and tests too: there is no utils, helpers or common', () => {
    const all = ['.ts', '.mjs'].flatMap((ending) => filesBelow('.', ending));
    expect(all.filter((path) => /(^|[/-])(utils?|helpers?|common)[-./]/.test(path))).toEqual([]);
  });

  it('say which bounds they have: a constant is called X_MAX, not MAX_X or X_LIMIT', () => {
    const misnamed = sources.flatMap((path) =>
      [...readText(path).matchAll(/\bconst (MAX_[A-Z_]+|[A-Z_]+_LIMIT)\b/g)].map(
        (match) => `${path}: ${match[1]}`,
      ),
    );
    expect(misnamed).toEqual([]);
  });

  it('re-export in index.ts and in the doors of edge only', () => {
    const reexporting = sources.filter((path) => /^export [^;]*? from '/m.test(readText(path)));
    const others = reexporting.filter((path) => !/\/index(\.browser)?\.ts$/.test(path));
    expect(others.filter((path) => !path.startsWith('packages/edge/src/'))).toEqual([]);
  });

  it('have nothing but exports in the index of a package', () => {
    const indexes = sources.filter((path) => /^packages\/.*\/index(\.browser)?\.ts$/.test(path));
    const statements = (path: string) =>
      readText(path)
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .split(';')
        .map((statement) => statement.trim())
        .filter((statement) => statement !== '');
    const logic = indexes.filter(
      (path) =>
        !statements(path).every((statement) => /^export (type )?\{[^}]*\} from '/.test(statement)),
    );
    expect(logic).toEqual([]);
  });

  it('silence no rule of the compiler or the linter', () => {
    const silenced = sources.filter((path) =>
      /ts-(ignore|nocheck)|lint-disable/.test(readText(path)),
    );
    expect(silenced).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  const rows = readText('ARCHITECTURE.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`[a-z-]+`$/.test(cells[1] ?? ''));

  it('has a line for each package', () => {
    const folders = rows.map((cells) => `packages/${cells[1]!.replaceAll('`', '')}`);
    expect(folders.sort()).toEqual(libraries().map(({ folder }) => folder));
  });

  it('says where to start reading, in files that are there', () => {
    const places = rows.flatMap((cells) =>
      [...cells[4]!.matchAll(/`(src\/[^`]+)`/g)].map(
        (match) => `packages/${cells[1]!.replaceAll('`', '')}/${match[1]}`,
      ),
    );
    expect(places.length).toBeGreaterThanOrEqual(rows.length);
    expect(places.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
