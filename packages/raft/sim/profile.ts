/** What can go wrong, or is asked for by an administrator. */
export type FaultKind =
  | 'drop'
  | 'duplicate'
  | 'delay'
  | 'skew'
  | 'isolate'
  | 'isolateLeader'
  | 'split'
  | 'link'
  | 'crash'
  | 'crashLeader'
  | 'pause'
  | 'jump'
  | 'failedWrite'
  | 'rot'
  | 'wipe'
  | 'change'
  | 'transfer'
  | 'compact';

/** A named mixture of faults. */
export interface Profile {
  readonly name: string;
  /** How many a simulated second, on average; those that last for the whole run: how strong. */
  readonly faults: Partial<Record<FaultKind, number>>;
  /** Entries after which a member compacts its log; 0 for never. */
  readonly compactEvery: number;
  /** How long a crashed member stays down, at most. */
  readonly downMsMax: number;
  /** The share of runs in which leaders answer reads by lease. */
  readonly leases: number;
}

/** Faults that are there from the beginning to the end. */
export const LASTING: ReadonlySet<FaultKind> = new Set(['drop', 'duplicate', 'delay', 'skew']);

const NOISE = { drop: 0.05, duplicate: 0.05, delay: 0.1 };
const plain = { compactEvery: 0, downMsMax: 600, leases: 0.3 };

/** All profiles, the hardest last. */
export const PROFILES: readonly Profile[] = [
  { ...plain, name: 'calm', faults: {} },
  { ...plain, name: 'lossy', faults: { drop: 0.3, duplicate: 0.2, delay: 0.4, transfer: 0.2 } },
  {
    ...plain,
    name: 'partitions',
    faults: { ...NOISE, isolate: 0.4, isolateLeader: 0.8, split: 0.5, link: 0.7, transfer: 0.2 },
  },
  {
    ...plain,
    name: 'crashes',
    faults: { ...NOISE, crash: 1, crashLeader: 0.8, isolateLeader: 0.3 },
  },
  {
    ...plain,
    name: 'storm',
    downMsMax: 30,
    faults: { drop: 0.02, duplicate: 0.1, delay: 0.1, crash: 22 },
  },
  {
    ...plain,
    name: 'membership',
    faults: { ...NOISE, change: 3, crash: 0.4, crashLeader: 0.4, isolateLeader: 0.8, split: 0.4 },
  },
  {
    ...plain,
    name: 'snapshots',
    compactEvery: 20,
    faults: {
      ...NOISE,
      drop: 0.2,
      isolate: 0.5,
      isolateLeader: 0.5,
      crash: 0.6,
      compact: 2,
      change: 0.3,
    },
  },
  {
    ...plain,
    name: 'clocks',
    leases: 0.7,
    faults: {
      delay: 0.3,
      skew: 1,
      pause: 0.8,
      jump: 1,
      link: 0.4,
      isolateLeader: 0.8,
      crash: 0.4,
      transfer: 0.5,
    },
  },
  {
    ...plain,
    name: 'disks',
    compactEvery: 60,
    faults: { ...NOISE, failedWrite: 0.6, rot: 0.15, wipe: 0.15, change: 0.6, crash: 0.4 },
  },
  {
    name: 'everything',
    compactEvery: 40,
    downMsMax: 800,
    leases: 0.5,
    faults: {
      ...{ drop: 0.1, duplicate: 0.1, delay: 0.2, skew: 1 },
      ...{
        isolate: 0.2,
        isolateLeader: 0.3,
        split: 0.2,
        link: 0.3,
        crash: 0.5,
        crashLeader: 0.3,
        pause: 0.3,
      },
      ...{ jump: 0.3, failedWrite: 0.2, rot: 0.05, wipe: 0.05, change: 1, transfer: 0.3 },
      ...{ compact: 0.3 },
    },
  },
];

/** @throws RangeError for a name that no profile has. */
export function profileOf(name: string): Profile {
  const profile = PROFILES.find((each) => each.name === name);
  if (profile) return profile;
  const names = PROFILES.map((each) => each.name).join(', ');
  throw new RangeError(`profile must be one of ${names}, got ${name}`);
}
