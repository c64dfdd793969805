import { EdgeError } from './edge-error.js';

/** Something was used after `close()`. */
export class ClosedError extends EdgeError {
  override readonly name = 'ClosedError';
  override readonly code = 'ERR_CLOSED';
  constructor(what: string, options?: ErrorOptions) {
    super(`${what} is closed`, { details: { what }, ...options });
  }
}

/** A frame is above the limit of its transport; nothing of it was sent. */
export class FrameTooLargeError extends EdgeError {
  override readonly name = 'FrameTooLargeError';
  override readonly code = 'ERR_FRAME_TOO_LARGE';
  readonly frameBytes: number;
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

/** Bytes or text from outside do not have the form they claim; nothing was changed. */
export class MalformedError extends EdgeError {
  override readonly name = 'MalformedError';
  override readonly code = 'ERR_MALFORMED';
  constructor(message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, { details, ...options });
  }
}

/** An answer did not come in time. */
export class TimeoutError extends EdgeError {
  override readonly name = 'TimeoutError';
  override readonly code = 'ERR_TIMEOUT';
  readonly timeoutMs: number;
  constructor(what: string, timeoutMs: number, options?: ErrorOptions) {
    super(`${what}: no answer within ${timeoutMs} ms`, {
      details: { what, timeoutMs },
      ...options,
    });
    this.timeoutMs = timeoutMs;
  }
}

/** A bound was reached; the named thing takes no more until something leaves it. */
export class LimitError extends EdgeError {
  override readonly name = 'LimitError';
  override readonly code = 'ERR_LIMIT';
  readonly limit: string;
  readonly max: number;
  constructor(limit: string, max: number, options?: ErrorOptions) {
    super(`${limit} reached its limit of ${max}`, { details: { limit, max }, ...options });
    this.limit = limit;
    this.max = max;
  }
}
