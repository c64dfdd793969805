import { seededRandom, toHex, type Random } from '@ruvector/core';
import { expect, it } from 'vitest';
import { SEED } from '../seed.js';

/** How many inputs each decoder is given. By hand: `FUZZ_CASES=1000000 vitest run fuzz`. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 2_000);
/** Milliseconds for one target: a decoder that hangs on something does not get through. */
const TIMEOUT_MS = 30_000 + CASES * 5;

/** A decoder, and what is thrown at it. */
export interface FuzzTarget<T> {
  /** The input of one case, drawn from `random` alone. */
  readonly input: (random: Random) => T;
  /**
   * Gives the input to the decoder and says whether it was taken. Throws if the decoder did what it
   * never may: throw what is not its own, take what is not valid, or change something in refusing.
   */
  readonly judge: (input: T) => boolean;
}

/** A test that a decoder stands so many inputs; a failure says which one it did not. */
export function fuzz<T extends Uint8Array | string>(decoder: string, target: FuzzTarget<T>): void {
  it(
    `${decoder} stands ${CASES} hostile inputs`,
    () => {
      const random = seededRandom(SEED);
      let refused = 0;
      for (let n = 0; n < CASES; n++) {
        const input = target.input(random);
        try {
          if (!target.judge(input)) refused += 1;
        } catch (cause) {
          const shown = typeof input === 'string' ? JSON.stringify(input) : toHex(input);
          throw new Error(`case ${n} of seed ${SEED}: ${shown}`, { cause });
        }
      }
      expect(refused).toBeGreaterThan(CASES / 4); // the inputs were hostile indeed
    },
    TIMEOUT_MS,
  );
}
