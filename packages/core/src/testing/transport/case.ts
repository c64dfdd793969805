import { seededRandom } from '../../random.js';
import type { Transport } from '../../transport.js';
import type { Case } from '../case.js';
import type { Link } from './link.js';

/** What a transport may claim. */
type Feature = 'ordered' | 'reliable' | 'broadcast' | 'durable' | 'crossHost' | 'sever';

/** A case of `Transport`. */
export interface TransportCase extends Case<Link, Feature> {
  /** The link arrives as the factory made it: `open` is for the case to call. */
  readonly unopened?: true;
}

/** `length` bytes that look like nothing in particular, the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.uint32();
  return bytes;
}

/** A frame that holds one number. */
export function numbered(n: number, length = 4): Uint8Array {
  const frame = new Uint8Array(length);
  new DataView(frame.buffer).setUint32(0, n);
  return frame;
}

export function numberOf(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0);
}

/** At most `wanted`, and no more than the transport takes. */
export function frameBytes(transport: Transport, wanted: number): number {
  return Math.min(wanted, transport.caps.maxFrameBytes);
}
