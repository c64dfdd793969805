import { MalformedError, type Json } from '@ruvector/core';
import { canonicalize, isLonger, readLimits, type CanonicalLimits } from './canonical-json.js';

/**
 * Reads text that `canonicalize` wrote, and nothing else: `canonicalize(parseCanonical(text))` is
 * always `text`. Never calls `JSON.parse`, which keeps the last of two equal keys and an own
 * `__proto__`.
 *
 * @throws TypeError if `text` is not a string.
 * @throws EdgeError `ERR_MALFORMED` for anything else than canonical JSON within the limits.
 * @example
 * parseCanonical('{"a":[1,"é"]}'); // => { a: [1, 'é'] }
 */
export function parseCanonical(text: string, limits: CanonicalLimits = {}): Json {
  if (typeof text !== 'string') throw new TypeError(`text must be a string, got ${typeof text}`);
  const { maxDepth, maxBytes } = readLimits(limits);
  if (isLonger(text, maxBytes))
    throw new MalformedError(`JSON text is longer than ${maxBytes} bytes`, { maxBytes });
  const value = new CanonicalParser(text, maxDepth).document();
  if (!isCanonicalText(value, text, limits))
    throw new MalformedError('JSON text is not in its canonical form', { chars: text.length });
  return value;
}

function isCanonicalText(value: Json, text: string, limits: CanonicalLimits): boolean {
  try {
    return canonicalize(value, limits) === text;
  } catch {
    return false; // a lone surrogate or an infinite number
  }
}

// The letters of RFC 8259 §7; \/ is left out, since canonical text never has it.
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * A small recursive reader of JSON without white space. Its caller judges spelling, order and
 * duplicates.
 */
class CanonicalParser {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): Json {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) this.#fail('text goes on after the value');
    return value;
  }

  #value(depth: number): Json {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): Json {
    this.#enter(depth);
    const object: Record<string, Json> = {};
    if (this.#takes('}')) return object;
    do {
      if (this.#text[this.#at] !== '"') this.#fail('a key is expected');
      const key = this.#string();
      if (key === '__proto__') this.#fail('the key "__proto__" is refused');
      if (!this.#takes(':')) this.#fail('":" is expected');
      object[key] = this.#value(depth + 1);
    } while (this.#takes(','));
    if (!this.#takes('}')) this.#fail('"," or "}" is expected');
    return object;
  }

  #array(depth: number): Json {
    this.#enter(depth);
    const array: Json[] = [];
    if (this.#takes(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#takes(','));
    if (!this.#takes(']')) this.#fail('"," or "]" is expected');
    return array;
  }

  #string(): string {
    let result = '';
    this.#at += 1;
    for (;;) {
      result += this.#match(/[ !#-[\]-\uffff]*/y);
      if (this.#takes('"')) return result;
      if (!this.#takes('\\')) this.#fail('a string does not end');
      result += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    this.#at += 1;
    const known = ESCAPES[letter];
    if (known !== undefined) return known;
    const hex = letter === 'u' ? this.#match(/[0-9a-f]{4}/y) : '';
    if (hex === '') this.#fail('an escape is unknown');
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #number(): number {
    const token = this.#match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-][0-9]+)?/y);
    if (token === '') this.#fail('a value is expected');
    return Number(token);
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('a value is expected');
    this.#at += word.length;
    return value;
  }

  #enter(depth: number): void {
    if (depth >= this.#maxDepth) this.#fail(`more than ${this.#maxDepth} levels deep`);
    this.#at += 1;
  }

  #takes(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  /** What a sticky pattern matches here, or the empty text. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #fail(reason: string): never {
    throw new MalformedError(`JSON text: ${reason}`, { offset: this.#at });
  }
}
