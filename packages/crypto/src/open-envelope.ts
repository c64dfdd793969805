import { ByteReader, checkBytes, checkId, equalBytes, fromUtf8, isEdgeError } from '@ruvector/core';
import type { Clock, CryptoProvider } from '@ruvector/core';
import { constantTimeEqual } from './constant-time.js';
import { defaultProvider } from './default-provider.js';
import {
  ENVELOPE_BYTES_MAX,
  envelopeFault,
  readHeader,
  signedBytes,
  splitEnvelope,
  swarmTagOf,
  type EnvelopeHeader,
  type EnvelopeParts,
} from './envelope-format.js';
import type { MemberRegistry } from './member-registry.js';
import type { Member } from './member.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';
import type { ReplayWindow } from './replay-window.js';
import type { SenderChain } from './sender-chain.js';
import { wipe } from './skipped-keys.js';

/** What an envelope is held against. */
export interface OpenOptions {
  registry: Pick<MemberRegistry, 'get'>;
  swarmId: string;
  clock: Pick<Clock, 'now'>;
  /** Of this sender and epoch; `undefined` from the function counts as an unknown epoch. */
  window: ReplayWindow | ((header: EnvelopeHeader) => ReplayWindow | undefined);
  /**
   * The chain of this sender and epoch, or `undefined` if the epoch is unknown. The header is not
   * yet proven: a function that makes a new chain must keep it only once the envelope opened.
   */
  keys: (header: EnvelopeHeader) => SenderChain | undefined;
  /** Own member key id: envelopes to others and one's own coming back are refused. */
  self?: Uint8Array;
  /** How far the sender's clock may be off, either way. @default 30_000 */
  skewMsMax?: number;
  /** @default 16_776_192 */
  bytesMax?: number;
  /** @default the platform's */
  provider?: CryptoProvider;
}

/**
 * Which rule an envelope breaks; `docs/errors.md` says what each code means. What costs least is
 * looked at first.
 */
export type EnvelopeCode =
  | 'ERR_ENVELOPE_SIZE'
  | 'ERR_ENVELOPE_FORMAT'
  | 'ERR_ENVELOPE_SWARM'
  | 'ERR_ENVELOPE_DESTINATION'
  | 'ERR_ENVELOPE_REFLECTED'
  | 'ERR_ENVELOPE_EPOCH'
  | 'ERR_ENVELOPE_SENDER'
  | 'ERR_ENVELOPE_SENDER_EXPIRED'
  | 'ERR_ENVELOPE_TIME'
  | 'ERR_ENVELOPE_REPLAY'
  | 'ERR_ENVELOPE_SIGNATURE'
  | 'ERR_ENVELOPE_JUMP'
  | 'ERR_ENVELOPE_KEY_GONE'
  | 'ERR_ENVELOPE_COMMITMENT'
  | 'ERR_ENVELOPE_SEAL'
  | 'ERR_ENVELOPE_PAYLOAD';

/** What was sealed. The arrays belong to the caller. */
export interface EnvelopePayload {
  /** What kind of message this is, 0 … 255, as the sender says. */
  readonly type: number;
  readonly topic: string;
  /** 16 bytes; zeros if the sender gave none. */
  readonly correlationId: Uint8Array;
  readonly body: Uint8Array;
}

/** What an envelope held and who is proven to have sent it, or which rule it broke. */
export type OpenedEnvelope =
  | {
      readonly ok: true;
      readonly payload: EnvelopePayload;
      readonly header: EnvelopeHeader;
      readonly member: Member;
    }
  | { readonly ok: false; readonly code: EnvelopeCode };

/**
 * Opens an envelope, or says which rule it broke first; a refused one changes nothing, neither the
 * window nor the chain. Never throws on account of `bytes`. The codes are for the own log: a peer
 * is told nothing that depends on them.
 *
 * @example
 * const clock = systemClock;
 * const registry = new MemberRegistry({ swarmId: 'swarm-1', admission: trustOnFirstUse(), clock });
 * const options = { registry, swarmId: 'swarm-1', clock, window: new ReplayWindow() };
 * const opened = openEnvelope(new Uint8Array(300), { ...options, keys: () => undefined });
 * opened; // => { ok: false, code: 'ERR_ENVELOPE_SIZE' }
 */
export function openEnvelope(bytes: Uint8Array, options: OpenOptions): OpenedEnvelope {
  checkBytes('bytes', bytes);
  checkId('swarmId', options.swarmId);
  const { provider = defaultProvider(), bytesMax = ENVELOPE_BYTES_MAX } = options;
  if (bytes.length > Math.min(bytesMax, ENVELOPE_BYTES_MAX)) return refuse('ERR_ENVELOPE_SIZE');
  const stable = unshared(bytes);
  const fault = envelopeFault(stable);
  if (fault !== undefined) return refuse(fault);
  const header = readHeader(stable);
  const refusal = addressFault(header, options);
  if (refusal !== undefined) return refuse(refusal);
  const chain = options.keys(header);
  if (chain === undefined) return refuse('ERR_ENVELOPE_EPOCH');
  const now = options.clock.now();
  const member = options.registry.get(header.sender);
  if (member === undefined) return refuse('ERR_ENVELOPE_SENDER');
  if (!(now < member.registration.record.expires_at)) return refuse('ERR_ENVELOPE_SENDER_EXPIRED');
  const skewMsMax = options.skewMsMax ?? CLOCK_SKEW_MS_MAX;
  if (!(Math.abs(now - header.timestamp) <= skewMsMax)) return refuse('ERR_ENVELOPE_TIME');
  const window = typeof options.window === 'function' ? options.window(header) : options.window;
  if (window === undefined) return refuse('ERR_ENVELOPE_EPOCH');
  if (!window.check(header.counter)) return refuse('ERR_ENVELOPE_REPLAY');
  const parts = splitEnvelope(stable);
  if (!provider.ed25519.verify(parts.signature, signedBytes(parts), member.ed25519PublicKey))
    return refuse('ERR_ENVELOPE_SIGNATURE');
  return unseal(parts, { header, member, chain, window, provider });
}

interface Proven {
  readonly header: EnvelopeHeader;
  readonly member: Member;
  readonly chain: SenderChain;
  readonly window: ReplayWindow;
  readonly provider: CryptoProvider;
}

/** The second half: the sender is proven, now what it sealed. State changes come last. */
function unseal(parts: EnvelopeParts, proven: Proven): OpenedEnvelope {
  const { header, member, chain, window, provider } = proven;
  const derived = chain.derive(header.counter);
  if (!derived.ok) return refuse(derived.code);
  if (!constantTimeEqual(derived.keyCommitment, parts.commitment))
    return refuse('ERR_ENVELOPE_COMMITMENT');
  let plaintext: Uint8Array;
  try {
    plaintext = provider.aes256gcm.open(
      derived.messageKey,
      parts.nonce,
      parts.sealed,
      parts.header,
    );
  } catch (error) {
    if (!isEdgeError(error, 'ERR_CRYPTO_OPEN')) throw error;
    return refuse('ERR_ENVELOPE_SEAL');
  }
  const payload = readPayload(plaintext);
  if (payload === undefined) return refuse('ERR_ENVELOPE_PAYLOAD');
  if (!window.commit(header.counter) || !derived.commit()) return refuse('ERR_ENVELOPE_REPLAY');
  wipe(derived);
  return { ok: true, payload, header, member };
}

function addressFault(
  { swarmTag, sender, destination }: EnvelopeHeader,
  { swarmId, self }: OpenOptions,
): EnvelopeCode | undefined {
  if (!equalBytes(swarmTag, swarmTagOf(swarmId))) return 'ERR_ENVELOPE_SWARM';
  const isForAll = destination.every((byte) => byte === 0);
  if (!isForAll && !(self && equalBytes(destination, self))) return 'ERR_ENVELOPE_DESTINATION';
  if (self && equalBytes(sender, self)) return 'ERR_ENVELOPE_REFLECTED';
  return undefined;
}

function readPayload(plaintext: Uint8Array): EnvelopePayload | undefined {
  try {
    const reader = new ByteReader(plaintext, 'payload');
    const type = reader.u8();
    const topic = fromUtf8(reader.raw(reader.u16()));
    const correlationId = reader.raw(16);
    return { type, topic, correlationId, body: reader.raw(reader.remaining) };
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return undefined;
    throw error;
  }
}

/** Bytes that another thread can write are copied, or they could change between two checks. */
function unshared(bytes: Uint8Array): Uint8Array {
  const isShared =
    typeof SharedArrayBuffer !== 'undefined' && bytes.buffer instanceof SharedArrayBuffer;
  return isShared ? bytes.slice() : bytes;
}

function refuse(code: EnvelopeCode): OpenedEnvelope {
  return { ok: false, code };
}
