// Builds every package and packs it as it would be published: `node scripts/pack-all.mjs [FOLDER]`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = resolve(process.argv[2] ?? `${root}/packed`);

function pnpm(...args) {
  const script = `${root}/scripts/pnpm.mjs`;
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 };
  const run = spawnSync(process.execPath, [script, ...args], options);
  if (run.status === 0) return;
  process.stderr.write(`pnpm ${args.join(' ')}\n${run.stdout}${run.stderr}`);
  process.exit(1);
}

function globJs(dist) {
  if (!existsSync(dist)) return [];
  const files = readdirSync(dist, { recursive: true }).filter((name) => /\.js(\.map)?$/.test(name));
  return files.map((name) => `${dist}/${name}`);
}

mkdirSync(folder, { recursive: true });
const packed = () => readdirSync(folder).filter((name) => /^ruvector-.*\.tgz$/.test(name));
for (const name of packed()) rmSync(`${folder}/${name}`);
// A chunk of an earlier build that nothing imports any more would be packed too.
for (const name of readdirSync(`${root}/packages`))
  for (const file of globJs(`${root}/packages/${name}/dist`)) rmSync(file);
pnpm('run', 'build');
pnpm('run', 'types');
// pnpm and not npm: it alone rewrites `workspace:` and `catalog:` ranges and honours
// publishConfig.exports
pnpm('-r', '--filter=./packages/*', 'pack', '--pack-destination', folder);
for (const name of packed().sort()) console.log(`${folder}/${name}`);
