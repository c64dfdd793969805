import { describe, expect, it } from 'vitest';
import type { Message } from '../src/index.js';
import { elect, member, ofType, settle } from './fixtures/member.js';

// What the simulator, or a sceptical reader, has found in this package.

const toA = { from: 'b', to: 'a' } as const;
const beaten = (term: number, round: number): Message => ({
  type: 'heartbeatResponse',
  ...toA,
  term,
  round,
});

describe('bugs that were found here', () => {
  it('a leader whose maxInflightBytes are used up by lost messages goes on at the next answer', () => {
    const core = member({ maxInflightBytes: 25, maxBytesPerMessage: 10 });
    const [first] = ofType(elect(core), 'appendEntries');
    core.step({
      ...{ type: 'appendEntriesResponse', ...toA, term: 1 },
      ...{ index: first!.entries.at(-1)!.index, rejected: false, hintIndex: 0, hintTerm: 0 },
    });
    settle(core);
    for (let i = 0; i < 6; i++) core.propose(new Uint8Array(10));
    const sent = ofType(settle(core).messages, 'appendEntries').filter(({ to }) => to === 'b');
    expect(sent).toHaveLength(3);
    core.tick();
    const [{ round }] = ofType(settle(core).messages, 'heartbeat') as [{ round: number }];
    core.step(beaten(1, round));
    const more = ofType(settle(core).messages, 'appendEntries').filter(({ to }) => to === 'b');
    expect(more).toHaveLength(1);
  });
});
