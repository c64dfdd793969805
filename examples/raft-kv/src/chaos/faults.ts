import type { Random } from '@ruvector/core';
import { setTimeout as pass } from 'node:timers/promises';
import type { MemberProcess } from './member-process.js';

type Fault = 'kill' | 'stop' | 'cut';

/** How often each was done. */
export type FaultCounts = Record<Fault, number>;

/**
 * Does one thing after the other to members drawn by lot, mends it after a while, and sometimes
 * does two at once.
 */
export async function makeTrouble(
  members: readonly MemberProcess[],
  random: Random,
  signal: AbortSignal,
): Promise<FaultCounts> {
  const counts: FaultCounts = { kill: 0, stop: 0, cut: 0 };
  while (!signal.aborted) {
    await pass(between(random, 100, 600));
    const first = random.uint32() % members.length;
    const troubled = [members[first]!];
    if (random.next() < 0.25) troubled.push(members[(first + 1) % members.length]!);
    await Promise.all(
      troubled.map((member) => {
        const fault = (['kill', 'stop', 'cut'] as const)[random.uint32() % 3]!;
        counts[fault] += 1;
        return FAULTS[fault](member, between(random, 200, 1_500));
      }),
    );
  }
  return counts;
}

const between = (random: Random, min: number, max: number): number =>
  min + random.next() * (max - min);

const FAULTS: Record<Fault, (member: MemberProcess, ms: number) => Promise<void>> = {
  async kill(member, ms) {
    await member.kill();
    await pass(ms);
    await member.start();
  },
  async stop(member, ms) {
    member.stop();
    await pass(ms);
    member.go();
  },
  async cut(member, ms) {
    for (const link of member.links) link.cut();
    await pass(ms);
    for (const link of member.links) link.mend();
  },
};
