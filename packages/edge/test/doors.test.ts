import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Exports = Record<string, unknown>;

const packages = new URL('../../', import.meta.url);
const exportsOf = (folder: string) =>
  (
    JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), 'utf8')) as {
      exports: Exports;
    }
  ).exports;
const doorsOf = (folder: string) =>
  Object.keys(exportsOf(folder)).filter((door) => door !== './package.json');

/** Every door of every other package: `core`, `core/memory`, … */
const theirs = readdirSync(packages)
  .filter((folder) => folder !== 'edge')
  .flatMap((folder) => doorsOf(folder).map((door) => folder + door.slice(1)))
  .sort();

describe('the doors of edge', () => {
  it('are one for each door of each package, and the root', () => {
    const ours = doorsOf('edge').map((door) => door.slice(2));
    expect(ours.sort()).toEqual(['', ...theirs]);
  });

  it.each(theirs)('lose no name of @ruvector/%s', async (door) => {
    const ours = (await import(/* @vite-ignore */ `@ruvector/edge/${door}`)) as Exports;
    const original = (await import(/* @vite-ignore */ `@ruvector/${door}`)) as Exports;
    expect(Object.keys(original).length).toBeGreaterThan(0);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(original).sort());
    const changed = Object.keys(original).filter((name) => ours[name] !== original[name]);
    expect(changed).toEqual([]);
  });

  it.each(theirs)(
    'hand on the types of @ruvector/%s too, since nothing else is in the file',
    (door) => {
      const file = new URL(`edge/src/${door.replaceAll('/', '-')}.ts`, packages);
      expect(readFileSync(file, 'utf8')).toBe(`export * from '@ruvector/${door}';\n`);
    },
  );
});

describe('the root of edge', () => {
  // A new name is a decision: the root is what a user of the umbrella touches first, not a second
  // copy.
  it('has the names recorded here and no other', async () => {
    const root = (await import('@ruvector/edge')) as Exports;
    expect(Object.keys(root).sort()).toEqual([
      'EdgeError',
      'FlatIndex',
      'HnswIndex',
      'HybridKeyPair',
      'HybridPublicKey',
      'HybridSignature',
      'IdentityManager',
      'P2PSwarm',
      'P2PSwarmV2',
      'PatternStore',
      'QLearner',
      'SemanticEmbedder',
      'SemanticTaskMatcher',
      'WsTransport',
      'createSwarm',
      'isEdgeError',
    ]);
  });
});
