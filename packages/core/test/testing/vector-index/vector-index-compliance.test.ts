import { describe, expect, it } from 'vitest';
import { FlatIndex } from '@ruvector/core/memory';
import {
  failedCases,
  vectorIndexCompliance,
  type VectorIndexSupports,
} from '@ruvector/core/testing';
import { RoundedIndex } from './rounded-index.js';
import { made, underAll } from './saboteur.js';

const exact = { recall: 1, distanceError: 0, vectorError: 0 };
vectorIndexCompliance({ describe, it }, 'FlatIndex', exact, {
  create: (options) => new FlatIndex(options),
  load: (bytes) => FlatIndex.load(bytes),
});

const quantised = { recall: 0.9, distanceError: 0.01, vectorError: 1 / 254 + 1e-6 };
vectorIndexCompliance({ describe, it }, 'a quantised index', quantised, made(RoundedIndex));

describe('vectorIndexCompliance', () => {
  function listed(supports: VectorIndexSupports): { heading: string; titles: string[] } {
    const found = { heading: '', titles: [] as string[] };
    const runner = {
      describe: (title: string, body: () => void) => ((found.heading = title), body()),
      it: (title: string) => found.titles.push(title),
    };
    vectorIndexCompliance(runner, 'any', supports, made(FlatIndex));
    return found;
  }

  it('has different titles for all of its cases, 20 at least for one metric', () => {
    const { titles } = listed({});
    expect(new Set(titles).size).toBe(titles.length);
    expect(listed({ metrics: ['dot'] }).titles.length).toBeGreaterThanOrEqual(20);
  });

  it('leaves out the cases of a metric that is not claimed, and says so above the others', () => {
    const { heading, titles } = listed({ metrics: ['cosine', 'dot'] });
    expect(titles.filter((title) => /\bl2\b/.test(title))).toEqual([]);
    expect(titles).toContain('hits ascend by distance, under dot');
    expect(heading).toBe('any keeps the law of VectorIndex, cosine and dot only');
  });

  it('says above the cases what is less than exact', () => {
    expect(listed({}).heading).toBe('any keeps the law of VectorIndex');
    expect(listed({ recall: 0.95, distanceError: 0.02, vectorError: 0.01 }).heading).toBe(
      'any keeps the law of VectorIndex, recall ≥ 0.95, distances to within 0.02, vectors to within 0.01',
    );
    const tied = 'of copies of one vector the k first by id are found';
    expect(listed({}).titles).toContain(tied);
    expect(listed({ recall: 0.95 }).titles).not.toContain(tied);
  });

  it('finds an index that claims more than it keeps', async () => {
    const failing = async (supports: VectorIndexSupports) => {
      const failed = await failedCases((runner) =>
        vectorIndexCompliance(runner, 'quantised', supports, made(RoundedIndex), {
          vectorCount: 500,
        }),
      );
      return failed.map(({ title }) => title);
    };
    expect(await failing({ ...quantised, distanceError: 1e-5 })).toEqual(
      expect.arrayContaining(underAll('distances are those of the definition')),
    );
    expect(await failing({ ...quantised, vectorError: 0 })).toContain(
      'get gives back what was inserted, from a Float32Array or from an array of numbers',
    );
    const short = await failing({ ...quantised, recall: 0.9999 });
    expect(short).toEqual(
      expect.arrayContaining(underAll('recall on vectors in narrow clusters is as declared')),
    );
    expect(short.filter((title) => !title.startsWith('recall'))).toEqual([]);
  });

  it('refuses claims that are misspelt or out of range', () => {
    expect(() => listed({ recal: 0.9 } as never)).toThrow('"recal"');
    expect(() => listed({ recall: 95 })).toThrow('recall must be a finite number from 0 to 1');
    expect(() => listed({ metrics: [] })).toThrow('metrics must have at least one');
  });
});
