import type { Clock } from '@ruvector/core';
import { BatchSigner, type EpochSealing } from '@ruvector/crypto';

import type { SealedMessage } from './sealed-message.js';

interface Waiting {
  readonly settle: (frame: Uint8Array) => void;
  readonly fail: (error: unknown) => void;
}

export interface GroupSealerOptions {
  readonly clock: Clock;
  /** Of the present epoch. @throws EdgeError `ERR_EPOCH_NOT_READY` */
  readonly sealing: () => EpochSealing;
}

/**
 * Seals messages for the group. Those that are given to it in one turn are signed together, by one
 * signature over the root of their Merkle tree: signing each would cost more than all the rest.
 */
export class GroupSealer {
  readonly #o: GroupSealerOptions;
  #signer: BatchSigner | undefined;
  #waiting: Waiting[] = [];

  constructor(options: GroupSealerOptions) {
    this.#o = options;
  }

  /**
   * The message as a signed envelope, at the end of this turn.
   *
   * @throws (rejects) EdgeError `ERR_EPOCH_NOT_READY` without keys
   */
  seal({ type, topic = '', correlationId, body }: SealedMessage): Promise<Uint8Array> {
    return new Promise((settle, fail) => {
      this.#signer ??= this.#createSigner();
      const timestamp = Math.floor(this.#o.clock.now());
      const fields = { timestamp, type, topic, body, ...(correlationId && { correlationId }) };
      if (this.#waiting.length === 0) queueMicrotask(() => this.flush());
      const waiting = { settle, fail };
      // before it is added: a full batch is handed on at once
      this.#waiting.push(waiting);
      try {
        this.#signer.add(fields);
      } catch (error) {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        fail(error);
      }
    });
  }

  /** Signs what waits, under the epoch in which it was sealed. */
  flush(): void {
    this.#signer?.flush();
  }

  /** Another epoch begins, or none: what waits goes out as it was sealed. */
  endEpoch(): void {
    this.#signer?.close();
    this.#signer = undefined;
  }

  #createSigner(): BatchSigner {
    return new BatchSigner({
      ...this.#o.sealing(),
      clock: this.#o.clock,
      onBatch: (frames) => this.#settle((waiting, i) => waiting.settle(frames[i]!)),
      onError: (error) => this.#settle((waiting) => waiting.fail(error)),
    });
  }

  #settle(end: (waiting: Waiting, i: number) => void): void {
    this.#waiting.splice(0).forEach(end);
  }
}
