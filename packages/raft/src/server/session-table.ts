import type { ByteReader, ByteWriter } from '@ruvector/core';
import { readInteger, writeInteger } from '../integer-codec.js';
import type { SessionCommand } from './command-codec.js';

/** Commands of a session whose answers may be kept at once. */
export const SESSION_ANSWERS_MAX = 1_024;
/** Bytes of answers kept for a session: one that has more expires. */
export const SESSION_ANSWERS_BYTES_MAX = 256 << 10;

interface Session {
  /** The client has these answers. */
  ackedUpTo: number;
  readonly answers: Map<number, Uint8Array>;
  bytes: number;
}

/** What the table says of a command: run it, this was its answer, or it is refused. */
export type Verdict = 'run' | 'expired' | 'stale' | Uint8Array;

/**
 * The answers that clients may ask for again (Ongaro's thesis, §6.3). Part of the replicated state:
 * it changes by what is in the log alone, so that all members agree on who has expired.
 */
export class SessionTable {
  /** By the entry that opened them; the one that was not used longest comes first. */
  readonly #sessions = new Map<number, Session>();

  get size(): number {
    return this.#sessions.size;
  }

  /** @param index - of the entry that opens it: its name. */
  open(index: number, sessionsMax: number): void {
    this.#sessions.set(index, { ackedUpTo: 0, answers: new Map(), bytes: 0 });
    for (const id of this.#sessions.keys()) {
      if (this.#sessions.size <= Math.max(1, sessionsMax)) return;
      this.#sessions.delete(id);
    }
  }

  /** Looks a command up before it is run. */
  look({ session: id, sequence, ackedUpTo }: SessionCommand): Verdict {
    const session = this.#sessions.get(id);
    if (session === undefined) return 'expired';
    this.#sessions.delete(id); // and to the end: it was used last
    this.#sessions.set(id, session);
    acknowledge(session, ackedUpTo);
    if (sequence <= session.ackedUpTo) return 'stale';
    if (sequence > session.ackedUpTo + SESSION_ANSWERS_MAX) return 'stale';
    return session.answers.get(sequence) ?? 'run';
  }

  /** Keeps the answer to a command that was run. */
  keep({ session: id, sequence }: SessionCommand, answer: Uint8Array): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.answers.set(sequence, answer.slice());
    session.bytes += answer.length;
    if (session.bytes > SESSION_ANSWERS_BYTES_MAX) this.#sessions.delete(id);
  }

  /** As part of a snapshot. */
  write(writer: ByteWriter): void {
    writer.u32(this.#sessions.size);
    for (const [id, { ackedUpTo, answers }] of this.#sessions) {
      writeInteger(writer, id);
      writeInteger(writer, ackedUpTo);
      writer.u32(answers.size);
      for (const [sequence, answer] of answers) {
        writeInteger(writer, sequence);
        writer.block(answer);
      }
    }
  }

  /** Takes the place of all that is there. @throws MalformedError */
  read(reader: ByteReader): void {
    this.#sessions.clear();
    for (let left = reader.count(20); left > 0; left--) {
      const [id, ackedUpTo] = [readInteger(reader), readInteger(reader)];
      const session: Session = { ackedUpTo, answers: new Map(), bytes: 0 };
      for (let answers = reader.count(12, SESSION_ANSWERS_MAX); answers > 0; answers--) {
        const [sequence, answer] = [readInteger(reader), reader.block().slice()];
        session.answers.set(sequence, answer);
        session.bytes += answer.length;
      }
      this.#sessions.set(id, session);
    }
  }
}

function acknowledge(session: Session, ackedUpTo: number): void {
  if (ackedUpTo <= session.ackedUpTo) return;
  session.ackedUpTo = ackedUpTo;
  for (const [sequence, answer] of session.answers)
    if (sequence <= ackedUpTo) {
      session.answers.delete(sequence);
      session.bytes -= answer.length;
    }
}
