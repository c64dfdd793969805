import { checkBytes, checkString } from '../argument.js';
import { ClosedError } from '../errors.js';
import type { Storage, StorageOperation } from '../storage.js';

/**
 * The reference `Storage`: a map in memory, gone with the process.
 *
 * @example
 * const storage = new MemoryStorage();
 * await storage.put('greeting', utf8('hello'));
 * await storage.get('greeting'); // => utf8('hello')
 * await storage.get('unknown'); // => undefined
 */
export class MemoryStorage implements Storage {
  readonly supports = { durable: false };
  #values = new Map<string, Uint8Array>();
  #closed = false;

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#refuseClosed();
    const value = this.#values.get(checkString('key', key));
    return value === undefined ? undefined : new Uint8Array(value);
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#refuseClosed();
    this.#values.set(checkString('key', key), new Uint8Array(checkBytes('bytes', bytes)));
  }

  async delete(key: string): Promise<void> {
    this.#refuseClosed();
    this.#values.delete(checkString('key', key));
  }

  async batch(operations: readonly StorageOperation[]): Promise<void> {
    this.#refuseClosed();
    if (!Array.isArray(operations))
      throw new TypeError(`operations must be an array, got ${typeof operations}`);
    // All are checked and copied before the first is applied. Not by `map`, which skips holes.
    const steps = Array.from(operations, (step, i) => checked(step, `operations[${i}]`));
    for (const [key, bytes] of steps) {
      if (bytes === undefined) this.#values.delete(key);
      else this.#values.set(key, bytes);
    }
  }

  /** The keys that exist at the first step, without those deleted before their turn. */
  async *keys(prefix = ''): AsyncIterable<string> {
    this.#refuseClosed();
    checkString('prefix', prefix);
    for (const key of [...this.#values.keys()].filter((k) => k.startsWith(prefix)).sort()) {
      this.#refuseClosed();
      if (this.#values.has(key)) yield key;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#values = new Map();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new ClosedError('storage');
  }
}

function checked(operation: StorageOperation, name: string): [string, Uint8Array | undefined] {
  if (typeof operation !== 'object' || operation === null)
    throw new TypeError(`${name} must be { put } or { delete }, got ${String(operation)}`);
  if (Object.hasOwn(operation, 'put') === Object.hasOwn(operation, 'delete'))
    throw new TypeError(`${name} must be either { put } or { delete }`);
  if ('delete' in operation) return [checkString(`${name}.delete`, operation.delete), undefined];
  if (!Array.isArray(operation.put) || operation.put.length !== 2)
    throw new TypeError(`${name}.put must be [key, bytes]`);
  const [key, bytes] = operation.put as readonly [string, Uint8Array];
  return [checkString(`${name}.put[0]`, key), new Uint8Array(checkBytes(`${name}.put[1]`, bytes))];
}
