import { EdgeError } from './edge-error.js';

/**
 * Something was used after `close()`.
 *
 * @example
 * const storage = new MemoryStorage();
 * await storage.close();
 * await storage.get('key').catch((error: ClosedError) => error.details['what']); // => 'storage'
 */
export class ClosedError extends EdgeError {
  override readonly name = 'ClosedError';
  override readonly code = 'ERR_CLOSED';
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} is closed`, { details: { what }, ...options });
  }
}

/**
 * A frame is above the limit of its transport; nothing of it was sent.
 *
 * @example
 * const error = new FrameTooLargeError(70_000, 65_536);
 * error.details; // => { frameBytes: 70_000, frameBytesMax: 65_536 }
 */
export class FrameTooLargeError extends EdgeError {
  override readonly name = 'FrameTooLargeError';
  override readonly code = 'ERR_FRAME_TOO_LARGE';
  /** Length of the refused frame. */
  readonly frameBytes: number;
  /** Length of the longest frame that the transport takes. */
  readonly frameBytesMax: number;
  constructor(frameBytes: number, frameBytesMax: number, options?: ErrorOptions) {
    super(`frame of ${frameBytes} bytes is above the limit of ${frameBytesMax}`, {
      details: { frameBytes, frameBytesMax },
      ...options,
    });
    this.frameBytes = frameBytes;
    this.frameBytesMax = frameBytesMax;
  }
}

/**
 * Bytes or text from outside do not have the form they claim; nothing was changed. `details` say
 * where, if the reader knows.
 *
 * @example
 * const reader = new ByteReader(Uint8Array.of(1), 'greeting');
 * try {
 *   reader.u16();
 * } catch (error) {
 *   (error as MalformedError).details; // => { what: 'greeting', offset: 0 }
 * }
 */
export class MalformedError extends EdgeError {
  override readonly name = 'MalformedError';
  override readonly code = 'ERR_MALFORMED';
  constructor(message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, { details, ...options });
  }
}

/**
 * An answer did not come in time. It may still come: whoever asked has stopped waiting for it.
 *
 * @example
 * new TimeoutError('worker-1', 500).message; // => 'worker-1: no answer within 500 ms'
 */
export class TimeoutError extends EdgeError {
  override readonly name = 'TimeoutError';
  override readonly code = 'ERR_TIMEOUT';
  /** How long was waited, milliseconds. */
  readonly timeoutMs: number;
  constructor(what: string, timeoutMs: number, options?: ErrorOptions) {
    super(`${what}: no answer within ${timeoutMs} ms`, {
      details: { what, timeoutMs },
      ...options,
    });
    this.timeoutMs = timeoutMs;
  }
}

/**
 * A bound was reached; the named thing takes no more until something leaves it.
 *
 * @example
 * const error = new LimitError('tasksOpenMax', 10_000);
 * error.message; // => 'tasksOpenMax reached its limit of 10000'
 */
export class LimitError extends EdgeError {
  override readonly name = 'LimitError';
  override readonly code = 'ERR_LIMIT';
  /** Name of the bound, as `docs/limits.md` lists it. */
  readonly limit: string;
  /** Its value, in the unit that its name says. */
  readonly max: number;
  constructor(limit: string, max: number, options?: ErrorOptions) {
    super(`${limit} reached its limit of ${max}`, { details: { limit, max }, ...options });
    this.limit = limit;
    this.max = max;
  }
}
