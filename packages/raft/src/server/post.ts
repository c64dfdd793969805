import { isEdgeError, type Transport } from '@ruvector/core';
import type { AppendEntries, Message } from '../message.js';
import { encodeMessage } from '../message-codec.js';
import type { RaftMetrics } from './metrics.js';
import { entryBytesMax } from './options.js';

/** What an entry takes in a message beside its data. */
const ENTRY_BYTES = 21;

/** Sends frames. What the transport does not take is dropped and counted: Raft asks again. */
export class Post {
  readonly #transport: Transport;
  readonly #metrics: RaftMetrics;

  constructor(transport: Transport, metrics: RaftMetrics) {
    this.#transport = transport;
    this.#metrics = metrics;
  }

  message(message: Message): void {
    if (message.type === 'appendEntries') this.#appendEntries(message);
    else this.frame(message.to, encodeMessage(message));
  }

  /**
   * The core counts bytes of data alone, so that many small entries may be more than a frame holds:
   * they go in several messages then.
   */
  #appendEntries(message: AppendEntries): void {
    const bytesMax = entryBytesMax(this.#transport.caps.maxFrameBytes);
    const { entries } = message;
    let { prevIndex, prevTerm } = message;
    let first = 0;
    do {
      let bytes = 0;
      let end = first;
      while (end < entries.length) {
        bytes += ENTRY_BYTES + entries[end]!.data.length;
        if (bytes > bytesMax && end > first) break;
        end += 1;
      }
      const isWhole = end - first === entries.length;
      const part = isWhole ? entries : entries.slice(first, end);
      const sent = isWhole ? message : { ...message, prevIndex, prevTerm, entries: part };
      this.frame(message.to, encodeMessage(sent));
      const last = entries[end - 1];
      if (last) ({ index: prevIndex, term: prevTerm } = last);
      first = end;
    } while (first < entries.length);
  }

  /** @returns whether it was taken. */
  frame(to: string, frame: Uint8Array): boolean {
    const isTaken = frame.length <= this.#transport.caps.maxFrameBytes && this.#send(to, frame);
    if (isTaken) {
      this.#metrics.framesOut += 1;
      this.#metrics.bytesOut += frame.length;
    } else this.#metrics.refusedOut += 1;
    return isTaken;
  }

  #send(to: string, frame: Uint8Array): boolean {
    try {
      return this.#transport.send(to, frame);
    } catch (error) {
      // whoever closed it knows; the members can only be silent to each other
      if (isEdgeError(error, 'ERR_CLOSED')) return false;
      throw error;
    }
  }
}
