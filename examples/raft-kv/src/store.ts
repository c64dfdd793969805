import { fromUtf8, MalformedError, utf8 } from '@ruvector/core';
import { decodeCommand, encode, type Outcome } from './command.js';

/** The state machine: a map, and nothing that the log does not say. */
export class Store {
  #values = new Map<string, string>();

  /** For reads that Raft has made linearizable. */
  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  get size(): number {
    return this.#values.size;
  }

  apply({ data }: { readonly data: Uint8Array }): Uint8Array {
    return encode(this.#outcomeOf(data));
  }

  #outcomeOf(data: Uint8Array): Outcome {
    const command = decodeCommand(data);
    const before = this.#values.get(command.key) ?? null;
    if (command.op === 'delete') return { changed: this.#values.delete(command.key), before };
    if (command.op === 'cas' && before !== command.expected) return { changed: false, before };
    this.#values.set(command.key, command.value);
    return { changed: true, before };
  }

  snapshot(): Uint8Array {
    return utf8(JSON.stringify([...this.#values]));
  }

  restore(bytes: Uint8Array): void {
    const pairs = JSON.parse(fromUtf8(bytes)) as unknown;
    if (!Array.isArray(pairs) || !pairs.every(isPair))
      throw new MalformedError('a snapshot that is no list of pairs');
    this.#values = new Map(pairs);
  }
}

const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string');
