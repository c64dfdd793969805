import { checkBytes, checkId, checkInteger, systemEntropy } from '@ruvector/core';
import type { CryptoProvider, Entropy } from '@ruvector/core';
import { BATCH_LEAVES_MAX } from './batch.js';
import { defaultProvider } from './default-provider.js';
import {
  ENVELOPE_BYTES_MAX,
  envelopeBytes,
  signatureBytes,
  signedBytes,
  signedPartBytes,
  splitEnvelope,
  type EnvelopeParts,
} from './envelope-format.js';
import {
  swarmTagOf,
  writeHeader,
  type EnvelopeHeader,
  type EnvelopeKind,
} from './envelope-header.js';
import { checkPayload, writePayload } from './envelope-payload.js';
import { sealBytes, sealPayload, wipeUsed } from './envelope-seal.js';
import { checkEpoch } from './epoch-chain.js';
import { isSourceFor, type EnvelopeKeySource } from './key-source.js';
import type { Suite } from './suite.js';

/** What goes into an envelope: first the header, readable by anyone, then what is sealed. */
export interface EnvelopeFields {
  /** Batched envelopes come from a `BatchSigner`. @default 'group' */
  kind?: Exclude<EnvelopeKind, 'batched'>;
  /** What `sign` signs with: 1 is Ed25519, 2 the composite. @default 1 */
  suite?: Suite;
  swarmId: string;
  /** Member key id of the sender, 32 bytes. */
  sender: Uint8Array;
  /** Member key id of the one receiver, 32 bytes. @default zeros: the whole swarm */
  destination?: Uint8Array;
  /** The sender's, that of its chain or session: 0 to 2^64 − 1. */
  epoch: bigint;
  /** Not below the chain's next one. @default the chain's next */
  counter?: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** What kind of message this is, 0 … 255. */
  type: number;
  /** At most 65,535 bytes in UTF-8; not visible outside of what is sealed. */
  topic: string;
  /** 16 bytes. @default zeros */
  correlationId?: Uint8Array;
  body: Uint8Array;
}

/** What seals and signs. */
export interface SealKeys {
  /** By the sender, as the suite says: `(message) => identity.sign(message)`. */
  sign(message: Uint8Array): Uint8Array;
  /**
   * The sender's own chain for the epoch; a `SessionKey` for pairwise envelopes, a `PlainSession`
   * for plain ones.
   */
  chain: EnvelopeKeySource;
  /** For the nonce. @default systemEntropy */
  entropy?: Entropy;
  /** @default the platform's */
  provider?: CryptoProvider;
}

const EVERYBODY = /* @__PURE__ */ new Uint8Array(32);

/**
 * Seals a message for a swarm or one of its members, and signs it. Only on success does the chain
 * move on.
 *
 * @returns the envelope, at most 16,776,192 bytes; the caller's own.
 * @throws TypeError, RangeError for what an envelope cannot hold, a counter used before, or keys
 *   for another kind of envelope.
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const sender = memberKeyId(identity.createRegistration('worker-1', []).record);
 * const swarmKey = new Uint8Array(32).fill(7);
 * const chain = createSenderChain({ swarmId: 'swarm-1', swarmKey, epoch: 1n, sender });
 * const fields = { swarmId: 'swarm-1', sender, epoch: 1n, timestamp: systemClock.now() };
 * const message = { type: 1, topic: 'news', body: utf8('hello') };
 * const keys = { sign: (m: Uint8Array) => identity.sign(m), chain };
 * sealEnvelope({ ...fields, ...message }, keys).length; // => 284
 */
export function sealEnvelope(fields: EnvelopeFields, keys: SealKeys): Uint8Array {
  const { kind = 'group', suite = 1 } = fields;
  if (kind !== 'group' && kind !== 'pairwise' && kind !== 'plain')
    throw new RangeError(`kind must be group, pairwise or plain, got ${String(kind)}`);
  const { bytes, parts, commit } = sealUnsigned({ ...fields, kind }, keys, signatureBytes(suite));
  parts.signature.set(signatureOf(parts, suite, keys));
  commit();
  return bytes;
}

/** A sealed message that nobody signed yet. */
export interface UnsignedEnvelope {
  /** All up to the signature, and room for it. */
  readonly bytes: Uint8Array;
  readonly parts: EnvelopeParts;
  /** Moves the chain on and erases the keys of this message. */
  commit(): void;
}

/** Seals a message, with so many bytes of room behind it; the chain stands where it stood. */
export function sealUnsigned(
  fields: Omit<EnvelopeFields, 'kind'> & { readonly kind: EnvelopeKind },
  keys: SealKeys,
  room: number,
): UnsignedEnvelope {
  const { entropy = systemEntropy, provider = defaultProvider() } = keys;
  const { kind } = fields;
  const header = headerOf(fields, keys.chain);
  const payload = checkPayload(fields);
  const sealedBytes = payload.length + sealBytes(kind);
  checkLength(fields, sealedBytes);
  const derived = keys.chain.derive(header.counter);
  if (!derived.ok)
    throw new RangeError(`counter must be one that the chain can still reach: ${derived.code}`);
  const bytes = new Uint8Array(signedPartBytes(kind, sealedBytes) + room);
  writeHeader(bytes, header, sealedBytes);
  const parts = splitEnvelope(bytes);
  if (parts.nonce.length > 0) entropy.fill(parts.nonce);
  writePayload(parts.sealed, payload);
  sealPayload(kind, derived, parts, provider);
  parts.commitment.set(derived.keyCommitment);
  const commit = () => {
    derived.commit();
    wipeUsed(kind, derived);
  };
  return { bytes, parts, commit };
}

/** What `sign` says to the signed part of an envelope. */
function signatureOf(parts: EnvelopeParts, suite: Suite, keys: SealKeys): Uint8Array {
  const signature = keys.sign(signedBytes(parts));
  return checkBytes('signature', signature, { length: signatureBytes(suite) });
}

function headerOf(
  fields: Omit<EnvelopeFields, 'kind'> & { readonly kind: EnvelopeKind },
  chain: EnvelopeKeySource,
): EnvelopeHeader {
  const { destination = EVERYBODY, counter = chain.next, suite = 1, kind } = fields;
  if (suite !== 1 && suite !== 2)
    throw new RangeError(`suite must be 1 or 2, got ${String(suite)}`);
  if (!isSourceFor(kind, chain))
    throw new RangeError(`chain must be one for ${kind} envelopes, got one for ${chain.kind}`);
  return {
    suite,
    kind,
    swarmTag: swarmTagOf(checkId('swarmId', fields.swarmId)),
    sender: checkBytes('sender', fields.sender, { length: 32 }),
    destination: checkBytes('destination', destination, { length: 32 }),
    epoch: checkEpoch(fields.epoch),
    counter: checkInteger('counter', counter, { min: chain.next }),
    timestamp: checkInteger('timestamp', fields.timestamp, { min: 0 }),
  };
}

function checkLength(
  { kind, suite = 1, body }: { kind: EnvelopeKind; suite?: Suite; body: Uint8Array },
  sealedBytes: number,
): void {
  // of the places in a batch, the one with the longest path
  const place = { index: 0, count: BATCH_LEAVES_MAX };
  const shape = { kind, suite, sealedBytes, ...(kind === 'batched' && { place }) };
  if (envelopeBytes(shape) > ENVELOPE_BYTES_MAX)
    throw new RangeError(
      `body must fit into an envelope of ${ENVELOPE_BYTES_MAX} bytes, got ${body.length}`,
    );
}
