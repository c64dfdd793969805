import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  imports: Record<string, Record<string, string>>;
};
const specifiersOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)[^;]*? from '([^']+)';/gm)].map(
    (match) => match[1]!,
  );

/** All modules that a door pulls in under one condition, and what they import from elsewhere. */
function pulledIn(condition: 'browser' | 'default', door: string) {
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
  visit(join(folder, door));
  return { modules: [...seen].map((file) => relative(folder, file)), foreign: [...foreign] };
}

const foreignImports = (condition: 'browser' | 'default', door = 'src/index.ts') =>
  pulledIn(condition, door).foreign;

describe('the door', () => {
  it('asks Node in Node and nobody in a browser', () => {
    const isNode = (specifier: string) => specifier.startsWith('node:');
    expect(foreignImports('browser').filter(isNode)).toEqual([]);
    expect(foreignImports('default').filter(isNode)).toEqual(['node:crypto']);
  });

  it('leaves WebCrypto to who asks for it, but for its types', () => {
    const { modules } = pulledIn('browser', 'src/index.ts');
    const ofWebCrypto = modules.filter((module) => /webcrypto|async|web-/.test(module));
    expect(ofWebCrypto).toEqual(['src/webcrypto/async-primitives.ts']);
  });

  it('knows nothing else but core and noble', () => {
    for (const name of foreignImports('browser'))
      expect(name).toMatch(/^@ruvector\/core$|^@noble\/(curves|ciphers|hashes)\//);
  });
});

describe('the door /pq', () => {
  const door = 'src/pq/index.ts';

  it('asks Node in Node and nobody in a browser', () => {
    const isNode = (specifier: string) => specifier.startsWith('node:');
    expect(foreignImports('browser', door).filter(isNode)).toEqual([]);
    expect(foreignImports('default', door).filter(isNode)).toEqual(['node:crypto']);
  });

  it('is the one that knows lattices, and takes two of them', () => {
    const lattices = (name: string) => name.startsWith('@noble/post-quantum');
    expect(foreignImports('default').filter(lattices)).toEqual([]);
    expect(foreignImports('default', door).filter(lattices).sort()).toEqual([
      '@noble/post-quantum/ml-dsa.js',
      '@noble/post-quantum/ml-kem.js',
    ]);
  });
});
