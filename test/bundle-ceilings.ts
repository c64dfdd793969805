import type { BundlePlatform } from './bundle.js';

/** What a door, or a few names of it, may cost who bundles it, and what must not come along. */
export interface Ceiling {
  readonly door: string;
  readonly platform: BundlePlatform;
  /** Minified and gzipped, with everything that it needs. */
  readonly gzipBytesMax: number;
  /** Beginnings of names of packages and `node:` modules that must not be in the bundle. */
  readonly absent: readonly string[];
  /** Those that are imported. @default all of the door's */
  readonly names?: readonly string[];
  /** Texts that only code which is not needed has in it. */
  readonly lacks?: readonly string[];
}

/** By what each family of crypto is known in a bundle. */
export const FAMILIES = {
  handshake: 'Noise_KKpsk0hfs',
  epochs: 'ERR_COMMIT_FORK',
  batches: 'onBatch',
  readable: 'must be a u64 in decimal',
  registry: 'ERR_MEMBER_',
  envelopes: 'ERR_ENVELOPE_REPLAY',
  receipts: 'ERR_RECEIPT_',
  invites: 'ERR_INVITE_',
  removals: 'ERR_REMOVAL_',
} as const;
/** In a file that is loaded when an identity is exported or imported, and so in no bundle here. */
export const IDENTITY_FILES = 'RVID';

type Family = keyof typeof FAMILIES;

const NO_NODE = ['node:', 'ws'];
/** The root of crypto and what stands on it leave it to whom asks to load that. */
const NO_LATTICES = '@noble/post-quantum';
const NOTHING_FOREIGN = ['node:', 'ws', '@noble/', '@ruvector/crypto'];

/** For a door without a line below, on both platforms: a new package needs none until it grows. */
export const SMALL = { gzipBytesMax: 2_048, absent: NOTHING_FOREIGN };

/**
 * One line a door, on each platform where it differs, about 2 % above what it was when the line was
 * written. Raising one is a decision: say why in the commit.
 */
export const CEILINGS: readonly Ceiling[] = [
  { door: 'core', platform: 'browser', gzipBytesMax: 4_096, absent: NOTHING_FOREIGN },
  { door: 'core/memory', platform: 'browser', gzipBytesMax: 6_700, absent: NOTHING_FOREIGN },
  // a suite a contract, that of crypto with keys and signatures of lattices in full: no program
  // ships these
  { door: 'core/testing', platform: 'browser', gzipBytesMax: 55_900, absent: NOTHING_FOREIGN },
  { door: 'learning', platform: 'browser', gzipBytesMax: 13_900, absent: NOTHING_FOREIGN },
  { door: 'semantic', platform: 'browser', gzipBytesMax: 9_000, absent: NOTHING_FOREIGN },
  {
    door: 'crypto',
    platform: 'browser',
    gzipBytesMax: 54_700,
    absent: [...NO_NODE, NO_LATTICES],
  },
  { door: 'crypto', platform: 'node', gzipBytesMax: 56_000, absent: ['ws', NO_LATTICES] },
  // What a use of it costs, which leaves out the families that it is not about. The goals are 30 kB
  // for what is classical and 48 kB for everything: the first is met by the primitives, also with
  // batches or receipts, the second in browsers by all that a member of a swarm uses, and not by
  // the whole door. The README of crypto has these rows too.
  ...use(['ed25519', 'aes256gcm'], [], 24_000, 25_700),
  ...use(['canonicalize', 'parseCanonical'], [], 2_900, 3_000),
  ...use(['encodeSignedEnvelope', 'decodeSignedEnvelope'], ['readable'], 6_700, 6_800),
  ...use(['IdentityManager', 'verifyRegistration'], [], 30_300, 31_700),
  ...use(['signReceipt', 'verifyReceipt'], ['receipts'], 26_800, 28_200),
  ...use(['BatchSigner', 'VerifiedRoots'], ['batches'], 27_200, 28_800),
  ...use(
    ['MemberRegistry', 'allowList', 'createSenderChain', 'sealEnvelope', 'openEnvelope'],
    ['registry', 'envelopes'],
    34_700,
    36_000,
  ),
  ...use(['PairwiseSession', 'HandshakeTimes'], ['handshake'], 34_700, 36_100),
  // both kinds of secrecy at once, which is all that agents of a swarm say to each other
  ...use(
    ['EpochManager', 'PairwiseSession', 'HandshakeTimes', 'MemberRegistry', 'IdentityManager'],
    ['epochs', 'envelopes', 'handshake', 'registry'],
    48_000,
    49_200,
  ),
  ...use(['EpochManager'], ['epochs', 'envelopes'], 37_700, 39_000),
  { door: 'crypto/pq', platform: 'browser', gzipBytesMax: 37_200, absent: NO_NODE },
  { door: 'crypto/pq', platform: 'node', gzipBytesMax: 39_400, absent: ['ws'] },
  { door: 'transport-ws', platform: 'browser', gzipBytesMax: 11_100, absent: NOTHING_FOREIGN },
  { door: 'transport-ws', platform: 'node', gzipBytesMax: 26_800, absent: ['@noble/'] },
  { door: 'hnsw', platform: 'browser', gzipBytesMax: 41_000, absent: NOTHING_FOREIGN },
  // for Node alone: a bundler for browsers would have to be told what its modules are
  { door: 'hnsw/storage-fs', platform: 'node', gzipBytesMax: 6_000, absent: ['ws', '@noble/'] },
  {
    door: 'hnsw/storage-indexeddb',
    platform: 'browser',
    gzipBytesMax: 3_100,
    absent: NOTHING_FOREIGN,
  },
  { door: 'hnsw/storage-opfs', platform: 'browser', gzipBytesMax: 6_050, absent: NOTHING_FOREIGN },
  { door: 'raft', platform: 'browser', gzipBytesMax: 35_000, absent: NOTHING_FOREIGN },
  { door: 'raft', platform: 'node', gzipBytesMax: 38_000, absent: ['ws', '@noble/'] },
  { door: 'raft/testing', platform: 'browser', gzipBytesMax: 11_000, absent: NOTHING_FOREIGN },
  { door: 'raft/testing', platform: 'node', gzipBytesMax: 11_000, absent: NOTHING_FOREIGN },
  { door: 'swarm', platform: 'browser', gzipBytesMax: 105_000, absent: NO_NODE },
  { door: 'swarm', platform: 'node', gzipBytesMax: 106_500, absent: ['ws'] },
  // with HybridKeyPair, and so with lattices, and HnswIndex, and so with two builds of its kernel
  { door: 'edge', platform: 'browser', gzipBytesMax: 155_500, absent: NO_NODE },
  { door: 'edge', platform: 'node', gzipBytesMax: 173_000, absent: [] },
  // who takes one thing from the umbrella does not pay for the rest
  ...only('isEdgeError', 200),
  ...only('FlatIndex', 4_200),
  ...only('HnswIndex', 41_000),
  ...only('PatternStore', 6_000),
  ...only('SemanticTaskMatcher', 8_600),
];

/** A few names of crypto, the families that they are about, and bytes for browsers and for Node. */
function use(
  names: readonly string[],
  families: readonly Family[],
  browserBytesMax: number,
  nodeBytesMax: number,
): Ceiling[] {
  const others = Object.entries(FAMILIES).filter(([name]) => !families.includes(name as Family));
  const lacks = [IDENTITY_FILES, ...others.map(([, text]) => text)];
  const row = { door: 'crypto', names, lacks };
  const absent = [...NO_NODE, NO_LATTICES];
  return [
    { ...row, platform: 'browser', gzipBytesMax: browserBytesMax, absent },
    { ...row, platform: 'node', gzipBytesMax: nodeBytesMax, absent: ['ws', NO_LATTICES] },
  ];
}

function only(name: string, gzipBytesMax: number): Ceiling[] {
  const row = { door: 'edge', names: [name], gzipBytesMax, absent: NOTHING_FOREIGN };
  return [
    { ...row, platform: 'browser' },
    { ...row, platform: 'node' },
  ];
}
