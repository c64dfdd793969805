import { TAG_BYTES } from './backend.js';
import { FIRST_MESSAGE_BYTES, SECOND_MESSAGE_BYTES } from './handshake-pattern.js';

const MAGIC = 0x52565031; // "RVP1": the digit is the version
const HEAD_BYTES = 5;
const FRAME_HEAD_BYTES = HEAD_BYTES + 8 + 8;

const TYPES = { first: 1, second: 2, frame: 3 } as const;

/** Length of a packet with all that is in it: below the 16 MiB frames of the transports. */
export const PAIRWISE_BYTES_MAX = 16 * 1024 * 1024 - 1024;
/** What a packet adds to the payload of a frame. */
export const PAIRWISE_OVERHEAD_BYTES = FRAME_HEAD_BYTES + TAG_BYTES;

/** What a packet says in clear; views into it. */
export type PairwisePacket =
  | { readonly type: 'first' | 'second'; readonly message: Uint8Array }
  | {
      readonly type: 'frame';
      readonly sessionId: number;
      readonly counter: number;
      /** All before the ciphertext: the associated data. */
      readonly head: Uint8Array;
      readonly sealed: Uint8Array;
    };

export function handshakePacket(type: 'first' | 'second', message: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEAD_BYTES + message.length);
  writeHead(packet, type);
  packet.set(message, HEAD_BYTES);
  return packet;
}

export function frameHead(sessionId: number, counter: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  const view = writeHead(head, 'frame');
  view.setBigUint64(HEAD_BYTES, BigInt(sessionId));
  view.setBigUint64(HEAD_BYTES + 8, BigInt(counter));
  return head;
}

/** `undefined` for what has not, to the byte, the form of a packet. */
export function readPacket(bytes: Uint8Array): PairwisePacket | undefined {
  if (bytes.length < HEAD_BYTES || bytes.length > PAIRWISE_BYTES_MAX) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== MAGIC) return undefined;
  const message = bytes.subarray(HEAD_BYTES);
  switch (bytes[4]) {
    case TYPES.first:
      return message.length === FIRST_MESSAGE_BYTES ? { type: 'first', message } : undefined;
    case TYPES.second:
      return message.length === SECOND_MESSAGE_BYTES ? { type: 'second', message } : undefined;
    case TYPES.frame:
      return readFrame(bytes, view);
    default:
      return undefined;
  }
}

function readFrame(bytes: Uint8Array, view: DataView): PairwisePacket | undefined {
  if (bytes.length < PAIRWISE_OVERHEAD_BYTES) return undefined;
  const sessionId = Number(view.getBigUint64(HEAD_BYTES));
  const counter = Number(view.getBigUint64(HEAD_BYTES + 8));
  if (!Number.isSafeInteger(sessionId) || !Number.isSafeInteger(counter)) return undefined;
  const head = bytes.subarray(0, FRAME_HEAD_BYTES);
  return { type: 'frame', sessionId, counter, head, sealed: bytes.subarray(FRAME_HEAD_BYTES) };
}

function writeHead(packet: Uint8Array, type: keyof typeof TYPES): DataView {
  const view = new DataView(packet.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, TYPES[type]);
  return view;
}
