import { checkBytes, checkInteger, checkObject } from '@ruvector/core';
import {
  checkPairwise,
  PAIRWISE_OPTIONS,
  partyOf,
  prologueOf,
  type PairwiseOptions,
} from './handshake-options.js';
import {
  PROTOCOL_NAME,
  readFirst,
  readSecond,
  writeFirst,
  writeSecond,
  type FirstMessage,
  type InitiatorSecrets,
  type Party,
  type PatternCode,
} from './handshake-pattern.js';
import type { HandshakeTimeCode } from './handshake-times.js';
import { SessionExporter } from './session-exporter.js';
import { SessionLifetime } from './session-lifetime.js';
import { SymmetricState } from './symmetric-state.js';
import { ReceiveKey, SendKey } from './transport-keys.js';
import { readTime, timeBytes } from './u64-time.js';

/** Who speaks first. */
export type HandshakeRole = 'initiator' | 'responder';

/** How a handshake is made. */
export interface HandshakeOptions extends PairwiseOptions {
  readonly role: HandshakeRole;
}

/** Why a handshake message is refused: for the own log, never for the peer. */
export type HandshakeCode = PatternCode | HandshakeTimeCode;

/** What `read` found. */
export type HandshakeVerdict =
  | { readonly ok: true; readonly payload: Uint8Array }
  | { readonly ok: false; readonly code: HandshakeCode };

/** What a finished handshake gives. */
export interface HandshakeKeys {
  /** The time in message 1, milliseconds since 1970: the same at both ends, and it only grows. */
  readonly sessionId: number;
  readonly send: SendKey;
  readonly receive: ReceiveKey;
  readonly exporter: SessionExporter;
}

/** One handshake, from one end: `write` and `read` in turn, then `split`. */
export interface Handshake {
  /**
   * The next message: 1,256 bytes from the initiator, 1,152 from the responder.
   *
   * @param payload - of message 1: the time as u64, in place of the clock's. Message 2 has none.
   * @throws TypeError if it is not this side's turn.
   */
  write(payload?: Uint8Array): Uint8Array;
  /**
   * Takes the peer's message. A refusal changes nothing: the right message may still come.
   *
   * @throws TypeError if it is not the peer's turn.
   */
  read(message: Uint8Array): HandshakeVerdict;
  /**
   * The keys, once, after both messages; the handshake's own secrets are then erased.
   *
   * @throws TypeError before that, and after.
   */
  split(): HandshakeKeys;
  /** Overwrites all secrets with zeros; does nothing after `split`. */
  destroy(): void;
}

// not a spread, which bundlers keep whether it is needed or not
const OPTIONS = /* @__PURE__ */ ['role'].concat(PAIRWISE_OPTIONS);
const NO_BYTES = /* @__PURE__ */ new Uint8Array(0);

type Turn =
  | { readonly is: 'write first' | 'read first' | 'split' | 'none' }
  | { readonly is: 'write second'; readonly first: FirstMessage }
  | { readonly is: 'read second'; readonly secrets: InitiatorSecrets };

class NoiseHandshake implements Handshake {
  readonly #options: HandshakeOptions;
  readonly #party: Party;
  #state: SymmetricState;
  #turn: Turn;
  #time = 0;

  constructor(options: HandshakeOptions) {
    const { role, memberKeyId: own, peer, swarmId, provider } = options;
    const isInitiator = role === 'initiator';
    const party = partyOf(options);
    const state = SymmetricState.start(provider, PROTOCOL_NAME);
    const [a, b] = isInitiator ? [own, peer.memberKeyId] : [peer.memberKeyId, own];
    state.mixHash(prologueOf(swarmId, a, b));
    state.mixHash(isInitiator ? party.publicKey : party.peerPublicKey);
    state.mixHash(isInitiator ? party.peerPublicKey : party.publicKey);
    this.#options = options;
    this.#party = party;
    this.#state = state;
    this.#turn = { is: isInitiator ? 'write first' : 'read first' };
  }

  write(payload?: Uint8Array): Uint8Array {
    const turn = this.#turn;
    if (turn.is === 'write first') return this.#writeFirst(payload);
    if (turn.is === 'write second') return this.#writeSecond(turn.first, payload);
    throw new TypeError(`write() has no turn, it is the turn of: ${turn.is}`);
  }

  read(message: Uint8Array): HandshakeVerdict {
    checkBytes('message', message);
    const turn = this.#turn;
    if (turn.is === 'read first') return this.#readFirst(message);
    if (turn.is === 'read second') return this.#readSecond(turn.secrets, message);
    throw new TypeError(`read() has no turn, it is the turn of: ${turn.is}`);
  }

  split(): HandshakeKeys {
    if (this.#turn.is !== 'split')
      throw new TypeError(`split() has no turn, it is the turn of: ${this.#turn.is}`);
    const { role, clock, provider } = this.#options;
    const { fromInitiator, fromResponder, exporter, handshakeHash } = this.#state.split();
    this.destroy();
    const isInitiator = role === 'initiator';
    const lifetime = new SessionLifetime(clock);
    const [sendKey, receiveKey] = isInitiator
      ? [fromInitiator, fromResponder]
      : [fromResponder, fromInitiator];
    const receive = new ReceiveKey({ key: receiveKey, provider, lifetime });
    return {
      sessionId: this.#time,
      // the answer has shown the initiator that the peer is there, now; nothing has shown the
      // responder that message 1 was not a recording, before a frame opens
      send: new SendKey(
        { key: sendKey, provider, lifetime },
        () => isInitiator || receive.hasOpened,
      ),
      receive,
      exporter: new SessionExporter(provider, exporter, handshakeHash),
    };
  }

  destroy(): void {
    const turn = this.#turn;
    if (turn.is === 'read second') {
      turn.secrets.ephemeral.fill(0);
      turn.secrets.kem.fill(0);
    }
    if (turn.is === 'write second') turn.first.encapsulation.sharedSecret.fill(0);
    this.#state.erase();
    this.#turn = { is: 'none' };
  }

  #writeFirst(payload?: Uint8Array): Uint8Array {
    const time =
      payload === undefined
        ? checkInteger('clock.now()', Math.floor(this.#options.clock.now()), { min: 0 })
        : readTime(checkBytes('payload', payload, { length: 8 }));
    if (time === undefined) throw new RangeError('payload must be a time below 2^53 ms');
    const next = this.#state.copy();
    const { message, secrets } = writeFirst(next, this.#party, timeBytes(time));
    this.#advance(next, { is: 'read second', secrets });
    this.#time = time;
    return message;
  }

  #readFirst(message: Uint8Array): HandshakeVerdict {
    const next = this.#state.copy();
    const first = readFirst(next, this.#party, message);
    if (typeof first === 'string') return refuse(next, first);
    const time = readTime(first.payload) ?? Infinity;
    const { times, peer } = this.#options;
    const taken = times.take(peer.agentId, time); // last: it is the one thing that stays
    if (!taken.ok) {
      first.encapsulation.sharedSecret.fill(0);
      return refuse(next, taken.code);
    }
    this.#advance(next, { is: 'write second', first });
    this.#time = time;
    return { ok: true, payload: first.payload };
  }

  #writeSecond(first: FirstMessage, payload: Uint8Array = NO_BYTES): Uint8Array {
    checkBytes('payload', payload, { length: 0 });
    const next = this.#state.copy();
    const message = writeSecond(next, this.#party, first);
    this.#advance(next, { is: 'split' });
    return message;
  }

  #readSecond(secrets: InitiatorSecrets, message: Uint8Array): HandshakeVerdict {
    const next = this.#state.copy();
    const code = readSecond(next, this.#party, secrets, message);
    if (code !== undefined) return refuse(next, code);
    secrets.ephemeral.fill(0);
    secrets.kem.fill(0);
    this.#advance(next, { is: 'split' });
    return { ok: true, payload: NO_BYTES.slice() };
  }

  #advance(next: SymmetricState, turn: Turn): void {
    this.#state.erase();
    this.#state = next;
    this.#turn = turn;
  }
}

/** Also erases the copy on which the attempt was made. */
function refuse(attempt: SymmetricState, code: HandshakeCode): HandshakeVerdict {
  attempt.erase();
  return { ok: false, code };
}

/**
 * One end of a handshake between two members: Noise_KKpsk0hfs_25519+MLKEM768_AESGCM_SHA256, with
 * swarm id and both member key ids as prologue and their `derivePairwiseKey` as psk. Two messages;
 * then each direction has a key of its own, which whoever learns the static keys later, or breaks
 * X25519 with a quantum computer, does not get from a recording. That the peer is who it says rests
 * on X25519 alone.
 *
 * Message 1 carries its time, which must be near our clock and later than the peer's last one.
 * `PairwiseSession` makes and renews handshakes by itself; this is a single one.
 *
 * @throws TypeError, RangeError for a bad option; EdgeError `ERR_IDENTITY_DESTROYED` when used.
 * @example
 * const [swarmId, clock] = ['swarm-1', systemClock];
 * const admission = trustOnFirstUse();
 * const registry = new MemberRegistry({ swarmId, admission, clock });
 * const agents = ['alice', 'bob'].map((name) => {
 *   const identity = IdentityManager.create({ agentId: name, swarmId });
 *   registry.apply(identity.createRegistration());
 *   return { identity, member: registry.get(name)! };
 * });
 * const handshakeOf = (role: HandshakeRole, own: number, other: number) =>
 *   createHandshake({
 *     role,
 *     identity: agents[own]!.identity,
 *     memberKeyId: agents[own]!.member.memberKeyId,
 *     peer: agents[other]!.member,
 *     swarmId,
 *     clock,
 *     provider: postQuantumProvider(),
 *     times: new HandshakeTimes({ clock }),
 *   });
 * const [alice, bob] = [handshakeOf('initiator', 0, 1), handshakeOf('responder', 1, 0)];
 * bob.read(alice.write()).ok; // => true
 * alice.read(bob.write()).ok; // => true
 * const [a, b] = [alice.split(), bob.split()];
 * const opened = b.receive.open(0, a.send.seal(utf8('hello')));
 * opened.ok && fromUtf8(opened.plaintext); // => 'hello'
 */
export function createHandshake(options: HandshakeOptions): Handshake {
  checkObject('options', options, { keys: OPTIONS });
  if (options.role !== 'initiator' && options.role !== 'responder')
    throw new TypeError('role must be "initiator" or "responder"');
  checkPairwise(options);
  return new NoiseHandshake({ ...options });
}
