import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as browserDoor from '../src/index.browser.js';
import * as nodeDoor from '../src/index.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  imports: Record<string, Record<string, string>>;
};
const specifiersOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)[^;]*? from '([^']+)';/gm)].map(
    (match) => match[1]!,
  );

/** All modules that a door pulls in under one condition, by what they import from elsewhere. */
function foreignImports(door: string, condition: string): Set<string> {
  const foreign = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of specifiersOf(file)) {
      const mapped = manifest.imports[specifier]?.[condition];
      if (mapped !== undefined) visit(join(folder, mapped));
      else if (specifier.startsWith('.'))
        visit(join(dirname(file), specifier.replace(/\.js$/, '.ts')));
      else foreign.add(specifier);
    }
  };
  visit(join(folder, 'src', door));
  return foreign;
}

describe('the two doors', () => {
  it('export the same names, types too', () => {
    expect(Object.keys(browserDoor)).toEqual(Object.keys(nodeDoor));
    const exportsOf = (door: string) =>
      readFileSync(join(folder, 'src', door), 'utf8').replace(/^\/\/.*\n/, '');
    expect(exportsOf('index.browser.ts')).toBe(exportsOf('index.ts'));
  });

  it('differ in that only the one for Node asks Node', () => {
    const isNode = (specifier: string) => specifier.startsWith('node:');
    expect([...foreignImports('index.browser.ts', 'browser')].filter(isNode)).toEqual([]);
    expect([...foreignImports('index.ts', 'default')].filter(isNode)).toEqual(['node:crypto']);
  });

  it('know nothing but core and noble', () => {
    for (const name of foreignImports('index.browser.ts', 'browser'))
      expect(name).toMatch(/^@ruvector\/core$|^@noble\/(curves|ciphers|hashes)\//);
  });
});
