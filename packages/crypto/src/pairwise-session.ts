import { checkBytes, checkInteger, checkObject, concatBytes } from '@ruvector/core';
import { winsCrossing } from './crossing.js';
import { SessionUnavailableError } from './crypto-errors.js';
import { createHandshake, type Handshake, type HandshakeCode } from './handshake.js';
import { checkPairwise, PAIRWISE_OPTIONS, type PairwiseOptions } from './handshake-options.js';
import {
  frameHead,
  handshakePacket,
  PAIRWISE_BYTES_MAX,
  PAIRWISE_OVERHEAD_BYTES,
  readPacket,
  type PairwisePacket,
} from './pairwise-packet.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';
import type { SessionExporter } from './session-exporter.js';
import { SessionSet } from './session-set.js';
import type { FrameCode } from './transport-keys.js';
import { readTime, timeBytes } from './u64-time.js';

/** So long is a handshake waited for before another one may begin, milliseconds. */
export const HANDSHAKE_RETRY_MS = 5_000;

/** Why a packet is refused: for the own log, never for the peer. */
export type PairwiseCode =
  | HandshakeCode
  | FrameCode
  | 'ERR_HANDSHAKE_CROSSING'
  | 'ERR_HANDSHAKE_UNEXPECTED'
  | 'ERR_SESSION_FORMAT'
  | 'ERR_SESSION_UNKNOWN';

/** What `PairwiseSession.receive` made of a packet. */
export type PairwiseVerdict =
  | {
      readonly ok: true;
      /** What the peer sealed, the caller's own; packets of the session itself have none. */
      readonly payload?: Uint8Array;
      /** To be sent to the peer now. */
      readonly reply?: Uint8Array;
    }
  | { readonly ok: false; readonly code: PairwiseCode };

interface Initiation {
  readonly handshake: Handshake;
  readonly startMs: number;
}

/**
 * Everything that one member needs to speak with another in private: makes and renews handshakes,
 * changes over from one session to the next without losing a frame, seals and opens. It sends
 * nothing itself and has no timers: packets go in and come out, in any order, some of them lost,
 * doubled or forged. What is refused changes nothing, and the peer is told nothing.
 *
 * Ask `needsHandshake()` from time to time, and send what `initiate()` gives when it says so.
 * Either end may begin. A payload of 0 bytes is the session's own: it shows the responder that the
 * answer came.
 *
 * @throws TypeError, RangeError for a bad option.
 * @example
 * const [swarmId, clock, provider] = ['swarm-1', systemClock, postQuantumProvider()];
 * const registry = new MemberRegistry({ swarmId, admission: trustOnFirstUse(), clock });
 * const agents = ['alice', 'bob'].map((name) => {
 *   const identity = IdentityManager.create({ agentId: name, swarmId });
 *   registry.apply(identity.createRegistration());
 *   return { identity, member: registry.get(name)!, times: new HandshakeTimes({ clock }) };
 * });
 * const sessionOf = (own: number, other: number) => {
 *   const { identity, member, times } = agents[own]!;
 *   const { memberKeyId } = member;
 *   const peer = agents[other]!.member;
 *   return new PairwiseSession({ identity, memberKeyId, peer, swarmId, clock, provider, times });
 * };
 * const [alice, bob] = [sessionOf(0, 1), sessionOf(1, 0)];
 * const replyOf = (verdict: PairwiseVerdict) => (verdict.ok && verdict.reply) || utf8('refused');
 * const answer = replyOf(bob.receive(alice.initiate()));
 * bob.receive(replyOf(alice.receive(answer))).ok; // => true
 * const opened = alice.receive(bob.seal(utf8('hello')));
 * opened.ok && opened.payload && fromUtf8(opened.payload); // => 'hello'
 */
export class PairwiseSession {
  readonly #options: PairwiseOptions;
  readonly #sessions = new SessionSet();
  #initiation: Initiation | undefined;
  #lastTime = -1;
  /** When a handshake was last answered, by the monotonic clock. */
  #answeredMs = -Infinity;
  /** Handshakes of the peer that were refused in favour of ours, since the last that came about. */
  #crossings = 0;
  #isDestroyed = false;

  constructor(options: PairwiseOptions) {
    checkObject('options', options, { keys: PAIRWISE_OPTIONS });
    checkPairwise(options);
    this.#options = { ...options };
  }

  /** Whether `seal` works now. */
  get isReady(): boolean {
    const { current } = this.#sessions;
    return current !== undefined && current.send.fault === undefined;
  }

  /** Of the session that seals: the time at which its handshake began; the same at both ends. */
  get sessionId(): number | undefined {
    return this.#sessions.current?.sessionId;
  }

  /** Of the session that seals; of no use when that is over. */
  get exporter(): SessionExporter | undefined {
    return this.#sessions.current?.exporter;
  }

  /**
   * Whether to begin a handshake now: there is no session, or it is due for renewal, and none is
   * under way. Also erases the secrets of what is over.
   */
  needsHandshake(): boolean {
    const nowMs = this.#prune();
    if (this.#isDestroyed || this.#initiation !== undefined) return false;
    if (nowMs - this.#answeredMs < HANDSHAKE_RETRY_MS && this.#sessions.next) return false;
    return !this.isReady || this.#sessions.current!.send.needsRekey();
  }

  /**
   * Begins a handshake, in place of one that waits for its answer.
   *
   * @returns the packet for the peer.
   * @throws EdgeError `ERR_IDENTITY_DESTROYED`, and `ERR_SESSION_UNAVAILABLE` after `destroy()`.
   */
  initiate(): Uint8Array {
    if (this.#isDestroyed) throw new SessionUnavailableError('over');
    const startMs = this.#prune();
    const handshake = createHandshake({ ...this.#options, role: 'initiator' });
    const time = this.#nextTime();
    const message = handshake.write(timeBytes(time));
    this.#dropInitiation();
    this.#initiation = { handshake, startMs };
    this.#lastTime = time;
    return handshakePacket('first', message);
  }

  /**
   * Seals a payload for the peer.
   *
   * @param payload - 1 byte to 16 MiB − 1,061 bytes.
   * @throws EdgeError `ERR_SESSION_UNAVAILABLE` unless `isReady`.
   */
  seal(payload: Uint8Array): Uint8Array {
    checkBytes('payload', payload, { max: PAIRWISE_BYTES_MAX - PAIRWISE_OVERHEAD_BYTES });
    if (payload.length === 0) throw new RangeError('payload must have at least 1 byte, got 0');
    return this.#seal(payload);
  }

  /** Takes a packet from the peer, or from whoever pretends to be it. */
  receive(packet: Uint8Array): PairwiseVerdict {
    checkBytes('packet', packet);
    if (this.#isDestroyed) return refuse('ERR_SESSION_OVER');
    this.#prune();
    const read = readPacket(packet);
    if (read === undefined) return refuse('ERR_SESSION_FORMAT');
    if (read.type === 'frame') return this.#open(read);
    return read.type === 'first' ? this.#answer(read.message) : this.#finish(read.message);
  }

  /** Overwrites all secrets with zeros; nothing is sealed or opened any more. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#dropInitiation();
    this.#sessions.clear();
  }

  #seal(payload: Uint8Array): Uint8Array {
    this.#prune();
    const { current } = this.#sessions;
    if (current === undefined)
      throw new SessionUnavailableError(this.#isDestroyed ? 'over' : 'none');
    const head = frameHead(current.sessionId, current.send.counter);
    return concatBytes(head, current.send.seal(payload, head));
  }

  #open(frame: PairwisePacket & { type: 'frame' }): PairwiseVerdict {
    const keys = this.#sessions.find(frame.sessionId);
    if (keys === undefined) return refuse('ERR_SESSION_UNKNOWN');
    const opened = keys.receive.open(frame.counter, frame.sealed, frame.head);
    if (!opened.ok) return refuse(opened.code);
    this.#sessions.heard(keys, this.#options.clock.monotonic());
    return opened.plaintext.length === 0 ? { ok: true } : { ok: true, payload: opened.plaintext };
  }

  /** Message 1. The old session goes on sending until a frame of the new one opens. */
  #answer(message: Uint8Array): PairwiseVerdict {
    const handshake = createHandshake({ ...this.#options, role: 'responder' });
    const read = handshake.read(message);
    const code = read.ok ? this.#faultOf(read.payload) : read.code;
    if (code !== undefined) {
      handshake.destroy();
      return refuse(code);
    }
    const reply = handshakePacket('second', handshake.write());
    this.#sessions.wait(handshake.split());
    this.#crossings = 0;
    this.#dropInitiation();
    this.#answeredMs = this.#options.clock.monotonic();
    return { ok: true, reply };
  }

  /** Why a message 1 that has opened is not answered. */
  #faultOf(payload: Uint8Array): PairwiseCode | undefined {
    const { memberKeyId, peer } = this.#options;
    if (readTime(payload)! <= this.#sessions.newestId) return 'ERR_HANDSHAKE_REPLAY';
    if (this.#initiation === undefined || !winsCrossing(memberKeyId, peer.memberKeyId))
      return undefined;
    // the peer begins again: it does not get ours, or refuses it for a clock that was set back
    if (this.#crossings > 0) return undefined;
    this.#crossings += 1;
    return 'ERR_HANDSHAKE_CROSSING';
  }

  /** Message 2. The reply shows the peer that it came. */
  #finish(message: Uint8Array): PairwiseVerdict {
    if (this.#initiation === undefined) return refuse('ERR_HANDSHAKE_UNEXPECTED');
    const { handshake } = this.#initiation;
    const read = handshake.read(message);
    if (!read.ok) return refuse(read.code);
    this.#initiation = undefined;
    this.#crossings = 0;
    this.#sessions.begin(handshake.split());
    return { ok: true, reply: this.#seal(new Uint8Array(0)) };
  }

  /**
   * The clock's time, or the next after all that this end has begun or seen, should the clock stand
   * still or have stepped back a little: session ids only grow.
   */
  #nextTime(): number {
    const now = Math.floor(this.#options.clock.now());
    const newest = Math.max(this.#sessions.newestId, this.#lastTime);
    const isNear = newest >= now && newest - now <= CLOCK_SKEW_MS_MAX;
    return checkInteger('clock.now()', isNear ? newest + 1 : now, { min: 0 });
  }

  #dropInitiation(): void {
    this.#initiation?.handshake.destroy();
    this.#initiation = undefined;
  }

  /** Erases what is over. @returns the time by the monotonic clock. */
  #prune(): number {
    const nowMs = this.#options.clock.monotonic();
    if (this.#initiation && !(nowMs - this.#initiation.startMs < HANDSHAKE_RETRY_MS))
      this.#dropInitiation();
    this.#sessions.prune(nowMs);
    return nowMs;
  }
}

function refuse(code: PairwiseCode): PairwiseVerdict {
  return { ok: false, code };
}
