import { checkBytes } from '@ruvector/core';
import { checkCallOptions, type CallOptions } from './calls.js';
import { encodeCommand } from './command-codec.js';
import { OverloadedError } from '../errors.js';
import type { Applied } from './proposals.js';
import { SESSION_ANSWERS_MAX } from './session-table.js';

/** Commands that are executed once each, whatever happens on the way. */
export interface RaftSession {
  /** Its name: the entry that it was opened by. */
  readonly id: number;
  /**
   * Proposes a command under the session's next number, and again under the same as often as it
   * takes, whoever leads; the cluster executes it once and answers each time alike. Commands under
   * way at once may take effect in any order.
   *
   * @param data - a copy is kept.
   * @returns as `RaftServer.propose` does. Rejects likewise, and with `ERR_RAFT_SESSION_EXPIRED`
   *   once the cluster has forgotten the session; `ERR_RAFT_UNKNOWN_OUTCOME` is left for what is
   *   not answered in time, and is not tried again after that.
   */
  propose(data: Uint8Array, options?: CallOptions): Promise<Applied>;
}

/** Puts what a session proposes into the log, as often as it takes. */
type ProposeRepeatedly = (command: Uint8Array, options: CallOptions) => Promise<Applied>;

/** The client's side of a session: numbers commands, and says which answers it has. */
export class ClientSession implements RaftSession {
  readonly id: number;
  readonly #bytesMax: number;
  readonly #propose: ProposeRepeatedly;
  #sequence = 0;
  #ackedUpTo = 0;
  /** Beyond `#ackedUpTo`. */
  readonly #settled = new Set<number>();

  constructor(id: number, bytesMax: number, propose: ProposeRepeatedly) {
    this.id = id;
    this.#bytesMax = bytesMax;
    this.#propose = propose;
  }

  async propose(data: Uint8Array, options: CallOptions = {}): Promise<Applied> {
    checkBytes('data', data, { max: this.#bytesMax });
    checkCallOptions(options);
    if (this.#sequence - this.#ackedUpTo >= SESSION_ANSWERS_MAX)
      throw new OverloadedError('SESSION_ANSWERS_MAX', SESSION_ANSWERS_MAX);
    const sequence = ++this.#sequence;
    const { id: session } = this;
    const ackedUpTo = this.#ackedUpTo;
    try {
      const command = encodeCommand({ kind: 'session', session, sequence, ackedUpTo, data });
      return await this.#propose(command, options);
    } finally {
      this.#settle(sequence);
    }
  }

  /** Nobody will ask for this answer again, whatever it was. */
  #settle(sequence: number): void {
    this.#settled.add(sequence);
    while (this.#settled.delete(this.#ackedUpTo + 1)) this.#ackedUpTo += 1;
  }
}
