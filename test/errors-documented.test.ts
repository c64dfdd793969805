import { describe, expect, it } from 'vitest';
import { applications, filesBelow, libraries, readText } from './workspace.js';

const inSources = new Set(
  [...libraries(), ...applications()]
    .flatMap(({ folder }) => filesBelow(`${folder}/src`, '.ts'))
    .flatMap((path) => [...readText(path).matchAll(/['"`](ERR_[A-Z0-9_]+)['"`]/g)])
    .map((match) => match[1]!),
);

const rows = readText('docs/errors.md')
  .split('\n')
  .filter((line) => line.startsWith('| `ERR_'))
  .map((line) => line.split('|').slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim()));
const documented = rows.map(([code]) => code!.replaceAll('`', ''));

describe('docs/errors.md', () => {
  it('lists every code that occurs in the sources, and no other', () => {
    expect(documented.filter((code) => !inSources.has(code))).toEqual([]);
    expect([...inSources].filter((code) => !documented.includes(code)).sort()).toEqual([]);
  });

  it('lists a code once', () => {
    expect(documented.filter((code, n) => documented.indexOf(code) !== n)).toEqual([]);
  });

  it('says what each code means and what to do', () => {
    const lacking = rows.filter((cells) => cells.length !== 3 || cells.some((cell) => cell === ''));
    expect(lacking).toEqual([]);
  });
});
