import { checkBytes, checkInteger } from '@ruvector/core';
import type { EnvelopeKind } from './envelope-header.js';
import type { DerivedKeys } from './sender-chain.js';
import { PAIRWISE_FRAMES_MAX } from './session-lifetime.js';

/** Where the keys of envelopes come from: a `SenderChain`, a `SessionKey` or a `PlainSession`. */
export interface EnvelopeKeySource {
  /** Which envelopes it is for. @default 'group', which stands for batched ones too */
  readonly kind?: Exclude<EnvelopeKind, 'batched'>;
  /** The lowest counter that was never used: what the sender seals next. */
  readonly next: number;
  /** The keys of one message; nothing changes until their `commit`. */
  derive(counter: number): DerivedKeys;
}

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/** Whether keys of this source are for envelopes of this kind. */
export function isSourceFor(kind: EnvelopeKind, source: EnvelopeKeySource): boolean {
  return (source.kind ?? 'group') === (kind === 'batched' ? 'group' : kind);
}

/**
 * One direction of a pairwise session: a key that both ends exported from their handshake, and how
 * far its counters are. The nonce of an envelope is its counter, so one side alone may seal with
 * the key, and under each counter once. The receiver takes them in any order; a replay window says
 * which are fresh.
 *
 * @param key - AES-256-GCM, 32 bytes, copied.
 * @example
 * const key = new SessionKey(new Uint8Array(32).fill(1));
 * key.next; // => 0
 * const keys = key.derive(4);
 * keys.ok && keys.commit(); // => true
 * key.next; // => 5
 */
export class SessionKey implements EnvelopeKeySource {
  readonly kind = 'pairwise';
  readonly #key: Uint8Array;
  #next = 0;

  constructor(key: Uint8Array) {
    this.#key = checkBytes('key', key, { length: 32 }).slice();
  }

  get next(): number {
    return this.#next;
  }

  /** The session's key: the same array each time, not to be changed. */
  derive(counter: number): DerivedKeys {
    checkInteger('counter', counter, { min: 0 });
    if (this.#next > PAIRWISE_FRAMES_MAX) return { ok: false, code: 'ERR_ENVELOPE_KEY_GONE' };
    if (counter >= PAIRWISE_FRAMES_MAX) return { ok: false, code: 'ERR_ENVELOPE_JUMP' };
    const commit = () => {
      if (this.#next > PAIRWISE_FRAMES_MAX) return false;
      this.#next = Math.max(this.#next, counter + 1);
      return true;
    };
    return { ok: true, messageKey: this.#key, keyCommitment: NOTHING, commit };
  }

  /** Overwrites the key; the session seals and opens nothing after that. */
  destroy(): void {
    this.#key.fill(0);
    this.#next = PAIRWISE_FRAMES_MAX + 1;
  }
}

/**
 * The counters of messages that are signed and not sealed. Its id, in the place of the epoch, comes
 * from a live handshake; whoever opens knows by that which session is the present one.
 *
 * @example
 * const session = new PlainSession();
 * session.next; // => 0
 */
export class PlainSession implements EnvelopeKeySource {
  readonly kind = 'plain';
  #next = 0;

  get next(): number {
    return this.#next;
  }

  /** No keys: what is plain needs none. */
  derive(counter: number): DerivedKeys {
    checkInteger('counter', counter, { min: 0 });
    const commit = () => {
      this.#next = Math.max(this.#next, counter + 1);
      return true;
    };
    return { ok: true, messageKey: NOTHING, keyCommitment: NOTHING, commit };
  }
}
