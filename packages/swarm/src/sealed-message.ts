import type { MessageType } from './message-type.js';

/** What is sealed: everything that others than members must not see. */
export interface SealedMessage {
  readonly type: MessageType;
  readonly topic?: string;
  /** 16 bytes. */
  readonly correlationId?: Uint8Array;
  readonly body: Uint8Array;
}
