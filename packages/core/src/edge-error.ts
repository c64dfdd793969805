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
 * The world failed: a peer, a socket, a disk, a damaged byte. Mistakes of the caller are
 * `TypeError` and `RangeError` instead.
 *
 * Ask `isEdgeError(error, code)` rather than `instanceof`: two copies of this package may be
 * installed. Subclasses set `name` and `code` as literals, since minifiers rename classes.
 *
 * @example
 * const options = { code: 'ERR_TIMEOUT', details: { timeoutMs: 500 } };
 * const error = new EdgeError('no answer from worker-1', options);
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

  /** The function `fromWire`, for who looks for it here. */
  static fromWire(wire: unknown): EdgeError {
    return fromWire(wire);
  }

  /**
   * The error as data that survives `structuredClone` and JSON, its message cut to 1,024
   * characters.
   */
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
 * shape of a `WireError` becomes `ERR_REMOTE`; a message longer than 1,024 characters is cut;
 * details are copied if they have at most 4 levels, 256 values and 8,192 characters, and else left
 * out. Of their values those that JSON cannot say (undefined, bytes, functions, …) are skipped.
 *
 * @example
 * fromWire({ code: 'ERR_CLOSED', message: 'closed', details: {} }).code; // => 'ERR_CLOSED'
 */
export function fromWire(wire: unknown): EdgeError {
  const w = (typeof wire === 'object' && wire !== null ? wire : {}) as Partial<WireError>;
  const code = typeof w.code === 'string' && CODE.test(w.code) ? w.code : 'ERR_REMOTE';
  const message = typeof w.message === 'string' ? cut(w.message) : 'unknown';
  const left = { values: 256, chars: 8_192, levels: 4 };
  const details = plainCopy(w.details, 0, left);
  const kept = isRecord(details) && !isSpent(left) ? details : {};
  return new EdgeError(message, { code, details: kept });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How much more of the details may be copied. */
interface Budget {
  values: number;
  chars: number;
  readonly levels: number;
}

const isSpent = ({ values, chars }: Budget): boolean => values < 0 || chars < 0;

/**
 * A copy of what JSON can say, without keys `__proto__`; `undefined` for what is skipped. Ends when
 * the budget does.
 */
function plainCopy(value: unknown, depth: number, left: Budget): unknown {
  left.values--;
  if (typeof value === 'string') left.chars -= value.length;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return undefined;
  if (depth === left.levels) left.values = -1;
  const copy = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
  for (const key in value) {
    if (isSpent(left)) return undefined;
    if (key === '__proto__') continue;
    left.chars -= key.length;
    const item = plainCopy((value as Record<string, unknown>)[key], depth + 1, left);
    if (item !== undefined) copy[key] = item;
    else if (Array.isArray(value)) copy[key] = null; // as JSON does: the others keep their places
  }
  return copy;
}
