import {
  checkBytes,
  concatBytes,
  fromBase64Url,
  MalformedError,
  toBase64Url,
} from '@ruvector/core';
import { canonicalize } from './canonical-json.js';
import { parseCanonical } from './canonical-parser.js';
import { envelopeFault, joinBatched, splitEnvelope } from './envelope-format.js';
import { HEADER_BYTES, readHeader, writeHeader } from './envelope-header.js';
import { payloadBytes, readPayload } from './envelope-payload.js';
import { readSignedEnvelope, type SignedEnvelope } from './signed-envelope-fields.js';

/** Length of the text of an envelope: enough for the largest one. */
export const SIGNED_ENVELOPE_BYTES_MAX = 24 * 1024 * 1024;

const LIMITS = { maxBytes: SIGNED_ENVELOPE_BYTES_MAX };

/**
 * The readable form of an envelope: the same fields as canonical JSON, for logs and for links that
 * carry text. What is signed stays the binary form, which `decodeSignedEnvelope` gives back to the
 * byte; so the text proves nothing by itself, and the payload of a plain one stands in it openly.
 *
 * @param envelope - as `sealEnvelope` or a `BatchSigner` made it.
 * @throws EdgeError `ERR_MALFORMED` for bytes that do not have the form of an envelope.
 * @example
 * const { secretKey, publicKey } = ed25519.keygen();
 * const sender = sha256(publicKey);
 * const fields = { kind: 'plain' as const, swarmId: 'swarm-1', sender, epoch: 1n };
 * const message = { timestamp: 7, type: 1, topic: 'news', body: utf8('hello') };
 * const keys = { sign: (m: Uint8Array) => ed25519.sign(m, secretKey), chain: new PlainSession() };
 * const text = encodeSignedEnvelope(sealEnvelope({ ...fields, ...message }, keys));
 * text.includes('"topic":"news"'); // => true
 */
export function encodeSignedEnvelope(envelope: Uint8Array): string {
  checkBytes('envelope', envelope);
  if (envelopeFault(envelope) !== undefined) throw notAnEnvelope();
  const { suite, kind, ...header } = readHeader(envelope);
  const { nonce, sealed, commitment, batch, signature } = splitEnvelope(envelope);
  const fields: SignedEnvelope = {
    v: 1,
    suite,
    kind,
    swarm_tag: toBase64Url(header.swarmTag),
    sender: toBase64Url(header.sender),
    destination: toBase64Url(header.destination),
    epoch: String(header.epoch),
    counter: String(header.counter),
    timestamp: String(header.timestamp),
    nonce: nonce.length > 0 ? toBase64Url(nonce) : null,
    sealed: kind === 'plain' ? null : toBase64Url(sealed),
    payload: kind === 'plain' ? plainPayload(sealed) : null,
    commitment: commitment.length > 0 ? toBase64Url(commitment) : null,
    batch: batch ? { ...batch, path: batch.path.map((hash) => toBase64Url(hash)) } : null,
    signature: toBase64Url(signature),
  };
  return canonicalize(fields, LIMITS);
}

/**
 * The envelope that a text is the readable form of, to be given to `openEnvelope`: nothing of it is
 * proven yet. Each envelope has one text, and each text that is taken one envelope.
 *
 * @throws TypeError if `text` is not a string.
 * @throws EdgeError `ERR_MALFORMED` for text that is not canonical, fields that are missing,
 *   unknown or in another form, and whatever no envelope can hold.
 * @example
 * try {
 *   decodeSignedEnvelope('{"v":1}');
 * } catch (error) {
 *   isEdgeError(error, 'ERR_MALFORMED'); // => true
 * }
 */
export function decodeSignedEnvelope(text: string): Uint8Array {
  const envelope = envelopeOf(readSignedEnvelope(parseCanonical(text, LIMITS)));
  // One spelling, whatever the fields claim: parts of another length than their kind's, say.
  if (encodeSignedEnvelope(envelope) !== text) throw notAnEnvelope();
  return envelope;
}

/** The bytes that these fields stand for, if they fit together: the caller judges that. */
function envelopeOf(fields: SignedEnvelope): Uint8Array {
  const { suite, kind, batch } = fields;
  const sealed = sealedOf(fields);
  const header = new Uint8Array(HEADER_BYTES);
  writeHeader(
    header,
    {
      suite,
      kind,
      swarmTag: fromBase64Url(fields.swarm_tag),
      sender: fromBase64Url(fields.sender),
      destination: fromBase64Url(fields.destination),
      epoch: BigInt(fields.epoch),
      counter: Number(fields.counter),
      timestamp: Number(fields.timestamp),
    },
    sealed.length,
  );
  const nonce = fromBase64Url(fields.nonce ?? '');
  const commitment = fromBase64Url(fields.commitment ?? '');
  const signedPart = concatBytes(header, nonce, sealed, commitment);
  const signature = fromBase64Url(fields.signature);
  if (batch === null) return concatBytes(signedPart, signature);
  const path = batch.path.map((hash) => fromBase64Url(hash));
  return joinBatched(signedPart, batch, path, signature);
}

function sealedOf({ payload, sealed }: SignedEnvelope): Uint8Array {
  if (payload === null) return fromBase64Url(sealed ?? '');
  const { type, topic } = payload;
  const correlationId = fromBase64Url(payload.correlation_id);
  try {
    return payloadBytes({ type, topic, correlationId, body: fromBase64Url(payload.body) });
  } catch (cause) {
    throw notAnEnvelope({ cause }); // a topic or body that is too long
  }
}

function plainPayload(bytes: Uint8Array): SignedEnvelope['payload'] {
  const payload = readPayload(bytes);
  if (payload === undefined) throw notAnEnvelope();
  const { type, topic, correlationId, body } = payload;
  return {
    type,
    topic,
    correlation_id: toBase64Url(correlationId),
    body: toBase64Url(body),
  };
}

function notAnEnvelope(options?: ErrorOptions): MalformedError {
  return new MalformedError('envelope does not have the form of one', {}, options);
}
