import { CloseCode, DEAF, type Socket, type SocketEvents } from './socket.js';

/** The platform's own WebSocket. */
export class BrowserSocket implements Socket {
  on: SocketEvents = DEAF;
  readonly #ws: WebSocket;

  constructor(url: string) {
    this.#ws = new WebSocket(url);
    this.#ws.binaryType = 'arraybuffer';
    this.#ws.onopen = () => this.on.opened();
    this.#ws.onmessage = ({ data }: MessageEvent<unknown>) =>
      this.on.message(data instanceof ArrayBuffer ? new Uint8Array(data) : undefined);
    this.#ws.onclose = ({ code, reason }) => this.on.ended({ closeCode: code, reason });
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount;
  }

  get bytesRead(): number {
    return 0; // a page accepts no sockets
  }

  greeted(): void {
    // A page chose the server it dialed: nothing to guard.
  }

  send(bytes: Uint8Array): void {
    this.#ws.send(bytes as Uint8Array<ArrayBuffer>);
  }

  close(code: number, reason: string): void {
    // Pages may send 1000 and 3000–4999 only (WebSockets standard, close() step 1).
    const allowed = code === CloseCode.normal || code >= 3000;
    this.#ws.close(allowed ? code : CloseCode.normal, reason);
  }

  /** A page cannot cut a connection; this closes it and hears no more of it. */
  terminate(): void {
    this.#ws.close();
  }
}
