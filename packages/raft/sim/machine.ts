import { ByteReader, ByteWriter } from '@ruvector/core';
import type { Entry } from '@ruvector/raft';
import { mix, mixBytes } from './hash.js';

/** A client's command: its number makes a second copy of it known. */
export interface Command {
  readonly client: number;
  readonly number: number;
}

const COMMAND_BYTES = 6;

export function encodeCommand({ client, number }: Command, extra: number): Uint8Array {
  const bytes = new Uint8Array(COMMAND_BYTES + extra);
  bytes[0] = client;
  new DataView(bytes.buffer).setUint32(1, number);
  return bytes;
}

/** The last command of a client that was executed, and its answer. */
interface Session {
  number: number;
  answer: number;
}

/**
 * The state that is replicated: how many commands were executed, a digest of their order, and for
 * each client the answer to its last, which is given again if the command comes again.
 */
export class Machine {
  /** The last entry that is in the state. */
  applied = 0;
  hash = 0;
  executed = 0;
  readonly #sessions = new Map<number, Session>();
  /** Hears of each command that is executed, and not of copies. */
  readonly #onExecuted: ((command: Command, answer: number) => void) | undefined;

  constructor(onExecuted?: (command: Command, answer: number) => void) {
    this.#onExecuted = onExecuted;
  }

  apply({ index, term, type, data }: Entry): void {
    this.applied = index;
    this.hash = mix(mix(this.hash, index), term);
    if (type !== 'normal' || data.length < COMMAND_BYTES) return;
    const client = data[0]!;
    const number = ((data[1]! << 24) | (data[2]! << 16) | (data[3]! << 8) | data[4]!) >>> 0;
    const session = this.#sessions.get(client);
    if (session && session.number >= number) return;
    this.executed += 1;
    this.hash = mixBytes(mix(this.hash, this.executed), data);
    if (session) {
      session.number = number;
      session.answer = this.executed;
    } else this.#sessions.set(client, { number, answer: this.executed });
    this.#onExecuted?.({ client, number }, this.executed);
  }

  /** The answer to a command, if it was a client's last. */
  answerTo({ client, number }: Command): number | undefined {
    const session = this.#sessions.get(client);
    return session?.number === number ? session.answer : undefined;
  }

  /** @param extra - bytes without a meaning, so that a snapshot takes several messages. */
  encode(extra: number): Uint8Array {
    const writer = new ByteWriter(64 + extra);
    writer.u32(this.applied).u32(this.hash >>> 0);
    writer.u32(this.executed).u8(this.#sessions.size);
    for (const [client, { number, answer }] of this.#sessions)
      writer.u8(client).u32(number).u32(answer);
    return writer.block(new Uint8Array(extra)).bytes();
  }

  restore(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes, 'state of the machine');
    this.applied = reader.u32();
    this.hash = reader.u32() | 0;
    this.executed = reader.u32();
    this.#sessions.clear();
    for (let left = reader.u8(); left > 0; left--)
      this.#sessions.set(reader.u8(), { number: reader.u32(), answer: reader.u32() });
    reader.block();
    reader.end();
  }
}
