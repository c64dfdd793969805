import { describe, expect, it } from 'vitest';
import { benchNames } from '../tools/bench/bench-files.js';
import { markedBenches, withoutTables } from '../tools/bench/markers.js';
import { prose } from './links.js';
import { filesBelow, readText, ROOT } from './workspace.js';

const documents = ['packages', 'apps', 'docs']
  .flatMap((folder) => filesBelow(folder, '.md'))
  .concat('README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md');

describe('figures in documents', () => {
  it('stand between markers that name a bench, at least in one of them', () => {
    const marked = documents.flatMap((path) => markedBenches(readText(path)));
    expect(marked.length).toBeGreaterThan(0);
    expect(marked.filter((name) => !benchNames(ROOT).includes(name))).toEqual([]);
  });

  it.each(documents)('%s has no marker without its partner', (path) => {
    expect(prose(withoutTables(readText(path)))).not.toMatch(/<!-- \/?bench:/);
  });

  it.each(documents)('%s has no table of a bench that was typed', (path) => {
    expect(withoutTables(readText(path))).not.toMatch(/^\| case \|/m);
  });

  it.each(documents)('%s has measured tables between its markers', (path) => {
    const empty = [...readText(path).matchAll(/<!-- bench:(\S+) -->\s*<!-- \/bench:/g)];
    expect(empty.map((match) => match[1])).toEqual([]);
  });
});
