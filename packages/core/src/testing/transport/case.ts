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
