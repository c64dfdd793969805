import { constantTimeEqual } from '../constant-time.js';

interface Entry<T> {
  readonly copy: Uint8Array;
  readonly form: T;
  readonly weak: { ref?: WeakRef<Entry<T>> };
  erased: boolean;
}

/** Expanded secret keys of one kind that are kept ready. */
const SECRET_FORMS_MAX = 256;

/**
 * What secret keys expand to, such as the polynomials of a lattice key: made at first use, since
 * that takes longer than the use itself.
 *
 * A form is found by the array that holds its key and lives no longer than that array: no secret
 * outlives its owner here. The array's content is compared on every use, because its owner may have
 * overwritten it. The `max` that were used last are kept; one that goes before its owner is erased.
 */
export class SecretForms<T> {
  readonly #expand: (secret: Uint8Array) => T;
  readonly #erase: (form: T) => void;
  readonly #max: number;
  readonly #entries = new WeakMap<Uint8Array, Entry<T>>();
  /** In the order of use; weak, or this would keep alive what its owner has dropped. */
  readonly #recent = new Set<WeakRef<Entry<T>>>();

  constructor(
    expand: (secret: Uint8Array) => T,
    erase: (form: T) => void,
    max: number = SECRET_FORMS_MAX,
  ) {
    this.#expand = expand;
    this.#erase = erase;
    this.#max = max;
  }

  /** @returns the form, valid until the next call. */
  get(secret: Uint8Array): T {
    const known = this.#entries.get(secret);
    if (known !== undefined && !known.erased && constantTimeEqual(known.copy, secret)) {
      this.#touch(known);
      return known.form;
    }
    const form = this.#expand(secret);
    if (known !== undefined) this.#forget(known);
    this.keep(secret, form);
    return form;
  }

  /** Keeps a form that its maker has already for an array that holds its key. */
  keep(secret: Uint8Array, form: T): void {
    const entry = { copy: Uint8Array.from(secret), form, weak: {}, erased: false };
    this.#entries.set(secret, entry);
    this.#touch(entry);
  }

  #touch(entry: Entry<T>): void {
    const ref = (entry.weak.ref ??= new WeakRef(entry));
    this.#recent.delete(ref);
    this.#recent.add(ref);
    if (this.#recent.size <= this.#max) return;
    for (const oldest of this.#recent) {
      this.#recent.delete(oldest);
      const dropped = oldest.deref();
      if (dropped !== undefined) this.#forget(dropped);
      return;
    }
  }

  #forget(entry: Entry<T>): void {
    if (entry.weak.ref !== undefined) this.#recent.delete(entry.weak.ref);
    if (entry.erased) return;
    entry.erased = true;
    entry.copy.fill(0);
    this.#erase(entry.form);
  }
}
