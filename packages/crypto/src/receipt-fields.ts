import { concatBytes, utf8 } from '@ruvector/core';
import { canonicalize } from './canonical-json.js';
import { DST } from './domain.js';
import {
  artifactIdField,
  asReadBack,
  base64UrlField,
  idField,
  integerField,
  listField,
  literalField,
  malformed,
  nullOr,
  patternField,
  readExact,
  timeField,
} from './record-fields.js';
import { signaturePairField, type SignaturePair } from './signature-pair.js';

/**
 * What an executor says about one task it worked on. Hashes are 32 bytes, the nonce 16, in
 * base64url.
 */
export interface ReceiptFields {
  /** Version of the format. */
  readonly v: 1;
  readonly swarm_id: string;
  readonly task_id: string;
  /** Of the assignment this answers. */
  readonly assignment_hash: string;
  /** Agent id of who gave the task. */
  readonly assigner: string;
  /** Agent id of who did it, and signs. */
  readonly executor: string;
  /** Of the code that ran; `null` if it was not loaded for the task. */
  readonly module_hash: string | null;
  readonly input_hash: string;
  readonly output_hash: string;
  /** As `artifactId` writes them, at most 64. */
  readonly artifact_cids: readonly string[];
  /** One word, such as `Success`. */
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly started_at: number;
  /** Milliseconds since 1970, not before `started_at`. */
  readonly finished_at: number;
  /** `null` if it was not measured. */
  readonly fuel_used: number | null;
  /** `null` if it was not measured. */
  readonly memory_peak_bytes: number | null;
  readonly nonce: string;
  /** `receiptHash` of the executor's receipt before; zeros for its first. */
  readonly prev_receipt_hash: string;
}

/**
 * A receipt with its signature; frozen. Anyone who has the executor's registration can verify it.
 */
export interface Receipt extends ReceiptFields {
  /** By the executor, over all other fields; both if it is of suite 2. */
  readonly signatures: SignaturePair;
}

/** Artifacts that one receipt may name. */
export const ARTIFACTS_MAX = 64;

const hash = /* @__PURE__ */ base64UrlField(32);
// Number.MAX_SAFE_INTEGER, in digits: bundlers keep what reads a property
const amount = /* @__PURE__ */ nullOr(/* @__PURE__ */ integerField(0, 9_007_199_254_740_991));
const FIELDS = /* @__PURE__ */ Object.freeze({
  v: /* @__PURE__ */ literalField(1 as const),
  swarm_id: idField,
  task_id: idField,
  assignment_hash: hash,
  assigner: idField,
  executor: idField,
  module_hash: /* @__PURE__ */ nullOr(hash),
  input_hash: hash,
  output_hash: hash,
  artifact_cids: /* @__PURE__ */ listField(artifactIdField, ARTIFACTS_MAX),
  status: /* @__PURE__ */ patternField('must be a word of up to 32 letters', /^[A-Za-z]{1,32}$/),
  started_at: timeField,
  finished_at: timeField,
  fuel_used: amount,
  memory_peak_bytes: amount,
  nonce: /* @__PURE__ */ base64UrlField(16),
  prev_receipt_hash: hash,
});

/** Reads a receipt of unknown shape into a frozen copy. @throws EdgeError `ERR_MALFORMED` */
export function readReceipt(value: unknown): Receipt {
  const receipt = readExact<Receipt>('receipt', value, {
    ...FIELDS,
    signatures: signaturePairField,
  });
  checkOrder(receipt);
  return receipt;
}

/** The fields of a receipt that is made here. @throws RangeError for what no reader would take */
export function ownFields(fields: ReceiptFields): ReceiptFields {
  return asReadBack(() => {
    const checked = readExact<ReceiptFields>('fields', fields, FIELDS);
    checkOrder(checked);
    return checked;
  });
}

function checkOrder({ started_at, finished_at }: ReceiptFields): void {
  if (finished_at < started_at)
    throw malformed('receipt.finished_at', 'must not be before started_at');
}

/** What the signature of a receipt covers: all of its other fields. */
export function receiptBytes(receipt: ReceiptFields): Uint8Array {
  const { signatures: _, ...fields } = receipt as Receipt;
  return concatBytes(DST('receipt'), utf8(canonicalize(fields)));
}
