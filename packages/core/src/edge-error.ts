/** What crosses a worker, a socket or a log: plain data, no stack, no cause. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const BRAND = '@ruvector/EdgeError';
const MESSAGE_CHARS_MAX = 1024;
const CODE = /^ERR_[A-Z0-9_]{1,60}$/;

/**
 * The world failed: a peer, a socket, a disk, a damaged byte. Mistakes of the caller are `TypeError`
 * and `RangeError` instead.
 *
 * Ask `isEdgeError(error, code)` rather than `instanceof`: two copies of this package may be
 * installed. Subclasses set `name` and `code` as literals, since minifiers rename classes.
 *
 * @example
 * const error = new EdgeError('no answer from worker-1', { code: 'ERR_TIMEOUT', details: { timeoutMs: 500 } });
 * error.code; // => 'ERR_TIMEOUT'
 * isEdgeError(error, 'ERR_TIMEOUT'); // => true
 */
export class EdgeError extends Error {
  override readonly name: string = 'EdgeError';
  /** Stable between majors, unlike the message. All codes stand in `docs/errors.md`. */
  readonly code: string = 'ERR_EDGE';
  /** Plain data about the failure; never secret bytes. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    options: { code?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    if (options.code !== undefined) this.code = options.code;
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The error as data that survives `structuredClone` and JSON, its message cut to 1,024 characters. */
  toWire(): WireError {
    return { code: this.code, message: cut(this.message), details: this.details };
  }

  /** Same as `toWire`, so that `JSON.stringify(error)` says something. */
  toJSON(): WireError {
    return this.toWire();
  }
}

/**
 * Whether `value` is an `EdgeError` of any copy of this package, and has `code` if one is given.
 *
 * @example
 * isEdgeError(new TypeError('x')); // => false
 */
export function isEdgeError(value: unknown, code?: string): value is EdgeError {
  if (!(value instanceof Error)) return false;
  const error = value as Partial<EdgeError> & { [BRAND]?: boolean };
  return error[BRAND] === true && (code === undefined || error.code === code);
}

/**
 * Any thrown value as wire data. Of what is not an `EdgeError` only the message is kept, under
 * `ERR_REMOTE`.
 *
 * @example
 * toWire(new RangeError('k must be ≥ 1')).code; // => 'ERR_REMOTE'
 */
export function toWire(error: unknown): WireError {
  if (isEdgeError(error)) return error.toWire();
  const said = error instanceof Error ? error.message : error;
  const message = typeof said === 'string' ? said : `a thrown ${typeof said}`;
  return { code: 'ERR_REMOTE', message: cut(message), details: {} };
}

/** A cut may halve a character, and a message may hold halves anyway: no UTF-8 could say them. */
const cut = (message: string): string =>
  message.slice(0, MESSAGE_CHARS_MAX).replace(/\p{Surrogate}/gu, '\uFFFD');

/**
 * A plain `EdgeError` with the code, message and details that a peer sent. What does not have the
 * shape of a `WireError` becomes `ERR_REMOTE`; a message longer than 1,024 characters is cut; details
 * are copied if they are plain data of at most 4 levels, 256 values and 8,192 characters, and else
 * left out.
 *
 * @example
 * fromWire({ code: 'ERR_CLOSED', message: 'closed', details: {} }).code; // => 'ERR_CLOSED'
 */
export function fromWire(wire: unknown): EdgeError {
  const w = (typeof wire === 'object' && wire !== null ? wire : {}) as Partial<WireError>;
  const code = typeof w.code === 'string' && CODE.test(w.code) ? w.code : 'ERR_REMOTE';
  const message = typeof w.message === 'string' ? cut(w.message) : 'unknown';
  const details = plainCopy(w.details, 4, { values: 256, chars: 8_192 });
  return new EdgeError(message, { code, details: isRecord(details) ? details : {} });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of what JSON can say, within a budget and without keys `__proto__`; else `undefined`. */
function plainCopy(
  value: unknown,
  levels: number,
  left: { values: number; chars: number },
): unknown {
  if (--left.values < 0) return undefined;
  if (typeof value === 'string') return (left.chars -= value.length) < 0 ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || levels === 0) return undefined;
  const copy = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
  for (const key in value) {
    if (key === '__proto__') continue;
    const item = plainCopy((value as Record<string, unknown>)[key], levels - 1, left);
    if (item === undefined || (left.chars -= key.length) < 0) return undefined;
    copy[key] = item;
  }
  return copy;
}
