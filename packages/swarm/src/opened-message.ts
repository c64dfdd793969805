import type { Peer } from './peer.js';

/** A message that a member is proven to have sent, now. */
export interface OpenedMessage {
  readonly peer: Peer;
  readonly type: number;
  readonly topic: string;
  /** 16 bytes; zeros if the sender gave none. */
  readonly correlationId: Uint8Array;
  readonly body: Uint8Array;
}
