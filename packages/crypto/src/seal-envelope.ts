import {
  checkBytes,
  checkId,
  checkInteger,
  checkString,
  systemEntropy,
  utf8,
} from '@ruvector/core';
import type { CryptoProvider, Entropy } from '@ruvector/core';
import { TAG_BYTES } from './backend.js';
import { defaultProvider } from './default-provider.js';
import {
  ENVELOPE_BYTES_MAX,
  envelopeBytes,
  PAYLOAD_HEAD_BYTES,
  signedBytes,
  splitEnvelope,
  swarmTagOf,
  writeHeader,
} from './envelope-format.js';
import { checkEpoch } from './epoch-chain.js';
import type { SenderChain } from './sender-chain.js';
import { wipe } from './skipped-keys.js';

/** What goes into an envelope: first the header, readable by anyone, then what is sealed. */
export interface EnvelopeFields {
  swarmId: string;
  /** Member key id of the sender, 32 bytes. */
  sender: Uint8Array;
  /** Member key id of the one receiver, 32 bytes. @default zeros: the whole swarm */
  destination?: Uint8Array;
  /** The sender's, that of its chain: 0 to 2^64 − 1. */
  epoch: bigint;
  /** Not below the chain's next one. @default the chain's next */
  counter?: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** What kind of message this is, 0 … 255. */
  type: number;
  /** At most 65,535 bytes in UTF-8; not visible outside. */
  topic: string;
  /** 16 bytes. @default zeros */
  correlationId?: Uint8Array;
  body: Uint8Array;
}

/** What seals and signs. */
export interface SealKeys {
  /** Ed25519 by the sender: `(message) => identity.sign(message)`. */
  sign(message: Uint8Array): Uint8Array;
  /** The sender's own chain for the epoch. */
  chain: SenderChain;
  /** For the nonce. @default systemEntropy */
  entropy?: Entropy;
  /** @default the platform's */
  provider?: CryptoProvider;
}

const EVERYBODY = /* @__PURE__ */ new Uint8Array(32);
const NO_CORRELATION = /* @__PURE__ */ new Uint8Array(16);

/**
 * Seals a message for a swarm or one of its members, and signs it: one envelope of kind 2. Only on
 * success does the chain move on.
 *
 * @returns the envelope, at most 16,776,192 bytes; the caller's own.
 * @throws TypeError, RangeError for what an envelope cannot hold, or a counter used before.
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
  const { entropy = systemEntropy, provider = defaultProvider() } = keys;
  const header = headerOf(fields, keys.chain);
  const plaintext = plaintextOf(fields);
  const sealedBytes = plaintext.length + TAG_BYTES;
  if (envelopeBytes(sealedBytes) > ENVELOPE_BYTES_MAX)
    throw new RangeError(
      `body must fit into an envelope of ${ENVELOPE_BYTES_MAX} bytes, got ${fields.body.length}`,
    );
  const derived = keys.chain.derive(header.counter);
  if (!derived.ok)
    throw new RangeError(`counter must be one that the chain can still reach: ${derived.code}`);
  const envelope = new Uint8Array(envelopeBytes(sealedBytes));
  const parts = splitEnvelope(envelope);
  writeHeader(envelope, header, sealedBytes);
  entropy.fill(parts.nonce);
  const { ciphertext, tag } = provider.aes256gcm.sealDetached(
    derived.messageKey,
    parts.nonce,
    plaintext,
    parts.header,
  );
  parts.sealed.set(ciphertext);
  parts.sealed.set(tag, ciphertext.length);
  parts.commitment.set(derived.keyCommitment);
  parts.signature.set(checkBytes('signature', keys.sign(signedBytes(parts)), { length: 64 }));
  derived.commit();
  wipe(derived);
  return envelope;
}

function headerOf(fields: EnvelopeFields, chain: SenderChain) {
  const { destination = EVERYBODY, counter = chain.next } = fields;
  return {
    swarmTag: swarmTagOf(checkId('swarmId', fields.swarmId)),
    sender: checkBytes('sender', fields.sender, { length: 32 }),
    destination: checkBytes('destination', destination, { length: 32 }),
    epoch: checkEpoch(fields.epoch),
    counter: checkInteger('counter', counter, { min: chain.next }),
    timestamp: checkInteger('timestamp', fields.timestamp, { min: 0 }),
  };
}

function plaintextOf(fields: EnvelopeFields): Uint8Array {
  const { correlationId = NO_CORRELATION, body } = fields;
  const topic = utf8(checkString('topic', fields.topic, { max: 0xffff }));
  if (topic.length > 0xffff)
    throw new RangeError(`topic must have at most 65535 bytes, got ${topic.length}`);
  checkInteger('type', fields.type, { min: 0, max: 255 });
  checkBytes('correlationId', correlationId, { length: 16 });
  checkBytes('body', body, { max: ENVELOPE_BYTES_MAX });
  const plaintext = new Uint8Array(PAYLOAD_HEAD_BYTES + topic.length + body.length);
  plaintext[0] = fields.type;
  plaintext[1] = topic.length >> 8;
  plaintext[2] = topic.length & 0xff;
  plaintext.set(topic, 3);
  plaintext.set(correlationId, 3 + topic.length);
  plaintext.set(body, PAYLOAD_HEAD_BYTES + topic.length);
  return plaintext;
}
