import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TestSwarm } from './fixtures/members.js';

describe('everybody meets everybody', () => {
  it('whatever was cut for however long, once all is mended', async () => {
    const ids = ['hub', 'a', 'b', 'c'];
    const cut = fc.record({
      one: fc.constantFrom(...ids),
      other: fc.constantFrom(...ids),
      atMs: fc.integer({ min: 0, max: 20_000 }),
      forMs: fc.integer({ min: 1, max: 15_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 8 }), async (cuts) => {
        const own = new TestSwarm({ classical: true });
        const hub = await own.hub();
        await own.joinAll(['a', 'b', 'c'], hub);
        for (const { one, other, atMs, forMs } of cuts.filter((c) => c.one !== c.other)) {
          own.clock.setTimeout(() => own.network.sever(one, other), atMs);
          own.clock.setTimeout(() => own.network.heal(one, other), atMs + forMs);
        }
        await own.pass(36_000);
        for (const one of ids)
          for (const other of ids) if (one < other) own.network.heal(one, other);
        await own.pass(15_000);
        expect(own.views()).toEqual(own.everybodyLive());
        const heard: string[] = [];
        for (const member of own.members)
          member.subscribe('t', ({ from }) => void heard.push(`${from} to ${member.agentId}`));
        for (const member of own.members) await member.publish('t', 1);
        await own.settle();
        const pairs = ids.flatMap((one) => ids.map((other) => [one, other] as const));
        const all = pairs.filter(([one, other]) => one !== other).map((p) => p.join(' to '));
        expect(heard.toSorted()).toEqual(all.toSorted());
        await own.close();
      }),
      { numRuns: 10, seed: Number(process.env['FC_SEED'] ?? 1) },
    );
  }, 120_000);
});
