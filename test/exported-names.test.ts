import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorFiles, exportedNames, type ExportedName } from './exported-names.js';

const EXAMPLES_MIN = 0.9;

const placed = (names: readonly ExportedName[]) =>
  names.map(({ place, name }) => `${place} ${name}`);

describe('what the doors of all packages export', () => {
  let names: ExportedName[];
  beforeAll(() => void (names = exportedNames(doorFiles())), 120_000);

  it('has a doc comment', () => {
    expect(placed(names.filter(({ isDocumented }) => !isDocumented))).toEqual([]);
    expect(names.length).toBeGreaterThan(200);
  });

  it('says of each method, number and optional member what its type cannot', () => {
    const lacking = names.filter(({ unexplained }) => unexplained.length > 0);
    expect(lacking.map((e) => `${e.place} ${e.name}: ${e.unexplained.join(', ')}`)).toEqual([]);
  });

  it('has an example, for nine of ten functions and classes', () => {
    const callable = names.filter(({ isCallable }) => isCallable);
    const lacking = callable.filter(({ hasExample }) => !hasExample);
    const share = 1 - lacking.length / callable.length;
    expect(share, placed(lacking).join('\n')).toBeGreaterThanOrEqual(EXAMPLES_MIN);
  });
});

describe('an exported name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ruvector-names-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('without comment or example is found, and so is a member that explains itself badly', () => {
    const source = `
      export function bare(): void {}
      /** @example only(); */
      export function only(): void {}
      /** Good. @example new Good(); */
      export class Good {
        private x = 1;
        /** Ends. */
        close(): void {}
      }
      /** Law. */
      export interface Law {
        /** ms */
        timeMs: number;
        close(): void;
      }
      /** Takes the comments of the law, where there are some. */
      export class Keeps implements Law {
        timeMs = 1;
        close(): void {}
      }
      /** Options. */
      export interface Options { a?: string; b: string; c: number; d?: undefined }
      /** Either. */
      export type Either = { ok: true; count: number } | {
        ok: false;
        /** Why. */
        why?: string;
      };`;
    writeFileSync(join(folder, 'own.ts'), source);
    writeFileSync(join(folder, 'door.ts'), `export * from './own.js';`);
    const found = exportedNames([join(folder, 'door.ts')]);
    const facts = found.map((e) => [e.name, e.isDocumented, e.hasExample, e.unexplained.join()]);
    expect(facts).toEqual([
      ['bare', false, false, ''],
      ['only', false, true, ''],
      ['Good', true, true, ''],
      ['Law', true, false, 'close'],
      ['Keeps', true, false, 'close'],
      ['Options', true, false, 'a,c'],
      ['Either', true, false, 'count'],
    ]);
    expect(found.map(({ isCallable }) => isCallable).filter(Boolean)).toHaveLength(4);
  });
});
