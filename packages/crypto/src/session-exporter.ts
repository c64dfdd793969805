import { checkInteger, checkText, concatBytes, utf8 } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { SessionUnavailableError } from './crypto-errors.js';
import { DST } from './domain.js';

const LABEL_CHARS_MAX = 255;
const EXPORT_BYTES_MAX = 255 * 32; // RFC 5869 §2.3

/** Ties what is done elsewhere to one session: its two ends get the same bytes, nobody else. */
export class SessionExporter {
  readonly #provider: CryptoProvider;
  readonly #handshakeHash: Uint8Array;
  #secret: Uint8Array | undefined;

  constructor(provider: CryptoProvider, secret: Uint8Array, handshakeHash: Uint8Array) {
    this.#provider = provider;
    this.#secret = secret;
    this.#handshakeHash = handshakeHash;
  }

  /** The hash of the whole handshake, 32 bytes, a copy: names the session, is no secret. */
  get channelBinding(): Uint8Array {
    return this.#handshakeHash.slice();
  }

  /**
   * A secret of this session for the use that the label names, the caller's own.
   *
   * @param length - 1 to 8,160. @default 32
   * @throws EdgeError `ERR_SESSION_UNAVAILABLE` after `destroy()`
   */
  derive(label: string, length = 32): Uint8Array {
    checkText('label', label, { min: 1, max: LABEL_CHARS_MAX });
    checkInteger('length', length, { min: 1, max: EXPORT_BYTES_MAX });
    if (this.#secret === undefined) throw new SessionUnavailableError('over');
    const info = concatBytes(DST('exporter'), utf8(label));
    return this.#provider.hkdfSha256(this.#secret, this.#handshakeHash, info, length);
  }

  /** Overwrites its secret with zeros. */
  destroy(): void {
    this.#secret?.fill(0);
    this.#secret = undefined;
  }
}
