import type { Random } from '@ruvector/core';
import type { MemberSettings } from './member.js';
import type { Profile } from './profile.js';

/** The shape of a run: sizes, options and bounds, drawn so that small bounds are met often. */
export interface Setting {
  readonly voters: number;
  readonly clients: number;
  readonly thinkMs: number;
  readonly heartbeatTicks: number;
  readonly hasLease: boolean;
  readonly downMsMax: number;
  readonly member: MemberSettings;
}

const VOTERS = [3, 3, 3, 3, 3, 5, 5, 4, 2, 1];
const HEARTBEATS = [1, 2, 3, 3, 4];

export function drawSetting(profile: Profile, random: Random): Setting {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)]!;
  const hasLease = random.next() < profile.leases;
  const isStable = profile.faults.change !== undefined || hasLease;
  const heartbeatTicks = one(HEARTBEATS);
  return {
    voters: one(VOTERS),
    clients: one([1, 2, 3]),
    thinkMs: one([20, 80, 200]),
    heartbeatTicks,
    hasLease,
    downMsMax: profile.downMsMax,
    member: {
      options: {
        electionTicks: 10,
        heartbeatTicks,
        preVote: random.next() < 0.85,
        checkQuorum: isStable || random.next() < 0.85,
        maxInflight: one([1, 2, 8, 256]),
        maxInflightBytes: one([48, 300, 1 << 24]),
        maxBytesPerMessage: one([24, 100, 1 << 20]),
        maxUncommittedBytes: one([600, 1 << 26]),
        ...(hasLease && { lease: { tickMs: 10, maxDrift: 0.1 } }),
      },
      compactEvery: profile.compactEvery,
      keep: one([0, 5, 1024]),
      snapshotExtra: one([0, 150]),
      syncMsMax: one([0, 2, 20]),
      spread: one([1, 1, 0.2]),
      sendsEarly: random.next() < 0.5,
    },
  };
}
