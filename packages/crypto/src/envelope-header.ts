import { concatBytes, utf8 } from '@ruvector/core';
import { DST } from './domain.js';
import { sha256 } from './primitives.js';
import type { Suite } from './suite.js';

/**
 * What an envelope is: `pairwise` is sealed for one peer under a key of their handshake, `group`
 * under the sender's chain, `plain` is signed and not sealed, and `batched` is a group envelope
 * that shares its signature with others.
 */
export type EnvelopeKind = 'pairwise' | 'group' | 'plain' | 'batched';

/** What an envelope says outside of its seal. The arrays belong to whoever got it. */
export interface EnvelopeHeader {
  /** What signs it: 1 is Ed25519, 2 the composite. */
  readonly suite: Suite;
  readonly kind: EnvelopeKind;
  /** SHA-256(DST("swarm") ‖ swarm id), 32 bytes. */
  readonly swarmTag: Uint8Array;
  /** Member key id, 32 bytes. */
  readonly sender: Uint8Array;
  /** Member key id, 32 bytes; zeros mean the whole swarm. */
  readonly destination: Uint8Array;
  /** Which of the sender's chains or sessions; a u64. */
  readonly epoch: bigint;
  /** 0 … 2^53 − 1 */
  readonly counter: number;
  /** Milliseconds since 1970, by the sender's clock. */
  readonly timestamp: number;
}

export const HEADER_BYTES = 132;

const MAGIC = 0x52564532; // "RVE2"
const VERSION = 1;
const NO_FLAGS = 0;
const KINDS = /* @__PURE__ */ Object.freeze([
  undefined,
  'pairwise',
  'group',
  'plain',
  'batched',
] as const);
const U32 = 2 ** 32;
const SWARM = /* @__PURE__ */ DST('swarm');

/** The one asked for last: a process is seldom in more than one swarm. */
let known: { readonly swarmId: string; readonly tag: Uint8Array } | undefined;

/** Which swarm an envelope belongs to, without its name: 32 bytes, to be read only. */
export function swarmTagOf(swarmId: string): Uint8Array {
  if (known?.swarmId !== swarmId)
    known = { swarmId, tag: sha256(concatBytes(SWARM, utf8(swarmId))) };
  return known.tag;
}

export function writeHeader(out: Uint8Array, header: EnvelopeHeader, length: number): void {
  const view = new DataView(out.buffer, out.byteOffset, HEADER_BYTES);
  view.setUint32(0, MAGIC);
  view.setUint8(4, VERSION);
  view.setUint8(5, header.suite);
  view.setUint8(6, KINDS.indexOf(header.kind));
  view.setUint8(7, NO_FLAGS);
  out.set(header.swarmTag, 8);
  out.set(header.sender, 40);
  out.set(header.destination, 72);
  view.setBigUint64(104, header.epoch);
  writeSafeU64(view, 112, header.counter);
  writeSafeU64(view, 120, header.timestamp);
  view.setUint32(128, length);
}

/** Kind and suite, if these are known ones; at least `HEADER_BYTES` long. */
export function readKind(
  bytes: Uint8Array,
): { readonly kind: EnvelopeKind; readonly suite: Suite } | undefined {
  const suite = bytes[5];
  const kind = KINDS[bytes[6]!];
  return kind === undefined || (suite !== 1 && suite !== 2) ? undefined : { kind, suite };
}

/** Length of the ciphertext and tag, or of what is plain; as the header says. */
export function readLength(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(128);
}

/** Whether magic, version, flags, counter and time are such as an envelope may have. */
export function isKnownHeader(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  return (
    view.getUint32(0) === MAGIC &&
    view.getUint8(4) === VERSION &&
    view.getUint8(7) === NO_FLAGS &&
    isSafeU64(view, 112) &&
    isSafeU64(view, 120)
  );
}

/** Reads the header of bytes that are known to have one. */
export function readHeader(bytes: Uint8Array): EnvelopeHeader {
  const view = viewOf(bytes);
  return {
    ...readKind(bytes)!,
    swarmTag: bytes.slice(8, 40),
    sender: bytes.slice(40, 72),
    destination: bytes.slice(72, 104),
    epoch: view.getBigUint64(104),
    counter: safeU64(view, 112),
    timestamp: safeU64(view, 120),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
}

function isSafeU64(view: DataView, at: number): boolean {
  return view.getUint32(at) < 2 ** 21; // 2^53 and above are refused
}

function safeU64(view: DataView, at: number): number {
  return view.getUint32(at) * U32 + view.getUint32(at + 4);
}

// in halves: making a bigint of a number takes longer
function writeSafeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / U32));
  view.setUint32(at + 4, value % U32);
}
