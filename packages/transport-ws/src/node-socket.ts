import type { Socket as TcpSocket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { WebSocket, type ClientOptions } from 'ws';
import { DEAF, type Socket, type SocketEvents } from './socket.js';
import { MESSAGE_BYTES_MAX } from './wire.js';

/** What strangers may send before HELLO, with the WebSocket frame around it. */
const STRANGER_BYTES_MAX = 4096;

/** Both ends of `ws` take these: no compression (its buffers are unbounded in number and slow). */
export const WS_OPTIONS = {
  perMessageDeflate: false,
  maxPayload: MESSAGE_BYTES_MAX,
} as const satisfies ClientOptions;

/** A socket of the `ws` package. */
export class NodeSocket implements Socket {
  on: SocketEvents = DEAF;
  readonly #ws: WebSocket;
  #tcp: TcpSocket | undefined;
  #status: number | undefined;
  #cause: Error | undefined;
  #unguard: () => void = () => undefined;

  constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('open', () => this.on.opened());
    ws.on('message', (data: Buffer, isBinary: boolean) =>
      // Not the Buffer itself: its slice() would share memory that handlers want to copy.
      this.on.message(
        isBinary ? new Uint8Array(data.buffer, data.byteOffset, data.length) : undefined,
      ),
    );
    ws.on('unexpected-response', (_, response) => {
      this.#status = response.statusCode;
      ws.terminate();
    });
    ws.on('error', (error) => (this.#cause = error));
    ws.on('close', (closeCode, reason) =>
      this.on.ended({
        closeCode,
        reason: reason.toString() || (this.#cause?.message ?? ''),
        ...(this.#status !== undefined && { status: this.#status }),
        ...(this.#cause && { cause: this.#cause }),
      }),
    );
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount;
  }

  get bytesRead(): number {
    return this.#tcp?.bytesRead ?? 0;
  }

  /** Counts what comes over `tcp` until `greeted`, so that a stranger cannot fill memory. */
  guard(tcp: TcpSocket): void {
    this.#tcp = tcp;
    let bytes = 0;
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > STRANGER_BYTES_MAX) this.#ws.terminate();
    };
    tcp.on('data', count);
    this.#unguard = () => tcp.off('data', count);
  }

  greeted(): void {
    this.#unguard();
  }

  send(bytes: Uint8Array): void {
    this.#ws.send(bytes);
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }
}

/** Dials with `ws`, which hands the TLS options on to `tls.connect`. */
export function dialNode(
  url: string,
  headers: Readonly<Record<string, string>>,
  tls: ConnectionOptions,
): Socket {
  const options: ClientOptions = { headers, ...WS_OPTIONS };
  return new NodeSocket(new WebSocket(url, Object.assign(options, tls)));
}
