import { checkBytes, checkInteger, isEdgeError } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { counterNonce } from './counter-nonce.js';
import { SessionUnavailableError } from './crypto-errors.js';
import { ReplayWindow } from './replay-window.js';
import {
  PAIRWISE_FRAMES_MAX,
  SESSION_REKEY_FRAMES,
  type SessionLifetime,
} from './session-lifetime.js';

/** Why a frame is refused. */
export type FrameCode = 'ERR_SESSION_OVER' | 'ERR_SESSION_REPLAY' | 'ERR_SESSION_SEAL';

/** What `ReceiveKey.open` found; the plaintext is the caller's own. */
export type OpenedFrame =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly code: FrameCode };

/** What both directions of a session are made of. The key now belongs to its direction. */
export interface DirectionOptions {
  readonly key: Uint8Array;
  readonly provider: CryptoProvider;
  readonly lifetime: SessionLifetime;
}

/**
 * Seals the frames of one direction, each with the next counter. The nonce is the counter, so the
 * counter has to reach the receiver, and belongs into `aad` if it travels in clear.
 */
export class SendKey {
  readonly #provider: CryptoProvider;
  readonly #lifetime: SessionLifetime;
  readonly #isConfirmed: () => boolean;
  #key: Uint8Array | undefined;
  #counter: number;

  /** @param isConfirmed - whether the peer has shown that it has the keys. */
  constructor(options: DirectionOptions & { counter?: number }, isConfirmed: () => boolean) {
    this.#provider = options.provider;
    this.#lifetime = options.lifetime;
    this.#key = options.key;
    this.#counter = options.counter ?? 0;
    this.#isConfirmed = isConfirmed;
  }

  /** Of the next frame: how many were sealed. */
  get counter(): number {
    return this.#counter;
  }

  /** Whether a new handshake is due: after 2 minutes, or 2^20 frames. */
  needsRekey(): boolean {
    return this.#lifetime.isDue || this.#counter >= SESSION_REKEY_FRAMES;
  }

  /** Why it can't seal now; `undefined` if it can. */
  get fault(): 'over' | 'unconfirmed' | undefined {
    if (this.#key === undefined || this.#lifetime.isOver) return 'over';
    if (this.#counter >= PAIRWISE_FRAMES_MAX) return 'over';
    return this.#isConfirmed() ? undefined : 'unconfirmed';
  }

  /**
   * Seals under `counter`, which then is one more. Ciphertext, then the tag of 16 bytes.
   *
   * @throws EdgeError `ERR_SESSION_UNAVAILABLE` after 4 minutes, 2^21 frames or `destroy()`, and
   *   for a responder before it has opened a first frame.
   */
  seal(plaintext: Uint8Array, aad?: Uint8Array): Uint8Array {
    checkBytes('plaintext', plaintext);
    if (aad !== undefined) checkBytes('aad', aad);
    const { fault } = this;
    if (fault !== undefined || this.#key === undefined)
      throw new SessionUnavailableError(fault ?? 'over');
    return this.#provider.aes256gcm.seal(
      this.#key,
      counterNonce(this.#counter++), // counted first: what throws costs a counter, never reuses one
      plaintext,
      aad,
    );
  }

  /** Overwrites the key with zeros. */
  destroy(): void {
    this.#key?.fill(0);
    this.#key = undefined;
  }
}

/** Opens the frames of one direction: each counter once, in any order within 2,048 of them. */
export class ReceiveKey {
  readonly #provider: CryptoProvider;
  readonly #lifetime: SessionLifetime;
  readonly #window = new ReplayWindow();
  #key: Uint8Array | undefined;
  #hasOpened = false;

  constructor({ key, provider, lifetime }: DirectionOptions) {
    this.#key = key;
    this.#provider = provider;
    this.#lifetime = lifetime;
  }

  /** Whether a frame has opened: the peer is there, and has the keys. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  /** Whether it opens nothing any more. */
  get isOver(): boolean {
    return this.#key === undefined || this.#lifetime.isOver;
  }

  /** Whether a frame with this counter may still come. Changes nothing. */
  check(counter: number): boolean {
    checkInteger('counter', counter, { min: 0 });
    return counter < PAIRWISE_FRAMES_MAX && this.#window.check(counter);
  }

  /**
   * Opens what `seal` gave, under the counter that came with it. What is refused changes nothing.
   *
   * @param sealed - ciphertext and tag.
   */
  open(counter: number, sealed: Uint8Array, aad?: Uint8Array): OpenedFrame {
    checkBytes('sealed', sealed);
    if (aad !== undefined) checkBytes('aad', aad);
    const isFresh = this.check(counter);
    if (this.#key === undefined || this.#lifetime.isOver || counter >= PAIRWISE_FRAMES_MAX)
      return refuse('ERR_SESSION_OVER');
    if (!isFresh) return refuse('ERR_SESSION_REPLAY');
    let plaintext: Uint8Array;
    try {
      plaintext = this.#provider.aes256gcm.open(this.#key, counterNonce(counter), sealed, aad);
    } catch (error) {
      if (isEdgeError(error, 'ERR_CRYPTO_OPEN')) return refuse('ERR_SESSION_SEAL');
      throw error;
    }
    if (!this.#window.commit(counter)) return refuse('ERR_SESSION_REPLAY');
    this.#hasOpened = true;
    return { ok: true, plaintext };
  }

  /** Overwrites the key with zeros. */
  destroy(): void {
    this.#key?.fill(0);
    this.#key = undefined;
  }
}

function refuse(code: FrameCode): OpenedFrame {
  return { ok: false, code };
}
