import { concatBytes, fromBase64Url, utf8 } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';
import { canonicalize } from './canonical-json.js';
import { defaultProvider } from './default-provider.js';
import { DST } from './domain.js';
import { COMPOSITE_KEY_BYTES, XWING_KEY_BYTES } from './hybrid-keys.js';
import {
  base64UrlField,
  hashField,
  idField,
  integerField,
  listField,
  literalField,
  malformed,
  nullOr,
  patternField,
  readExact,
  timeField,
  type FieldReader,
} from './record-fields.js';
import {
  compositeSignatureField,
  ed25519SignatureField,
  type SignaturePair,
  type SignerPublicKeys,
} from './signature-pair.js';
import type { Suite } from './suite.js';

/** What an agent says about itself. Byte fields are base64url without padding, times are ms. */
export interface RegistrationRecord {
  /** Version of the format. */
  readonly v: 1;
  readonly swarm_id: string;
  readonly agent_id: string;
  readonly ed25519_public_key: string;
  readonly x25519_public_key: string;
  /** ML-DSA-65 and Ed25519, in suite 2; `null` in suite 1. */
  readonly composite_public_key: string | null;
  /** The X-Wing prekey, in suite 2; `null` in suite 1. */
  readonly kem_public_key: string | null;
  /** Sorted by UTF-16 units, without duplicates. */
  readonly capabilities: readonly string[];
  /** Milliseconds since 1970, by the agent's clock. */
  readonly joined_at: number;
  /** Milliseconds since 1970, after `joined_at`: from then on nobody takes the record. */
  readonly expires_at: number;
  /** 1 for the first record of an agent, then one more for each change. */
  readonly rev: number;
  /** Member key id of the record before, 64 hexadecimal digits; zeros at rev 1. */
  readonly prev: string;
}

/**
 * Signatures over the canonical JSON of a record, behind a domain of their own, base64url: by the
 * record's own keys and by those of the record before.
 */
export interface RegistrationSignatures extends SignaturePair {
  /** By the Ed25519 key of the record before; required from rev 2 on, absent at rev 1. */
  readonly previous?: string;
  /** By its composite key; required if the record before is of suite 2, else absent. */
  readonly previous_composite?: string;
}

/** A signed record: all that others have to know of an agent. Safe to show to anyone. */
export interface Registration {
  readonly record: RegistrationRecord;
  readonly signatures: RegistrationSignatures;
}

/** Capabilities of one registration. */
export const CAPABILITIES_MAX = 64;
/** UTF-16 units of one capability. */
export const CAPABILITY_CHARS_MAX = 128;
const REV_MAX = 2 ** 31 - 1;
/** What `prev` says at rev 1. */
export const NO_PREVIOUS = /* @__PURE__ */ '0'.repeat(64);

const capabilityField = /* @__PURE__ */ patternField(
  'must have 1 to 128 characters, none a control character',
  /^[^\p{Cc}\p{Cs}]{1,128}$/u,
);
const capabilityListField = /* @__PURE__ */ listField(capabilityField, CAPABILITIES_MAX);
const capabilitiesField: FieldReader<readonly string[]> = (value, field) => {
  const list = capabilityListField(value, field);
  for (let i = 1; i < list.length; i++)
    if (!(list[i - 1]! < list[i]!)) throw malformed(field, 'must be sorted without duplicates');
  return list;
};

const RECORD = /* @__PURE__ */ Object.freeze({
  v: /* @__PURE__ */ literalField(1 as const),
  swarm_id: idField,
  agent_id: idField,
  ed25519_public_key: /* @__PURE__ */ base64UrlField(32),
  x25519_public_key: /* @__PURE__ */ base64UrlField(32),
  composite_public_key: /* @__PURE__ */ nullOr(/* @__PURE__ */ base64UrlField(COMPOSITE_KEY_BYTES)),
  kem_public_key: /* @__PURE__ */ nullOr(/* @__PURE__ */ base64UrlField(XWING_KEY_BYTES)),
  capabilities: capabilitiesField,
  joined_at: timeField,
  expires_at: timeField,
  rev: /* @__PURE__ */ integerField(1, REV_MAX),
  prev: hashField,
});
/** The four shapes that signatures have: `previous` and `previous_composite` may be absent. */
const SIGNATURES = /* @__PURE__ */ Object.freeze({
  ed25519: ed25519SignatureField,
  composite: /* @__PURE__ */ nullOr(compositeSignatureField),
});
const PREVIOUS = { previous: ed25519SignatureField };
const PREVIOUS_COMPOSITE = { previous_composite: compositeSignatureField };

/** Reads a record of unknown shape. @throws EdgeError `ERR_MALFORMED` */
export function readRecord(value: unknown): RegistrationRecord {
  const record = readExact<RegistrationRecord>('record', value, RECORD);
  if ((record.rev === 1) !== (record.prev === NO_PREVIOUS))
    throw malformed('record.prev', 'must be zeros at rev 1 and nowhere else');
  if ((record.composite_public_key === null) !== (record.kem_public_key === null))
    throw malformed('record.kem_public_key', 'must come with a composite key and not without');
  if (record.expires_at <= record.joined_at)
    throw malformed('record.expires_at', 'must be later than joined_at');
  return record;
}

/** Reads a registration of unknown shape into a frozen copy. @throws EdgeError `ERR_MALFORMED` */
export function readRegistration(value: unknown): Registration {
  const read = readExact<Registration>('registration', value, {
    record: readRecord,
    signatures: readSignatures,
  });
  const { record, signatures } = read;
  if ((record.rev === 1) !== (signatures.previous === undefined))
    throw malformed('signatures.previous', 'must be there from rev 2 on and not at rev 1');
  if ((record.composite_public_key === null) !== (signatures.composite === null))
    throw malformed('signatures.composite', 'must be there if the record has such a key');
  if (signatures.previous_composite !== undefined && suiteOf(record) === 1)
    throw malformed('signatures.previous_composite', 'must not be there in suite 1');
  return read;
}

function readSignatures(value: unknown, field: string): RegistrationSignatures {
  const has = (name: string) => typeof value === 'object' && value !== null && name in value;
  return readExact<RegistrationSignatures>(field, value, {
    ...SIGNATURES,
    ...(has('previous') ? PREVIOUS : {}),
    // one without the other would be a field too many
    ...(has('previous') && has('previous_composite') ? PREVIOUS_COMPOSITE : {}),
  });
}

/** Which suite a record is of: the composite key tells. */
export function suiteOf(record: RegistrationRecord): Suite {
  return record.composite_public_key === null ? 1 : 2;
}

/** Whose signatures a record asks for. */
export function signerOf(record: RegistrationRecord): SignerPublicKeys {
  const { ed25519_public_key, composite_public_key } = record;
  return {
    ed25519PublicKey: fromBase64Url(ed25519_public_key),
    compositePublicKey:
      composite_public_key === null ? undefined : fromBase64Url(composite_public_key),
  };
}

/** What all signatures of a registration cover. */
export function registrationBytes(record: RegistrationRecord): Uint8Array {
  return concatBytes(DST('registration'), utf8(canonicalize(record)));
}

/**
 * The id of a member with these keys and this record: SHA-256(DST("member") ‖ JCS(record)), 32
 * bytes. Any change of the record gives another id.
 *
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * memberKeyId(identity.createRegistration('worker-1', []).record).length; // => 32
 */
export function memberKeyId(
  record: RegistrationRecord,
  provider: CryptoProvider = defaultProvider(),
): Uint8Array {
  return provider.sha256(concatBytes(DST('member'), utf8(canonicalize(record))));
}
