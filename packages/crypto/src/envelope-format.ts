import { checkBytes, concatBytes } from '@ruvector/core';
import { TAG_BYTES } from './backend.js';
import { isBatchPlace } from './batch.js';
import { DST } from './domain.js';
import {
  HEADER_BYTES,
  isKnownHeader,
  readHeader,
  readKind,
  readLength,
  type EnvelopeHeader,
  type EnvelopeKind,
} from './envelope-header.js';
import { HASH_BYTES, pathLength } from './merkle-tree.js';
import { sha256 } from './primitives.js';
import type { Suite } from './suite.js';

/** Length of an envelope with all that is in it: below the 16 MiB frames of the transports. */
export const ENVELOPE_BYTES_MAX = 16 * 1024 * 1024 - 1024;
/** What a group envelope with an Ed25519 signature adds to the bytes of its topic and body. */
export const ENVELOPE_OVERHEAD_BYTES = 275;

/** Type, length of the topic, correlation id. */
export const PAYLOAD_HEAD_BYTES = 1 + 2 + 16;

/** What stands around the length-prefixed part of each kind. */
const NONCE_BYTES = { pairwise: 0, group: 12, plain: 0, batched: 12 } as const;
const COMMITMENT_BYTES = { pairwise: 0, group: 32, plain: 0, batched: 32 } as const;
const SIGNATURE_BYTES = { 1: 64, 2: 3373 } as const;
const PLACE_BYTES = 8; // u32 index, u32 count

const ENVELOPE = /* @__PURE__ */ DST('envelope');

/** Where an envelope stands in its batch. */
export interface BatchPlace {
  readonly index: number;
  readonly count: number;
}

/** Where the parts of an envelope lie; views into it. Those that its kind lacks are empty. */
export interface EnvelopeParts {
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  /** Ciphertext and tag; of a plain envelope its payload. */
  readonly sealed: Uint8Array;
  /** Nonce, ciphertext and tag: what the signature covers by its hash. */
  readonly nonceAndSealed: Uint8Array;
  readonly commitment: Uint8Array;
  /** Where a batched one stands, and its path to the root that is signed. */
  readonly batch: (BatchPlace & { readonly path: readonly Uint8Array[] }) | undefined;
  readonly signature: Uint8Array;
}

/** What its length depends on. */
export interface EnvelopeShape {
  readonly kind: EnvelopeKind;
  readonly suite: Suite;
  /** Bytes of ciphertext and tag, or of what is plain. */
  readonly sealedBytes: number;
  /** Of a batched one. */
  readonly place?: BatchPlace;
}

export function signatureBytes(suite: Suite): number {
  return SIGNATURE_BYTES[suite];
}

/** The whole length of an envelope. */
export function envelopeBytes({ kind, suite, sealedBytes, place }: EnvelopeShape): number {
  return signedPartBytes(kind, sealedBytes) + placeBytes(place) + SIGNATURE_BYTES[suite];
}

/** Length up to the end of the commitment: all that a signature covers. */
export function signedPartBytes(kind: EnvelopeKind, sealedBytes: number): number {
  return HEADER_BYTES + NONCE_BYTES[kind] + sealedBytes + COMMITMENT_BYTES[kind];
}

/**
 * Whether the bytes can be an envelope: its length, to the byte, then magic, version, suite, kind,
 * flags and place in a batch.
 */
export function envelopeFault(
  bytes: Uint8Array,
): 'ERR_ENVELOPE_SIZE' | 'ERR_ENVELOPE_FORMAT' | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > ENVELOPE_BYTES_MAX) return 'ERR_ENVELOPE_SIZE';
  const known = readKind(bytes);
  if (known === undefined) return 'ERR_ENVELOPE_FORMAT';
  const { kind, suite } = known;
  const sealedBytes = readLength(bytes);
  if (sealedBytes < sealedBytesMin(kind)) return 'ERR_ENVELOPE_SIZE';
  const shape = { kind, suite, sealedBytes };
  if (kind !== 'batched') {
    if (bytes.length !== envelopeBytes(shape)) return 'ERR_ENVELOPE_SIZE';
  } else {
    const at = signedPartBytes(kind, sealedBytes);
    if (bytes.length < at + PLACE_BYTES + SIGNATURE_BYTES[suite]) return 'ERR_ENVELOPE_SIZE';
    const place = readPlace(bytes, at);
    if (!isBatchPlace(place.index, place.count)) return 'ERR_ENVELOPE_FORMAT';
    if (bytes.length !== envelopeBytes({ ...shape, place })) return 'ERR_ENVELOPE_SIZE';
  }
  return isKnownHeader(bytes) ? undefined : 'ERR_ENVELOPE_FORMAT';
}

/** Splits bytes without an `envelopeFault`, or so much of them as was written yet. */
export function splitEnvelope(bytes: Uint8Array): EnvelopeParts {
  const { kind, suite } = readKind(bytes)!;
  const sealedAt = HEADER_BYTES + NONCE_BYTES[kind];
  const commitmentAt = sealedAt + readLength(bytes);
  const placeAt = commitmentAt + COMMITMENT_BYTES[kind];
  const signatureAt = Math.max(placeAt, bytes.length - SIGNATURE_BYTES[suite]);
  return {
    header: bytes.subarray(0, HEADER_BYTES),
    nonce: bytes.subarray(HEADER_BYTES, sealedAt),
    sealed: bytes.subarray(sealedAt, commitmentAt),
    nonceAndSealed: bytes.subarray(HEADER_BYTES, commitmentAt),
    commitment: bytes.subarray(commitmentAt, placeAt),
    batch: placeAt < signatureAt ? readBatch(bytes, placeAt, signatureAt) : undefined,
    signature: bytes.subarray(signatureAt),
  };
}

/**
 * A batched envelope from its signed part, its place in the batch, the path from there to the root,
 * and the root's signature.
 */
export function joinBatched(
  signedPart: Uint8Array,
  { index, count }: BatchPlace,
  path: readonly Uint8Array[],
  signature: Uint8Array,
): Uint8Array {
  const place = new Uint8Array(PLACE_BYTES);
  const view = new DataView(place.buffer);
  view.setUint32(0, index);
  view.setUint32(4, count);
  return concatBytes(signedPart, place, ...path, signature);
}

/** What the signature of an envelope covers, or the leaf that stands for it in a batch. */
export function signedBytes({ header, nonceAndSealed, commitment }: EnvelopeParts): Uint8Array {
  return concatBytes(ENVELOPE, header, sha256(nonceAndSealed), commitment);
}

/**
 * Reads the outside of an envelope, which anyone may have written: good for routing and for finding
 * the right keys, never as proof of anything. The arrays are copies.
 *
 * @returns `undefined` unless these bytes have the form of an envelope.
 * @example
 * readEnvelopeHeader(new Uint8Array(300)); // => undefined
 */
export function readEnvelopeHeader(bytes: Uint8Array): EnvelopeHeader | undefined {
  checkBytes('bytes', bytes);
  return envelopeFault(bytes) === undefined ? readHeader(bytes) : undefined;
}

function sealedBytesMin(kind: EnvelopeKind): number {
  return kind === 'plain' ? PAYLOAD_HEAD_BYTES : PAYLOAD_HEAD_BYTES + TAG_BYTES;
}

function placeBytes(place: BatchPlace | undefined): number {
  return place ? PLACE_BYTES + HASH_BYTES * pathLength(place.index, place.count) : 0;
}

function readPlace(bytes: Uint8Array, at: number): BatchPlace {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, PLACE_BYTES);
  return { index: view.getUint32(0), count: view.getUint32(4) };
}

function readBatch(bytes: Uint8Array, at: number, end: number): EnvelopeParts['batch'] {
  const path: Uint8Array[] = [];
  for (let hashAt = at + PLACE_BYTES; hashAt < end; hashAt += HASH_BYTES)
    path.push(bytes.subarray(hashAt, hashAt + HASH_BYTES));
  return { ...readPlace(bytes, at), path };
}
