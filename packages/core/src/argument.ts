/**
 * Checks of what a caller passed in. Each throws a `TypeError` (wrong type) or `RangeError` (wrong
 * value) that names the parameter, the value and the rule, and otherwise returns the value.
 */

const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'function') return 'a function'; // not its source text
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'object';
  return String(value);
};

/**
 * A safe integer from `min` to `max`, both included.
 *
 * @example
 * checkInteger('k', 3, { min: 1 }); // => 3
 */
export function checkInteger(
  name: string,
  value: unknown,
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  if (typeof value !== 'number')
    throw new TypeError(`${name} must be a number, got ${show(value)}`);
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw new RangeError(`${name} must be an integer from ${min} to ${max}, got ${show(value)}`);
  return value;
}

/**
 * A finite number from `min` to `max`, both included: never NaN, nor an infinity.
 *
 * @example
 * checkNumber('alpha', 0.5, { min: 0, max: 1 }); // => 0.5
 */
export function checkNumber(
  name: string,
  value: unknown,
  { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = {},
): number {
  if (typeof value !== 'number')
    throw new TypeError(`${name} must be a number, got ${show(value)}`);
  if (!(value >= min && value <= max))
    throw new RangeError(
      `${name} must be a finite number from ${min} to ${max}, got ${show(value)}`,
    );
  return value;
}

/**
 * A text of `min` to `max` UTF-16 units. @default max 1_048_576
 *
 * @example
 * checkString('topic', 'news', { max: 255 }); // => 'news'
 */
export function checkString(
  name: string,
  value: unknown,
  { min = 0, max = 1 << 20 }: { min?: number; max?: number } = {},
): string {
  if (typeof value !== 'string')
    throw new TypeError(`${name} must be a string, got ${show(value)}`);
  if (value.length < min || value.length > max)
    throw new RangeError(`${name} must have ${min} to ${max} characters, got ${value.length}`);
  return value;
}

/**
 * A string that has a spelling in UTF-8: half a character (a lone surrogate) has none, and would be
 * another text on the far side. For what is saved, sent, signed or hashed.
 *
 * @example
 * checkText('key', 'é', { min: 1, max: 255 }); // => 'é'
 */
export function checkText(
  name: string,
  value: unknown,
  range: { min?: number; max?: number } = {},
): string {
  const text = checkString(name, value, range);
  if (/\p{Surrogate}/u.test(text)) throw new RangeError(`${name} must not have a lone surrogate`);
  return text;
}

/**
 * Only `true` and `false`: a string such as 'false' would count as yes.
 *
 * @throws TypeError for anything else.
 * @example
 * checkBoolean('relay', true); // => true
 */
export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean')
    throw new TypeError(`${name} must be true or false, got ${show(value)}`);
  return value;
}

/**
 * Never shows the bytes: they may be secret.
 *
 * @example
 * checkBytes('publicKey', new Uint8Array(32), { length: 32 }).length; // => 32
 */
export function checkBytes(
  name: string,
  value: unknown,
  { length, max = Infinity }: { length?: number; max?: number } = {},
): Uint8Array {
  if (!(value instanceof Uint8Array))
    throw new TypeError(`${name} must be a Uint8Array, got ${typeof value}`);
  if (length !== undefined && value.length !== length)
    throw new RangeError(`${name} must have ${length} bytes, got ${value.length}`);
  if (value.length > max)
    throw new RangeError(`${name} must have at most ${max} bytes, got ${value.length}`);
  return value;
}

/**
 * An object that is no array. With `keys` it has no other properties of its own, since a misspelt
 * option would silently be its default; each of `methods` must be a function, its own or inherited.
 *
 * @example
 * checkObject('options', { k: 3 }, { keys: ['k', 'filter'] }).k; // => 3
 */
export function checkObject<T>(
  name: string,
  value: T,
  { keys, methods = [] }: { keys?: readonly string[]; methods?: readonly string[] } = {},
): T & object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} must be an object, got ${show(value)}`);
  for (const key of Object.keys(value))
    if (keys && !keys.includes(key))
      throw new TypeError(`${name} must have only ${keys.join(', ')}, got ${show(key)}`);
  for (const method of methods)
    if (typeof (value as Record<string, unknown>)[method] !== 'function')
      throw new TypeError(`${name} must have a method ${method}, got ${show(value)}`);
  return value;
}

/**
 * An `AbortSignal`, of this realm or another, or `undefined`.
 *
 * @example
 * checkSignal('options.signal', undefined); // => undefined
 */
export function checkSignal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  return checkObject(name, value as AbortSignal, {
    methods: ['addEventListener', 'throwIfAborted'],
  });
}

const ID = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * An agent id or swarm id: 1–128 characters of `[A-Za-z0-9._:-]`, so that no two ids look alike.
 *
 * @example
 * isId('worker-001'); // => true
 */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/**
 * An id, see `isId`.
 *
 * @example
 * checkId('agentId', 'worker-001'); // => 'worker-001'
 */
export function checkId(name: string, value: unknown): string {
  if (typeof value !== 'string')
    throw new TypeError(`${name} must be a string, got ${show(value)}`);
  if (!isId(value))
    throw new RangeError(`${name} must be 1 to 128 of [A-Za-z0-9._:-], got ${show(value)}`);
  return value;
}

/**
 * Checks a vector: right length, every value a finite number.
 *
 * @example
 * checkVector('query', [1, 2], 2); // => Float32Array.of(1, 2)
 */
export function checkVector(
  name: string,
  value: Float32Array | readonly number[],
  dimensions?: number,
): Float32Array {
  if (!(value instanceof Float32Array) && !Array.isArray(value))
    throw new TypeError(
      `${name} must be a Float32Array or an array of numbers, got ${show(value)}`,
    );
  if (dimensions !== undefined && value.length !== dimensions)
    throw new RangeError(`${name} must have ${dimensions} dimensions, got ${value.length}`);
  if (value.length === 0) throw new RangeError(`${name} must have at least 1 dimension, got 0`);
  const vector = value instanceof Float32Array ? value : Float32Array.from(value as number[]);
  for (let i = 0; i < vector.length; i++) {
    if (typeof value[i] !== 'number')
      throw new TypeError(`${name}[${i}] must be a number, got ${show(value[i])}`);
    if (!Number.isFinite(vector[i]))
      throw new RangeError(`${name}[${i}] must be finite in 32 bits, got ${show(value[i])}`);
  }
  return vector;
}
