import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import versions from './peers.json' with { type: 'json' };
import { runContext } from './run-context.js';

/** A package of others to compare with; its version is in `peers.json`. */
export type PeerName = keyof typeof versions;

/** Peers and data that could not be had, and why, in the order of asking. */
export const leftOut = new Map<string, string>();

const INSTALL_MS_MAX = 180_000;

/**
 * A peer's exports, as `T` says that they are. The first use installs it with npm, into a folder of
 * its own that nothing else sees.
 *
 * @returns `undefined` if it cannot be installed or loaded here; the report then says so.
 */
export async function peer<T>(name: PeerName): Promise<T | undefined> {
  try {
    const loader = pathToFileURL(join(install(name), 'load.js')).href;
    const { load } = (await import(loader)) as { load: () => Promise<T> };
    return await load();
  } catch (error) {
    leaveOut(name, error);
    return undefined;
  }
}

const leaveOut = (name: PeerName, error: unknown): unknown =>
  leftOut.set(name, error instanceof Error ? error.message.split('\n')[0]! : String(error));

/** As `peer`, of one file of it: for what its door does not show, or shows along with much else. */
export async function peerModule<T>(name: PeerName, path: string): Promise<T | undefined> {
  try {
    const file = join(install(name), 'node_modules', name, path);
    return (await import(pathToFileURL(file).href)) as T;
  } catch (error) {
    leaveOut(name, error);
    return undefined;
  }
}

/** Installs a peer that is data and no module; whether it is there now. */
export function hasPeer(name: PeerName): boolean {
  try {
    install(name);
    return true;
  } catch (error) {
    leaveOut(name, error);
    return false;
  }
}

/** Such as `3.0.0`: for the name of what was made with a peer. */
export const peerVersion = (name: PeerName): string => versions[name].replace(/.*@/, '');

/**
 * The bytes of a file of an installed peer, such as the WebAssembly module that it wants to be
 * given.
 */
export const peerFile = (name: PeerName, path: string): Uint8Array =>
  readFileSync(join(folderOf(name), 'node_modules', name, path));

/** One folder a version and platform: a new version is a new installation. */
function folderOf(name: PeerName): string {
  const key = `${name}-${versions[name]}-node${process.versions.modules}`;
  return join(runContext().peersFolder, key.replace(/[^a-z0-9.-]+/gi, '-'));
}

function install(name: PeerName): string {
  const folder = folderOf(name);
  const loader = join(folder, 'load.js');
  if (existsSync(loader)) return folder; // written last: what is there is whole
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies: { [name]: versions[name] } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const windows = process.platform === 'win32';
  const npm = spawnSync(
    windows ? 'npm.cmd' : 'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1'],
    { cwd: folder, encoding: 'utf8', shell: windows, timeout: INSTALL_MS_MAX },
  );
  if (npm.status !== 0) {
    const reason = npm.error?.message ?? npm.stderr.trim().split('\n')[0];
    throw new Error(`npm install failed: ${reason}`);
  }
  writeFileSync(loader, `export const load = () => import('${name}');\n`);
  return folder;
}
