import type { Clock } from '@ruvector/core';

/** Why a socket is no more. */
export interface SocketEnd {
  /** WebSocket close code; 1006 if there was no close frame. */
  readonly closeCode: number;
  readonly reason: string;
  /** The HTTP status with which the upgrade was refused, where the platform tells. */
  readonly status?: number;
  readonly cause?: Error;
}

export interface SocketEvents {
  opened(): void;
  /** `undefined` stands for a text message. The bytes belong to the receiver. */
  message(bytes: Uint8Array | undefined): void;
  /** Comes once, and last. */
  ended(end: SocketEnd): void;
}

/** What is needed of a WebSocket, whichever platform made it. */
export interface Socket {
  /** Whoever owns the socket at present; never called before this turn is over. */
  on: SocketEvents;
  /** Bytes taken by `send` that the system has not. */
  readonly bufferedAmount: number;
  /** Bytes that have come, whole messages or not; 0 for a socket that we dialed. */
  readonly bytesRead: number;
  /** Must not throw once the socket has opened, also when it is closed by now. */
  send(bytes: Uint8Array): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Ends it at once, without a word, where the platform can. */
  terminate(): void;
  /** It belongs to a link now: the bound on what a stranger may send is lifted. */
  greeted(): void;
}

/** The close codes of this protocol; 4000–4999 are for private use (RFC 6455 §7.4.2). */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  broken: 1006,
  overloaded: 1013,
  malformed: 4000,
  badHello: 4001,
  slowHello: 4002,
  replaced: 4003,
  silent: 4004,
  wrongPeer: 4005,
  slowReader: 4006,
  taken: 4007,
} as const;

/** Events that nobody wants any more. */
export const DEAF: SocketEvents = {
  opened: () => undefined,
  message: () => undefined,
  ended: () => undefined,
};

/** Ends a socket at once; it is not heard of again. */
export function cut(socket: Socket): void {
  socket.on = DEAF;
  socket.terminate();
}

const REASON_BYTES_MAX = 123; // RFC 6455 §5.5: 125 for a control frame, 2 are the code

/** Closes politely, and after `timeoutMs` not so. Resolves when the socket has ended. */
export function shut(
  socket: Socket,
  code: number,
  reason: string,
  clock: Clock,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      socket.on = DEAF;
      resolve();
    };
    const cancel = clock.setTimeout(() => {
      socket.terminate();
      done();
    }, timeoutMs);
    socket.on = { ...DEAF, ended: done };
    socket.close(code, reason.replace(/[^ -~]/g, '?').slice(0, REASON_BYTES_MAX));
  });
}
