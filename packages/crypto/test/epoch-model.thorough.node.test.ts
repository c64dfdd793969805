import { describe, expect, it } from 'vitest';
import { World, type Agree } from './epoch-world.js';
import { SEED } from './seed.js';

const agree: Agree = (found, expected) => expect(found).toEqual(expected);

describe('a swarm whose members come and go while messages overtake each other', () => {
  it.each([1, 2, 3, 4, 5, 6])('reads what it should and nothing else, run %i', (run) => {
    const world = new World(1, SEED * 1000 + run, agree);
    for (let n = 0; n < 1000; n++) world.step();
    world.settle();
    for (const count of Object.values(world.read)) expect(count).toBeGreaterThan(0);
  });

  it('does so in suite 2', () => {
    const world = new World(2, SEED, agree);
    for (let n = 0; n < 250; n++) world.step();
    world.settle();
    expect(world.read.present).toBeGreaterThan(0);
  });
});
