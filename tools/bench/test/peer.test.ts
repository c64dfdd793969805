import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasPeer, leftOut, peer, peerVersion } from '../peer.js';
import versions from '../peers.json' with { type: 'json' };
import { toEnvironment } from '../run-context.js';

let peersFolder: string;
beforeEach(() => {
  peersFolder = mkdtempSync(join(tmpdir(), 'ruvector-peers-'));
  const files = { peersFolder, cacheFolder: '', resultFile: '' };
  const context = { name: 'core/x', quick: true, parameters: {}, ...files };
  for (const [name, value] of Object.entries(toEnvironment(context))) vi.stubEnv(name, value);
  vi.stubEnv('PATH', peersFolder); // where no npm is
  leftOut.clear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(peersFolder, { recursive: true });
});

/** As an installation leaves it. */
function installed(loader: string): void {
  const folder = join(peersFolder, `canonicalize-4.0.0-node${process.versions.modules}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'load.js'), loader);
}

describe('a peer', () => {
  it('that is installed is loaded, without asking npm', async () => {
    installed('export const load = async () => ({ answer: 42 });');
    expect(await peer('canonicalize')).toEqual({ answer: 42 });
    expect([...leftOut]).toEqual([]);
  });

  it('that cannot be installed is left out, with the reason, and asked for again next time', async () => {
    expect(await peer('canonicalize')).toBeUndefined();
    expect(leftOut.get('canonicalize')).toMatch(/npm install failed: .*ENOENT/);
    const [folder] = readdirSync(peersFolder);
    expect(readdirSync(join(peersFolder, folder!))).not.toContain('load.js');
  });

  it('that does not load here is left out, with the first line of the reason', async () => {
    installed(`export const load = async () => { throw new Error('no such CPU\\nat …'); };`);
    expect(await peer('canonicalize')).toBeUndefined();
    expect(leftOut.get('canonicalize')).toBe('no such CPU');
  });

  it('that is data and no module is there once it is installed, and has a version', () => {
    expect(hasPeer('canonicalize')).toBe(false);
    expect(leftOut.get('canonicalize')).toMatch(/npm install failed/);
    installed('');
    expect(hasPeer('canonicalize')).toBe(true);
    expect([peerVersion('canonicalize'), peerVersion('original')]).toEqual(['4.0.0', '0.1.9']);
  });

  it.each(Object.entries(versions))('has an exact version (%s %s)', (_, version) => {
    expect(version).toMatch(/^(npm:[@a-z/-]+@)?\d+\.\d+\.\d+$/);
  });
});
