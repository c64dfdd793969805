import { seededRandom } from '../../../packages/core/src/random.js';
import { describe, expect, it } from 'vitest';
import { calibrate, timeRounds, timeStages, type Contender } from '../rounds.js';

/** A clock that moves only when somebody works, and a record of who did. */
class Workshop {
  micros = 0;
  readonly calls: string[] = [];
  readonly clock = () => this.micros;

  worker(name: string, micros: number | (() => number)): Contender {
    return () => {
      this.micros += typeof micros === 'number' ? micros : micros();
      this.calls.push(name);
    };
  }

  later(name: string, micros: number): Contender {
    const work = this.worker(name, micros);
    return async () => {
      await Promise.resolve();
      work();
    };
  }

  rounds(contenders: Record<string, Contender>, over: object = {}) {
    return timeRounds(new Map(Object.entries(contenders)), {
      clock: this.clock,
      random: seededRandom(1),
      turnMicros: 100,
      budgetMicros: 3_000,
      roundsMin: 3,
      roundsMax: 9,
      per: 1,
      ...over,
    });
  }
}

describe('calibrate', () => {
  it.each([1, 7, 99, 100, 5000])(
    'finds calls of %d µs that take at least 100 µs',
    async (micros) => {
      const shop = new Workshop();
      const calls = await calibrate(shop.worker('a', micros), 1, {
        clock: shop.clock,
        turnMicros: 100,
      });
      expect(calls * micros).toBeGreaterThanOrEqual(100);
      expect((calls - 1) * micros).toBeLessThan(micros >= 100 ? 1 : 300);
    },
  );

  it('goes on when the clock did not move at all, and ends when it never does', async () => {
    const shop = new Workshop();
    let n = 0;
    const tenth = shop.worker('a', () => (++n % 10 === 0 ? 1 : 0));
    const options = { clock: shop.clock, turnMicros: 10 };
    expect(await calibrate(tenth, 1, options)).toBeGreaterThanOrEqual(90);
    expect(await calibrate(() => undefined, 1, options)).toBe(1e7);
  });

  it('starts from what is known', async () => {
    const shop = new Workshop();
    const options = { clock: shop.clock, turnMicros: 100 };
    expect(await calibrate(shop.worker('a', 10), 50, options)).toBe(50);
    expect(shop.calls).toHaveLength(50);
  });
});

describe('timeRounds', () => {
  it('says what one call costs, however many each contender needs for a turn', async () => {
    const shop = new Workshop();
    const [slow, quick] = await shop.rounds({
      slow: shop.worker('slow', 200),
      quick: shop.worker('quick', 2),
    });
    expect(slow).toMatchObject({ contender: 'slow', callsPerRound: 1 });
    expect(quick!.callsPerRound).toBeGreaterThanOrEqual(50);
    expect(new Set(slow!.micros)).toEqual(new Set([200]));
    expect(new Set(quick!.micros)).toEqual(new Set([2]));
  });

  it('waits for promises: their work counts, and nobody else works meanwhile', async () => {
    const shop = new Workshop();
    const [a, b] = await shop.rounds({ a: shop.later('a', 60), b: shop.later('b', 30) });
    expect(new Set(a!.micros)).toEqual(new Set([60]));
    expect(new Set(b!.micros)).toEqual(new Set([30]));
    const turns = shop.calls.join('').match(/a+|b+/g)!;
    for (const calls of turns.slice(-6)) expect(calls.length % (calls[0] === 'a' ? 2 : 4)).toBe(0);
  });

  it('divides by how many a call does', async () => {
    const shop = new Workshop();
    const [a] = await shop.rounds({ a: shop.worker('a', 200) }, { per: 50 });
    expect(a!.micros[0]).toBe(4);
  });

  it('spends its budget, within the least and the most rounds', async () => {
    const rounds = async (over: object) => {
      const shop = new Workshop();
      return (await shop.rounds({ a: shop.worker('a', 100) }, over))[0]!.micros.length;
    };
    expect(await rounds({ budgetMicros: 500 })).toBe(5);
    expect(await rounds({ budgetMicros: 0 })).toBe(3);
    expect(await rounds({ budgetMicros: 1e9 })).toBe(9);
  });

  it('lets everybody have one turn a round, in orders that change and that the seed decides', async () => {
    const orders = async () => {
      const shop = new Workshop();
      const worker = (name: string) => [name, shop.worker(name, 100)] as const;
      const contenders = Object.fromEntries(['a', 'b', 'c'].map(worker));
      await shop.rounds(contenders, { budgetMicros: 1e9 });
      return shop.calls.slice(-27).join('').match(/.../g)!;
    };
    const first = await orders();
    for (const round of first) expect([...round].sort()).toEqual(['a', 'b', 'c']);
    expect(new Set(first).size).toBeGreaterThan(2);
    expect(await orders()).toEqual(first);
  });
});

describe('timeStages', () => {
  it('gives everybody each stage once, and does not time making it ready', async () => {
    const shop = new Workshop();
    const done: string[] = [];
    const worker = (name: string, micros: number) => (stage: number) => {
      shop.micros += 1000;
      return async () => {
        await Promise.resolve();
        shop.micros += micros * (stage + 1);
        done.push(`${name}${stage}`);
      };
    };
    const timings = await timeStages(
      new Map([
        ['a', worker('a', 10)],
        ['b', worker('b', 30)],
      ]),
      { clock: shop.clock, random: seededRandom(1), per: 10, stages: 3 },
    );
    expect(timings).toEqual([
      { contender: 'a', callsPerRound: 1, micros: [1, 2, 3] },
      { contender: 'b', callsPerRound: 1, micros: [3, 6, 9] },
    ]);
    expect(done.map((name) => name[1]).join('')).toBe('001122');
    expect([...done].sort()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
  });
});
