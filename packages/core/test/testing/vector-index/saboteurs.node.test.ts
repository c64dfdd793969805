import { describe, expect, it } from 'vitest';
import { FlatIndex } from '@ruvector/core/memory';
import { failedCases, vectorIndexCompliance, type VectorIndexMaker } from '@ruvector/core/testing';
import { CONTENTS_SABOTEURS } from './contents-saboteurs.js';
import { LARGE_SABOTEURS, METRIC_SABOTEURS } from './large-saboteurs.js';
import { made } from './saboteur.js';
import { SAVING_SABOTEURS } from './saving-saboteurs.js';
import { SEARCH_SABOTEURS } from './search-saboteurs.js';

/** The titles of the suite's cases that this index fails. */
async function failures(maker: VectorIndexMaker): Promise<string[]> {
  const failed = await failedCases((runner) =>
    vectorIndexCompliance(runner, 'saboteur', {}, maker, { vectorCount: 200 }),
  );
  return failed.map(({ title }) => title);
}

const SABOTEURS = [
  ...CONTENTS_SABOTEURS,
  ...SEARCH_SABOTEURS,
  ...SAVING_SABOTEURS,
  ...LARGE_SABOTEURS,
  ...METRIC_SABOTEURS,
];

describe('vectorIndexCompliance catches an index that', () => {
  it.each(SABOTEURS)('$flaw', async ({ caught, maker }) => {
    expect((await failures(maker)).sort()).toEqual([...caught].sort());
  });
});

it('vectorIndexCompliance finds nothing wrong with the index that the saboteurs change', async () => {
  expect(await failures(made(FlatIndex))).toEqual([]);
});
