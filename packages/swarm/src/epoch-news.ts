import { ByteReader, ByteWriter } from '@ruvector/core';
import { COMMIT_CHANGES_MAX, type EpochCommit } from '@ruvector/crypto';

import { encodeJson, parseJson } from './message.js';

/** Why a member asks the one that makes commits. `behind`: it may have missed something. */
export type AskReason = 'behind' | 'start' | 'hourly' | 'messages';

/** What a member asks with: how far it is, and what it needs. */
export interface EpochAsk {
  readonly reason: AskReason;
  /** Of its newest commit, 0 if it has none. */
  readonly epoch: number;
  /** Of its newest commit, 32 bytes, zeros if it has none. */
  readonly commitHash: Uint8Array;
  /** When its process started, milliseconds since 1970. */
  readonly startedAt: number;
  /** Which run of its process it is. */
  readonly incarnation: bigint;
  /** See `key-proof.ts`, 32 bytes. */
  readonly keyProof: Uint8Array;
}

/** Who makes commits, as the sender has it. */
export interface EpochClaim {
  readonly committer: string;
  /** Of the sender's epoch: the larger group goes on. */
  readonly members: number;
  readonly keyProof: Uint8Array;
}

/** Where epochs begin for a member: a commit, and who is in its epoch. */
export interface NewsAnchor {
  readonly commit: EpochCommit;
  /** Member key ids, 32 bytes each. */
  readonly roster: readonly Uint8Array[];
}

/** What the one that makes commits tells a member. */
export interface EpochNews {
  /** Of the sender, 32 bytes. */
  readonly keyProof: Uint8Array;
  readonly anchor: NewsAnchor | undefined;
  /** In their order; read as they are, and judged by the `EpochManager`. */
  readonly commits: readonly unknown[];
  /** Opens the epoch of the last commit for this member. */
  readonly welcome: Uint8Array | undefined;
}

const REASONS: readonly AskReason[] = ['behind', 'start', 'hourly', 'messages'];
const HASH_BYTES = 32;
/** Members of an epoch. */
const ROSTER_MAX = 4 * COMMIT_CHANGES_MAX;
/** Commits in one message: as many as are kept for who missed some. */
const NEWS_COMMITS_MAX = 64;

export function encodeAsk(ask: EpochAsk): Uint8Array {
  return new ByteWriter(97)
    .u8(REASONS.indexOf(ask.reason))
    .u64(BigInt(ask.epoch))
    .raw(ask.commitHash)
    .u64(BigInt(ask.startedAt))
    .u64(ask.incarnation)
    .raw(ask.keyProof)
    .bytes();
}

/** @throws EdgeError `ERR_MALFORMED` */
export function decodeAsk(body: Uint8Array): EpochAsk {
  const reader: ByteReader = new ByteReader(body, 'ask for an epoch');
  const reason = REASONS[reader.u8()] ?? reader.fail('unknown reason');
  const epoch = safeNumber(reader, reader.u64());
  const commitHash = reader.raw(HASH_BYTES).slice();
  const startedAt = safeNumber(reader, reader.u64());
  const incarnation = reader.u64();
  const keyProof = reader.raw(HASH_BYTES).slice();
  reader.end();
  return { reason, epoch, commitHash, startedAt, incarnation, keyProof };
}

export function encodeClaim({ committer, members, keyProof }: EpochClaim): Uint8Array {
  return new ByteWriter(128).text(committer).u32(members).raw(keyProof).bytes();
}

/** @throws EdgeError `ERR_MALFORMED` */
export function decodeClaim(body: Uint8Array): EpochClaim {
  const reader: ByteReader = new ByteReader(body, 'claim to make commits');
  const [committer, members] = [reader.text(128), reader.u32()];
  const keyProof = reader.raw(HASH_BYTES).slice();
  reader.end();
  return { committer, members, keyProof };
}

export function encodeNews({ keyProof, anchor, commits, welcome }: EpochNews): Uint8Array {
  const writer = new ByteWriter(8192).raw(keyProof).u8(anchor ? 1 : 0);
  if (anchor) {
    writer.block(encodeJson(anchor.commit)).u32(anchor.roster.length);
    for (const id of anchor.roster) writer.raw(id);
  }
  writer.u16(commits.length);
  for (const commit of commits) writer.block(encodeJson(commit as object));
  return writer.block(welcome ?? new Uint8Array(0)).bytes();
}

/** Reads the form; whether a commit holds is for the `EpochManager`. @throws EdgeError */
export function decodeNews(body: Uint8Array): EpochNews {
  const reader: ByteReader = new ByteReader(body, 'news of an epoch');
  const keyProof = reader.raw(HASH_BYTES).slice();
  const anchor = reader.u8() === 1 ? readAnchor(reader) : undefined;
  const count = reader.u16();
  if (count > NEWS_COMMITS_MAX) return reader.fail(`${count} commits are too many`);
  const commits = Array.from({ length: count }, () => parseJson(reader.block()));
  const welcome = reader.block().slice();
  reader.end();
  return { keyProof, anchor, commits, welcome: welcome.length > 0 ? welcome : undefined };
}

function readAnchor(reader: ByteReader): NewsAnchor {
  const commit = parseJson(reader.block()) as EpochCommit; // the `EpochManager` reads it strictly
  const count = reader.count(HASH_BYTES, ROSTER_MAX);
  return { commit, roster: Array.from({ length: count }, () => reader.raw(HASH_BYTES).slice()) };
}

function safeNumber(reader: ByteReader, value: bigint): number {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : reader.fail(`${value} is too large`);
}
