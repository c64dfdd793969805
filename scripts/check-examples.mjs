// `node scripts/check-examples.mjs [SECONDS]`: the examples do what their READMEs say. Needs a
// build. Ends with the line `N passed, N failed, N skipped`, of examples.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [seconds = '15'] = process.argv.slice(2);
const chaos = fileURLToPath(new URL('../examples/raft-kv/dist/chaos.js', import.meta.url));
const { status } = spawnSync(process.execPath, [chaos, '--seconds', seconds], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
console.log(status === 0 ? '1 passed, 0 failed, 0 skipped' : '0 passed, 1 failed, 0 skipped');
process.exitCode = status === 0 ? 0 : 1;
