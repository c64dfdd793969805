import { describe, expect, it } from 'vitest';
import {
  ClosedError,
  FrameTooLargeError,
  isEdgeError,
  LimitError,
  MalformedError,
  TimeoutError,
} from '@ruvector/core';

const cause = new Error('root');

describe('the errors of core', () => {
  it.each([
    [new ClosedError('socket', { cause }), 'ClosedError', 'ERR_CLOSED', { what: 'socket' }],
    [
      new FrameTooLargeError(11, 10, { cause }),
      'FrameTooLargeError',
      'ERR_FRAME_TOO_LARGE',
      { frameBytes: 11, frameBytesMax: 10 },
    ],
    [new MalformedError('bad', { at: 3 }, { cause }), 'MalformedError', 'ERR_MALFORMED', { at: 3 }],
    [
      new TimeoutError('ping', 500, { cause }),
      'TimeoutError',
      'ERR_TIMEOUT',
      { what: 'ping', timeoutMs: 500 },
    ],
    [new LimitError('queue', 5, { cause }), 'LimitError', 'ERR_LIMIT', { limit: 'queue', max: 5 }],
  ] as const)(
    '%s has its literal name, its code, its data and its cause',
    (error, name, code, data) => {
      expect([error.name, error.code, error.details, error.cause]).toEqual([
        name,
        code,
        data,
        cause,
      ]);
      expect(isEdgeError(error, code)).toBe(true);
      expect(error.toWire()).toEqual({ code, message: error.message, details: data });
    },
  );

  it('carry their data as fields too, and say it', () => {
    const frame = new FrameTooLargeError(11, 10);
    expect([frame.frameBytes, frame.frameBytesMax]).toEqual([11, 10]);
    expect(frame.message).toBe('frame of 11 bytes is above the limit of 10');
    expect(new TimeoutError('ping', 500).timeoutMs).toBe(500);
    const limit = new LimitError('queue', 5);
    expect([limit.limit, limit.max]).toEqual(['queue', 5]);
  });
});
