// Builds the packages with turbo: `pnpm exec node scripts/build.mjs [ARGUMENT OF TURBO …]`; turbo
// looks for the pnpm that started it.
//
// pnpm tells its children by an environment variable not to look after the dependencies first, but
// takes the text 'false' in it for a yes: then each of the builds, side by side, reads and writes
// one file of state, and now and then one reads it half-written. Without the variable none looks.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
delete env.pnpm_config_verify_deps_before_run;
const turbo = [join(root, 'node_modules/turbo/bin/turbo'), 'run', 'build'];
const quiet = ['--output-logs=errors-only', '--log-order=grouped'];
const args = [...turbo, ...quiet, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
process.exit(status ?? 1);
