// Installs each packed package, with the tarballs of its siblings, in an empty folder of its own, and
// uses it there: `node scripts/check-packed.mjs FOLDER`, FOLDER being what pack-all.mjs filled.
// Ends with the line `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = resolve(process.argv[2] ?? `${root}/packed`);

/** A few lines of use for each package. */
const USE = {
  core: `
    import { isEdgeError, LimitError } from '@ruvector/core';
    import { FlatIndex } from '@ruvector/core/memory';
    import { transportCompliance } from '@ruvector/core/testing';
    assert(isEdgeError(new LimitError('x', 1), 'ERR_LIMIT'));
    const index = new FlatIndex({ metric: 'l2' });
    index.insert('near', [0, 1]);
    index.insert('far', [5, 5]);
    assert.equal(index.search([0, 0], 1)[0].id, 'near');
    assert.equal(typeof transportCompliance, 'function');`,
  crypto: `
    import { ed25519, IdentityManager, verifyRegistration } from '@ruvector/crypto';
    const { secretKey, publicKey } = ed25519.keygen();
    const message = new TextEncoder().encode('hello');
    assert(ed25519.verify(ed25519.sign(message, secretKey), message, publicKey));
    const identity = IdentityManager.create({ agentId: 'a', swarmId: 's' });
    const registration = await identity.createRegistration('a', ['test'], { swarmId: 's' });
    assert(verifyRegistration(registration, { swarmId: 's', now: Date.now() }));`,
  learning: `
    import { PatternStore } from '@ruvector/learning';
    const [a, b] = [new PatternStore({ agentId: 'a' }), new PatternStore({ agentId: 'b' })];
    a.record('key', { vector: Float32Array.of(1, 0), outcome: 1, confidence: 0.5 });
    b.merge(a);
    assert.notEqual(b.get('key'), undefined);`,
  semantic: `
    import { SemanticTaskMatcher } from '@ruvector/semantic';
    const matcher = new SemanticTaskMatcher();
    matcher.registerAgent('rust-dev', 'compile rust cargo build test unsafe');
    matcher.registerAgent('web-dev', 'javascript react html css frontend');
    assert.equal(matcher.matchAgent('build rust library with cargo')?.agentId, 'rust-dev');`,
  'transport-ws': `
    import { WsTransport } from '@ruvector/transport-ws';
    const hub = new WsTransport({ peerId: 'hub', listen: { port: 0 } });
    await hub.open();
    const leaf = new WsTransport({ peerId: 'leaf', peers: { hub: hub.address.url } });
    const heard = new Promise((resolve) => hub.onFrame((from, frame) => resolve([from, ...frame])));
    await leaf.open();
    while (!leaf.send('hub', Uint8Array.of(7))) await leaf.ready('hub');
    assert.deepEqual(await heard, ['leaf', 7]);
    await leaf.close();
    await hub.close();`,
  swarm: `
    import { P2PSwarmV2 } from '@ruvector/swarm';
    const swarm = new P2PSwarmV2('agent-001', undefined, ['executor']);
    await swarm.connect();
    await swarm.publish('tasks', { process: 'dataset-001' });
    await swarm.close();`,
  edge: `
    import { createSwarm } from '@ruvector/edge';
    for (const door of DOORS) assert(Object.keys(await import(door)).length > 0, door);
    const chief = await createSwarm({ agentId: 'chief', role: 'coordinator', listen: 'ws://127.0.0.1:0' });
    const smith = await createSwarm({ agentId: 'smith', join: await chief.invite() });
    chief.reply('double', (message) => 2 * message.json());
    assert.equal((await smith.request('double', 21)).json(), 42);
    await smith.leave();
    await chief.close();`,
};

const manifests = new Map();
for (const name of readdirSync(`${root}/packages`))
  manifests.set(name, JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, 'utf8')));
const tarball = (name) => `ruvector-${name}-${manifests.get(name).version}.tgz`;

/** The package and all siblings that it needs, itself last. */
function withSiblings(name, found = new Set()) {
  for (const dependency of Object.keys(manifests.get(name).dependencies ?? {}))
    if (dependency.startsWith('@ruvector/')) withSiblings(dependency.slice(10), found);
  return found.add(name);
}

/** Runs a command in `cwd`; throws with all it printed unless it succeeds. */
function run(cwd, command, args) {
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 180_000 });
  if (result.status === 0) return;
  const why = result.error?.message ?? `exit ${result.status ?? result.signal}`;
  throw new Error(`${command} ${args.join(' ')}: ${why}\n${result.stdout}${result.stderr}`);
}

const doorsOf = (name) =>
  Object.keys(manifests.get(name).exports)
    .filter((door) => door !== './package.json')
    .map((door) => manifests.get(name).name + door.slice(1));

/** What a TypeScript user of the package sees: every door has types that compile, strictly. */
function checkTypes(cwd, name) {
  const uses = doorsOf(name).map((door, n) => `import * as door${n} from '${door}';`);
  const names = uses.map((_, n) => `door${n}`);
  writeFileSync(join(cwd, 'use.mts'), `${uses.join('\n')}\nexport const all = [${names}];\n`);
  const tsc = `${root}/node_modules/typescript/bin/tsc`;
  const types = ['--types', 'node', '--typeRoots', `${root}/node_modules/@types`];
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext'];
  run(cwd, process.execPath, [
    tsc,
    '--noEmit',
    '--target',
    'es2022',
    ...strict,
    ...types,
    'use.mts',
  ]);
}

function check(name) {
  if (USE[name] === undefined) throw new Error(`scripts/check-packed.mjs has no use of ${name}`);
  const cwd = mkdtempSync(join(tmpdir(), `ruvector-${name}-`));
  try {
    const tarballs = [...withSiblings(name)].map(tarball);
    for (const file of tarballs) copyFileSync(join(folder, file), join(cwd, file));
    writeFileSync(join(cwd, 'package.json'), '{ "private": true, "type": "module" }\n');
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    run(cwd, 'npm', ['install', ...quiet, ...tarballs.map((file) => `./${file}`)]);
    const head = `import assert from 'node:assert/strict';\nconst DOORS = ${JSON.stringify(doorsOf(name))};`;
    writeFileSync(join(cwd, 'use.mjs'), `${head}\n${USE[name]}\n`);
    run(cwd, process.execPath, ['use.mjs']);
    checkTypes(cwd, name);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

let [passed, failed] = [0, 0];
for (const name of manifests.keys()) {
  try {
    check(name);
    passed += 1;
    console.log(`ok      @ruvector/${name}: installs, runs and type-checks from ${tarball(name)}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  @ruvector/${name}: ${error.message}`);
  }
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
