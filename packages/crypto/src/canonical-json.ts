import { checkInteger, utf8 } from '@ruvector/core';

/** Bounds on a value and its text, the same for writing and reading. */
export interface CanonicalLimits {
  /** Arrays and objects inside each other, at most 1,000. @default 64 */
  maxDepth?: number;
  /** Length of the text in UTF-8. @default 1_048_576 */
  maxBytes?: number;
}

/** Arrays and objects inside each other, unless told. */
export const JSON_DEPTH_MAX = 64;
/** Bytes of a text in UTF-8, unless told. */
export const JSON_BYTES_MAX = 1 << 20;

/** Takes the limits, checked. Depth is bounded too, since both directions recurse. */
export function readLimits({ maxDepth, maxBytes }: CanonicalLimits): Required<CanonicalLimits> {
  return {
    maxDepth: checkInteger('maxDepth', maxDepth ?? JSON_DEPTH_MAX, { min: 0, max: 1000 }),
    maxBytes: checkInteger('maxBytes', maxBytes ?? JSON_BYTES_MAX, { min: 1, max: 2 ** 29 }),
  };
}

/**
 * The one text of a JSON value: RFC 8785 (JCS), stricter about what may go in.
 *
 * @throws TypeError for what JSON cannot say: NaN, ±Infinity, bigint, undefined, functions,
 *   symbols, lone surrogates, sparse arrays, objects that are not plain, and a key `__proto__`.
 * @throws RangeError above `maxDepth` (so for cycles too) or `maxBytes`.
 * @example
 * canonicalize({ b: [1.0, -0, 1e21], a: 'é' }); // => '{"a":"é","b":[1,0,1e+21]}'
 */
export function canonicalize(value: unknown, limits: CanonicalLimits = {}): string {
  const writer = new CanonicalWriter(readLimits(limits));
  writer.value(value, 0);
  return writer.finish();
}

/** Whether a text has more than `maxBytes` in UTF-8. */
export function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  // a UTF-16 unit is at most three bytes, so that short texts need no counting
  return 3 * text.length > maxBytes && utf8(text).length > maxBytes;
}

class CanonicalWriter {
  readonly #limits: Required<CanonicalLimits>;
  #text = '';

  constructor(limits: Required<CanonicalLimits>) {
    this.#limits = limits;
  }

  finish(): string {
    const { maxBytes } = this.#limits;
    if (isLonger(this.#text, maxBytes)) this.#tooLong();
    return this.#text;
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        return this.#put(quote(value));
      case 'number':
        if (!Number.isFinite(value)) throw new TypeError(`value must be JSON, found ${value}`);
        return this.#put(String(value === 0 ? 0 : value)); // RFC 8785 §3.2.2.3: −0 is written 0
      case 'boolean':
        return this.#put(value ? 'true' : 'false');
      case 'object':
        if (value === null) return this.#put('null');
        if (depth >= this.#limits.maxDepth)
          throw new RangeError(`value must be at most ${this.#limits.maxDepth} levels deep`);
        return Array.isArray(value)
          ? this.#array(value, depth + 1)
          : this.#object(value, depth + 1);
      default:
        throw new TypeError(`value must be JSON, found a value of type ${typeof value}`);
    }
  }

  #array(array: readonly unknown[], depth: number): void {
    if (array.length > this.#limits.maxBytes) this.#tooLong();
    // not Reflect.ownKeys, which takes longer than writing the array
    if (
      Object.keys(array).length !== array.length ||
      Object.getOwnPropertySymbols(array).length > 0
    )
      throw new TypeError('value must be JSON, found a sparse array or one with properties');
    this.#put('[');
    for (let i = 0; i < array.length; i++) {
      if (i > 0) this.#put(',');
      this.value(array[i], depth);
    }
    this.#put(']');
  }

  #object(object: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null)
      throw new TypeError('value must be JSON, found an object that is not plain');
    const keys = sorted(Object.keys(object));
    // not Reflect.ownKeys here either: asking twice is quicker than asking for both
    if (
      keys.length !== Object.getOwnPropertyNames(object).length ||
      Object.getOwnPropertySymbols(object).length > 0
    )
      throw new TypeError('value must be JSON, found a symbol or hidden property');
    this.#put('{');
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (key === '__proto__') throw new TypeError('value must not have a key "__proto__"');
      this.#put(`${i > 0 ? ',' : ''}${quote(key)}:`);
      this.value((object as Record<string, unknown>)[key], depth);
    }
    this.#put('}');
  }

  #put(text: string): void {
    this.#text += text;
    if (this.#text.length > this.#limits.maxBytes) this.#tooLong();
  }

  #tooLong(): never {
    throw new RangeError(`value must have at most ${this.#limits.maxBytes} bytes as JSON`);
  }
}

/** In the order of RFC 8785 §3.2.3, by UTF-16 code units: what has been read is so already. */
function sorted(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return keys.sort();
  return keys;
}

// quotes, backslashes, control characters; and these or surrogates
const ESCAPED = /[^ !#-[\]-\uffff]/;
const NEEDS_CARE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

// `isWellFormed` is four times as quick as the pattern; TypeScript knows it from ES2024 on, and
// older browsers lack it
const hasLoneSurrogate = (text: string & { isWellFormed?(): boolean }): boolean =>
  text.isWellFormed ? !text.isWellFormed() : LONE_SURROGATE.test(text);

function quote(text: string): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  if (hasLoneSurrogate(text)) throw new TypeError('value must be JSON, found a lone surrogate');
  if (!ESCAPED.test(text)) return `"${text}"`;
  return JSON.stringify(text); // its escapes of strings are those of RFC 8785 §3.2.2.2
}
