import { checkBytes, concatBytes, utf8 } from '@ruvector/core';
import { TAG_BYTES } from './backend.js';
import { DST } from './domain.js';
import { sha256 } from './primitives.js';

/** Length of an envelope with all that is in it: below the 16 MiB frames of the transports. */
export const ENVELOPE_BYTES_MAX = 16 * 1024 * 1024 - 1024;
/** What an envelope adds to the bytes of its topic and body. */
export const ENVELOPE_OVERHEAD_BYTES = 275;

const HEADER_BYTES = 132;
const NONCE_BYTES = 12;
const COMMITMENT_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Type, length of the topic, correlation id. */
export const PAYLOAD_HEAD_BYTES = 1 + 2 + 16;

const MAGIC = 0x52564532; // "RVE2"
const VERSION = 1;
const SUITE_ED25519 = 1;
const KIND_GROUP = 2;
const NO_FLAGS = 0;
const SEALED_BYTES_MIN = PAYLOAD_HEAD_BYTES + TAG_BYTES;
const AFTER_HEADER_BYTES = NONCE_BYTES + COMMITMENT_BYTES + SIGNATURE_BYTES;

/** What an envelope says outside of its seal. The arrays belong to whoever got it. */
export interface EnvelopeHeader {
  /** SHA-256(DST("swarm") ‖ swarm id), 32 bytes. */
  readonly swarmTag: Uint8Array;
  /** Member key id, 32 bytes. */
  readonly sender: Uint8Array;
  /** Member key id, 32 bytes; zeros mean the whole swarm. */
  readonly destination: Uint8Array;
  /** A random u64: which of the sender's chains. */
  readonly epoch: bigint;
  /** 0 … 2^53 − 1 */
  readonly counter: number;
  /** Milliseconds since 1970, by the sender's clock. */
  readonly timestamp: number;
}

/** Where the parts of an envelope lie; views into it. */
export interface EnvelopeParts {
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  /** Ciphertext and tag. */
  readonly sealed: Uint8Array;
  /** Nonce, ciphertext and tag: what the signature covers by its hash. */
  readonly nonceAndSealed: Uint8Array;
  readonly commitment: Uint8Array;
  readonly signature: Uint8Array;
}

/** Which swarm an envelope belongs to, without its name: 32 bytes. */
export function swarmTagOf(swarmId: string): Uint8Array {
  return sha256(concatBytes(DST('swarm'), utf8(swarmId)));
}

/** The whole length of an envelope with so many bytes of ciphertext and tag. */
export function envelopeBytes(sealedBytes: number): number {
  return HEADER_BYTES + AFTER_HEADER_BYTES + sealedBytes;
}

export function writeHeader(out: Uint8Array, header: EnvelopeHeader, sealedBytes: number): void {
  const view = new DataView(out.buffer, out.byteOffset, HEADER_BYTES);
  view.setUint32(0, MAGIC);
  view.setUint8(4, VERSION);
  view.setUint8(5, SUITE_ED25519);
  view.setUint8(6, KIND_GROUP);
  view.setUint8(7, NO_FLAGS);
  out.set(header.swarmTag, 8);
  out.set(header.sender, 40);
  out.set(header.destination, 72);
  view.setBigUint64(104, header.epoch);
  view.setBigUint64(112, BigInt(header.counter));
  view.setBigUint64(120, BigInt(header.timestamp));
  view.setUint32(128, sealedBytes);
}

/**
 * Whether the bytes can be an envelope of kind 2: its length, to the byte, then magic, version,
 * suite, kind and flags.
 */
export function envelopeFault(
  bytes: Uint8Array,
): 'ERR_ENVELOPE_SIZE' | 'ERR_ENVELOPE_FORMAT' | undefined {
  if (bytes.length < envelopeBytes(SEALED_BYTES_MIN) || bytes.length > ENVELOPE_BYTES_MAX)
    return 'ERR_ENVELOPE_SIZE';
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (bytes.length !== envelopeBytes(view.getUint32(128))) return 'ERR_ENVELOPE_SIZE';
  const known =
    view.getUint32(0) === MAGIC &&
    view.getUint8(4) === VERSION &&
    view.getUint8(5) === SUITE_ED25519 &&
    view.getUint8(6) === KIND_GROUP &&
    view.getUint8(7) === NO_FLAGS &&
    isSafeU64(view, 112) &&
    isSafeU64(view, 120);
  return known ? undefined : 'ERR_ENVELOPE_FORMAT';
}

/** Reads the header of bytes without an `envelopeFault`. */
export function readHeader(bytes: Uint8Array): EnvelopeHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return {
    swarmTag: bytes.slice(8, 40),
    sender: bytes.slice(40, 72),
    destination: bytes.slice(72, 104),
    epoch: view.getBigUint64(104),
    counter: safeU64(view, 112),
    timestamp: safeU64(view, 120),
  };
}

/** Splits bytes without an `envelopeFault`. */
export function splitEnvelope(bytes: Uint8Array): EnvelopeParts {
  const sealedAt = HEADER_BYTES + NONCE_BYTES;
  const signatureAt = bytes.length - SIGNATURE_BYTES;
  const commitmentAt = signatureAt - COMMITMENT_BYTES;
  return {
    header: bytes.subarray(0, HEADER_BYTES),
    nonce: bytes.subarray(HEADER_BYTES, sealedAt),
    sealed: bytes.subarray(sealedAt, commitmentAt),
    nonceAndSealed: bytes.subarray(HEADER_BYTES, commitmentAt),
    commitment: bytes.subarray(commitmentAt, signatureAt),
    signature: bytes.subarray(signatureAt),
  };
}

/** What the signature of an envelope covers. */
export function signedBytes({ header, nonceAndSealed, commitment }: EnvelopeParts): Uint8Array {
  return concatBytes(DST('envelope'), header, sha256(nonceAndSealed), commitment);
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

const U32 = 2 ** 32;

function isSafeU64(view: DataView, at: number): boolean {
  return view.getUint32(at) < 2 ** 21; // 2^53 and above are refused
}

function safeU64(view: DataView, at: number): number {
  return view.getUint32(at) * U32 + view.getUint32(at + 4);
}
