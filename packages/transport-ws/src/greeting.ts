import type { Clock } from '@ruvector/core';
import { CloseCode, cut, DEAF, shut, type Socket, type SocketEnd } from './socket.js';
import { decodeHello, type Hello } from './wire.js';

export interface Greeting {
  /** The connection stands; the one who dialed speaks first. */
  opened?(): void;
  /**
   * The socket's events are the callee's from now on: it must set `socket.on` before it returns.
   */
  greeted(hello: Hello): void;
  /** The socket is closed, or being closed. */
  failed(end: SocketEnd): void;
}

/**
 * Waits for HELLO, which must be the first message and come in time.
 *
 * @returns a function that gives up at once and leaves no socket; nothing is called after it.
 */
export function greet(
  socket: Socket,
  greeting: Greeting,
  clock: Clock,
  timeoutMs: number,
): () => void {
  const refuse = (closeCode: number, reason: string, cause?: Error) => {
    cancel();
    void shut(socket, closeCode, reason, clock, timeoutMs);
    greeting.failed({ closeCode, reason, ...(cause && { cause }) });
  };
  const cancel = clock.setTimeout(
    () => refuse(CloseCode.slowHello, `no HELLO within ${timeoutMs} ms`),
    timeoutMs,
  );
  socket.on = {
    opened: () => greeting.opened?.(),
    message: (bytes) => {
      let hello: Hello;
      try {
        hello = decodeHello(bytes ?? new Uint8Array());
      } catch (error) {
        refuse(CloseCode.badHello, (error as Error).message, error as Error);
        return;
      }
      cancel();
      greeting.greeted(hello);
    },
    ended: (end) => {
      cancel();
      socket.on = DEAF;
      greeting.failed(end);
    },
  };
  return () => {
    cancel();
    cut(socket);
  };
}
