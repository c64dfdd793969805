// Runs the pnpm that package.json names in `packageManager`, with only Node and npm on the machine.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../package.json', import.meta.url);
const { packageManager } = JSON.parse(readFileSync(root, 'utf8'));
const spec = packageManager.split('+')[0];
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  npm_config_update_notifier: 'false',
  npm_config_loglevel: 'error',
};
const windows = process.platform === 'win32';
// once fetched it needs no network
const args = ['-y', '--prefer-offline', '--loglevel=error', spec, ...process.argv.slice(2)];
const run = spawnSync(windows ? 'npx.cmd' : 'npx', args, { stdio: 'inherit', env, shell: windows });
process.exit(run.status ?? 1);
