import type { Clock, Entropy } from '@ruvector/core';
import {
  HandshakeTimes,
  PairwiseSession,
  type HandshakeProvider,
  type IdentityManager,
  type Member,
} from '@ruvector/crypto';

import type { Peer } from './peer.js';

const MAGIC = /* @__PURE__ */ Uint8Array.of(0x52, 0x56, 0x50); // "RVP", then the version

/** Whether a frame belongs to a pairwise session, rather than to the group. */
export function isSessionPacket(frame: Uint8Array): boolean {
  return MAGIC.every((byte, i) => frame[i] === byte);
}

export interface SessionsOptions {
  readonly identity: IdentityManager;
  readonly memberKeyId: Uint8Array;
  readonly swarmId: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly provider: HandshakeProvider;
  /** Sends a packet of the session itself, at once or never: it is made again. */
  readonly send: (peer: Peer, packet: Uint8Array) => void;
  /** A new session with the peer seals now. */
  readonly onReady: (peer: Peer) => void;
}

/** What became of a packet. A refused one has changed nothing. */
export type HeardPacket =
  | { readonly ok: false; readonly code: string }
  | {
      readonly ok: true;
      /** Whether it proves that the peer is there now: the first half of a handshake does not. */
      readonly isLive: boolean;
      /** What the peer sealed, if it is no packet of the session's own. */
      readonly payload: Uint8Array | undefined;
    };

/**
 * The pairwise sessions of this member: hybrid handshakes with forward secrecy, made when there is
 * something to say and renewed while there is.
 */
export class Sessions {
  readonly #o: SessionsOptions;
  readonly #times: HandshakeTimes;
  /** What began the handshake that is under way. */
  readonly #initiations = new WeakMap<PairwiseSession, Uint8Array>();

  constructor(options: SessionsOptions) {
    this.#o = options;
    this.#times = new HandshakeTimes({ clock: options.clock });
  }

  /** One for each member; nothing is sent before `greet`. */
  create(peer: Member): PairwiseSession {
    const { identity, memberKeyId, swarmId, clock, provider } = this.#o;
    const shared = { identity, memberKeyId, swarmId, clock, provider, times: this.#times };
    return new PairwiseSession({ ...shared, peer });
  }

  /** The peer's process is another one now: nothing of the former session is of use. */
  renew(peer: Peer): void {
    peer.session.destroy();
    peer.session = this.create(peer.member);
  }

  /** Begins a handshake if one is due, and says it again while it is not answered. */
  greet(peer: Peer): void {
    const { session } = peer;
    const isDue = session.needsHandshake();
    if (isDue) this.#initiations.set(session, session.initiate());
    if (isDue || !session.isReady) this.insist(peer);
  }

  /** Sends again what began the handshake that is under way, if it is ours. */
  insist(peer: Peer): void {
    const packet = this.#initiations.get(peer.session);
    if (packet) this.#o.send(peer, packet);
  }

  /** Takes a packet of that peer, or of whoever pretends to be it. */
  hear(peer: Peer, packet: Uint8Array): HeardPacket {
    const { session } = peer;
    const before = session.sessionId;
    const verdict = session.receive(packet);
    if (!verdict.ok) return verdict;
    const { payload, reply } = verdict;
    if (reply) this.#o.send(peer, reply);
    const isNew = session.sessionId !== before;
    if (isNew && session.isReady) {
      this.#initiations.delete(session);
      this.#o.onReady(peer);
    }
    return { ok: true, isLive: isNew || reply === undefined, payload };
  }
}
