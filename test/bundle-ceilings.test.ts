import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle, type Bundle } from './bundle.js';
import { CEILINGS, FAMILIES, IDENTITY_FILES, SMALL, type Ceiling } from './bundle-ceilings.js';
import { doorsOf, libraries, ROOT } from './workspace.js';

/** In which ways a bundle breaks its ceiling. */
function breaches({ gzipBytes, modules, text }: Bundle, ceiling: Ceiling): string[] {
  const { gzipBytesMax, absent, lacks = [] } = ceiling;
  const strays = modules.filter((module) =>
    absent.some((name) => (/[:/]$/.test(name) ? module.startsWith(name) : module === name)),
  );
  return [
    ...(gzipBytes > gzipBytesMax ? [`${gzipBytes} bytes, ${gzipBytesMax} are allowed`] : []),
    ...strays.map((module) => `${module} is in it`),
    ...lacks.filter((words) => text.includes(words)).map((words) => `${words} is in it`),
  ];
}

const importOf = ({ door, names }: Ceiling) =>
  `export ${names === undefined ? '*' : `{ ${names.join()} }`} from '@ruvector/${door}'`;

// the doors of edge onto other packages hand on one of these
const doors = libraries().flatMap(({ manifest }) =>
  doorsOf(manifest).map((door) => door.replace('@ruvector/', '')),
);
const own = doors.filter((door) => !door.startsWith('edge/'));

const rows = own.flatMap((door): Ceiling[] => {
  const lines = CEILINGS.filter((ceiling) => ceiling.door === door);
  if (lines.length > 0) return lines;
  return [
    { door, platform: 'browser', ...SMALL },
    { door, platform: 'node', ...SMALL },
  ];
});

describe('a bundle', () => {
  it.each(rows.map((row) => ({ ...row, what: row.names?.join() ?? 'everything' })))(
    'of $what from $door for $platform has at most $gzipBytesMax bytes, and nothing foreign',
    async (ceiling) => {
      const made = await bundle(importOf(ceiling), ceiling.platform);
      expect(made.gzipBytes).toBeGreaterThan(100);
      expect(breaches(made, ceiling)).toEqual([]);
    },
  );

  it('of everything has each family of crypto in it, apart from what is loaded when needed', async () => {
    const made = await bundle(`export * from '@ruvector/crypto'`, 'browser');
    const lacks = [...Object.values(FAMILIES), IDENTITY_FILES];
    const found = breaches(made, { ...CEILINGS[0]!, gzipBytesMax: Infinity, absent: [], lacks });
    expect(found).toEqual(Object.values(FAMILIES).map((words) => `${words} is in it`));
  });

  it('of a name that needs no cryptography has none in it', async () => {
    const made = await bundle(`export { winsCrossing } from '@ruvector/crypto'`, 'browser');
    expect(made.gzipBytes).toBeLessThan(700);
  });

  it('that is larger than its ceiling is found, and so is what must not be in it', async () => {
    const made = await bundle(`export * from '@ruvector/crypto'`, 'node');
    const ceiling = { ...CEILINGS[0]!, gzipBytesMax: made.gzipBytes - 1 };
    expect(breaches(made, ceiling)).toEqual(
      expect.arrayContaining([
        `${made.gzipBytes} bytes, ${made.gzipBytes - 1} are allowed`,
        'node:crypto is in it',
        '@noble/curves is in it',
        '@ruvector/crypto is in it',
      ]),
    );
  });
});

it('the README of crypto says what each use of it costs at most', () => {
  const readme = readFileSync(join(ROOT, 'packages/crypto/README.md'), 'utf8');
  const uses = CEILINGS.filter(({ door, names }) => door === 'crypto' && names !== undefined);
  const kilobytes = ({ gzipBytesMax }: Ceiling) => (gzipBytesMax / 1000).toFixed(1);
  for (const use of uses.filter(({ platform }) => platform === 'browser')) {
    const inNode = uses.find(({ names, platform }) => names === use.names && platform === 'node')!;
    const names = use.names!.map((name) => `\`${name}\``).join(', ');
    expect(readme).toContain(`| ${names} | ${kilobytes(use)} | ${kilobytes(inNode)} |`);
  }
  for (const [door, words] of [
    ['crypto', 'on the root'],
    ['crypto/pq', 'on `/pq`'],
  ]) {
    const whole = CEILINGS.filter((row) => row.door === door && row.names === undefined);
    const inBrowserAndNode = whole.map(kilobytes).join(' | ');
    expect(readme).toContain(`| everything ${words} | ${inBrowserAndNode} |`);
  }
});

it('no line of the table is about a door that is gone', () => {
  expect(CEILINGS.filter(({ door }) => !own.includes(door))).toEqual([]);
});

describe('importing', () => {
  it.each(doors)('%s runs nothing', async (door) => {
    for (const platform of ['browser', 'node'] as const)
      expect((await bundle(`import '@ruvector/${door}'`, platform)).text).toBe('');
  });
});
