/** A committed command, as a state machine gets it. */
export interface Command {
  /** Its place in the log; grows from command to command, with gaps. */
  readonly index: number;
  /** Of the leader that put it there. */
  readonly term: number;
  /** As it was proposed. Owned by the log: only to be read. */
  readonly data: Uint8Array;
}

/**
 * What a cluster agrees on. All members apply the same commands in the same order and must come to
 * the same state and the same results: no clock, no chance, nothing but the command counts. One
 * that throws or rejects stops its server, since nobody knows what state it is in; what a command
 * may not do is said in its result.
 */
export interface StateMachine {
  /** Takes one command after the other: the next comes when the result is there. */
  apply(command: Command): Uint8Array | Promise<Uint8Array>;
  /**
   * All of the state as of this call, even if commands are applied before the promise resolves.
   * The bytes belong to the server from then on.
   */
  snapshot(): Uint8Array | Promise<Uint8Array>;
  /** Takes the place of all state. The bytes are only to be read. */
  restore(snapshot: Uint8Array): void | Promise<void>;
}
