import { checkBytes, checkId, equalBytes } from '@ruvector/core';
import type { Clock, CryptoProvider } from '@ruvector/core';
import { constantTimeEqual } from './constant-time.js';
import { defaultProvider } from './default-provider.js';
import {
  ENVELOPE_BYTES_MAX,
  envelopeFault,
  splitEnvelope,
  type EnvelopeParts,
} from './envelope-format.js';
import { readHeader, swarmTagOf, type EnvelopeHeader } from './envelope-header.js';
import { readPayload, type EnvelopePayload } from './envelope-payload.js';
import { unsealPayload, wipeUsed } from './envelope-seal.js';
import { isSigned, verifierOf } from './envelope-signature.js';
import { isSourceFor, type EnvelopeKeySource } from './key-source.js';
import type { MemberRegistry } from './member-registry.js';
import type { Member } from './member.js';
import { CLOCK_SKEW_MS_MAX } from './registration.js';
import type { CounterWindow } from './replay-window.js';
import type { VerifiedRoots } from './verified-roots.js';

/** What an envelope is held against. */
export interface OpenOptions {
  registry: Pick<MemberRegistry, 'get'>;
  swarmId: string;
  clock: Pick<Clock, 'now'>;
  /**
   * Of this sender and epoch, and apart for what is to all and what is to one; `undefined` from the
   * function counts as an unknown epoch.
   */
  window: CounterWindow | ((header: EnvelopeHeader) => CounterWindow | undefined);
  /**
   * The chain of this sender and epoch, or `undefined` if the epoch is unknown; for pairwise and
   * plain envelopes the `SessionKey` or `PlainSession`. What is for another kind counts as unknown
   * too, so who gives chains only takes nothing plain. The header is not yet proven: a function
   * that makes a new chain must keep it only once the envelope opened.
   */
  keys: (header: EnvelopeHeader) => EnvelopeKeySource | undefined;
  /** Where verified roots of batches are remembered. @default nowhere: each verifies its own */
  roots?: VerifiedRoots;
  /**
   * Whether suite 1 is taken from a member that is registered for suite 2: quicker, and then not
   * proven against a quantum computer. @default false
   */
  ed25519Suffices?: boolean;
  /** Own member key id: envelopes to others and one's own coming back are refused. */
  self?: Uint8Array;
  /** How far the sender's clock may be off, either way. @default 30_000 */
  skewMsMax?: number;
  /** @default 16_776_192 */
  bytesMax?: number;
  /** For suite 2 one with post-quantum primitives. @default the platform's */
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
  | 'ERR_ENVELOPE_SUITE'
  | 'ERR_ENVELOPE_TIME'
  | 'ERR_ENVELOPE_REPLAY'
  | 'ERR_ENVELOPE_SIGNATURE'
  | 'ERR_ENVELOPE_JUMP'
  | 'ERR_ENVELOPE_KEY_GONE'
  | 'ERR_ENVELOPE_COMMITMENT'
  | 'ERR_ENVELOPE_SEAL'
  | 'ERR_ENVELOPE_PAYLOAD';

/**
 * All that a peer may be told about why its envelope was refused, whatever the code: any more would
 * help to guess.
 *
 * @example
 * ENVELOPE_REFUSED; // => 'ERR_ENVELOPE'
 */
export const ENVELOPE_REFUSED = 'ERR_ENVELOPE';

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
 * opened; // => { ok: false, code: 'ERR_ENVELOPE_FORMAT' }
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
  if (chain === undefined || !isSourceFor(header.kind, chain)) return refuse('ERR_ENVELOPE_EPOCH');
  const now = options.clock.now();
  const member = options.registry.get(header.sender);
  if (member === undefined) return refuse('ERR_ENVELOPE_SENDER');
  if (!(now < member.registration.record.expires_at)) return refuse('ERR_ENVELOPE_SENDER_EXPIRED');
  const verify = verifierOf(member, header.suite, provider, options.ed25519Suffices === true);
  if (verify === undefined) return refuse('ERR_ENVELOPE_SUITE');
  const skewMsMax = options.skewMsMax ?? CLOCK_SKEW_MS_MAX;
  if (!(Math.abs(now - header.timestamp) <= skewMsMax)) return refuse('ERR_ENVELOPE_TIME');
  const window = typeof options.window === 'function' ? options.window(header) : options.window;
  if (window === undefined) return refuse('ERR_ENVELOPE_EPOCH');
  if (!window.check(header.counter)) return refuse('ERR_ENVELOPE_REPLAY');
  const parts = splitEnvelope(stable);
  if (!isSigned(parts, verify, options.roots)) return refuse('ERR_ENVELOPE_SIGNATURE');
  return unseal(parts, { header, member, chain, window, provider });
}

interface Proven {
  readonly header: EnvelopeHeader;
  readonly member: Member;
  readonly chain: EnvelopeKeySource;
  readonly window: CounterWindow;
  readonly provider: CryptoProvider;
}

/** The second half: the sender is proven, now what it sealed. State changes come last. */
function unseal(parts: EnvelopeParts, proven: Proven): OpenedEnvelope {
  const { header, member, chain, window, provider } = proven;
  const derived = chain.derive(header.counter);
  if (!derived.ok) return refuse(derived.code);
  if (!constantTimeEqual(derived.keyCommitment, parts.commitment))
    return refuse('ERR_ENVELOPE_COMMITMENT');
  const plaintext = unsealPayload(header.kind, derived, parts, provider);
  if (plaintext === undefined) return refuse('ERR_ENVELOPE_SEAL');
  const payload = readPayload(plaintext);
  if (payload === undefined) return refuse('ERR_ENVELOPE_PAYLOAD');
  if (!window.commit(header.counter) || !derived.commit()) return refuse('ERR_ENVELOPE_REPLAY');
  wipeUsed(header.kind, derived);
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

/** Bytes that another thread can write are copied, or they could change between two checks. */
function unshared(bytes: Uint8Array): Uint8Array {
  const isShared =
    typeof SharedArrayBuffer !== 'undefined' && bytes.buffer instanceof SharedArrayBuffer;
  return isShared ? bytes.slice() : bytes;
}

function refuse(code: EnvelopeCode): OpenedEnvelope {
  return { ok: false, code };
}
