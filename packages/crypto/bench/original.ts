import { peer, peerFile } from '../../../tools/bench/peer.js';

/** What benches use of the original's WebAssembly build. */
export interface Original {
  initSync(options: { module: Uint8Array }): unknown;
  readonly WasmIdentity: {
    new (): { signBytes(message: Uint8Array): string; publicKeyHex(): string };
    verify(publicKeyHex: string, message: string, signatureHex: string): boolean;
  };
  readonly WasmCrypto: { encrypt(plaintext: Uint8Array, keyHex: string): object };
}

/** The npm build of the original. It would fetch its module by URL, so it is given the bytes. */
export async function original(): Promise<Original | undefined> {
  const module = await peer<Original>('original');
  module?.initSync({ module: peerFile('original', 'ruvector_edge_bg.wasm') });
  return module;
}
