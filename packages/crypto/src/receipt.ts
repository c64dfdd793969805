import {
  checkBytes,
  concatBytes,
  fromBase64Url,
  systemEntropy,
  toBase64Url,
  utf8,
} from '@ruvector/core';
import type { CryptoProvider, Entropy } from '@ruvector/core';
import { canonicalize } from './canonical-json.js';
import { defaultProvider } from './default-provider.js';
import { DST } from './domain.js';
import type { IdentityManager } from './identity.js';
import type { MemberRegistry } from './member-registry.js';
import {
  artifactIdField,
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
import { sha256 } from './primitives.js';

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
  /** By the executor, over all other fields; base64url. */
  readonly signatures: { readonly ed25519: string; readonly composite: null };
}

/** What the assigner holds about a task it gave away: a receipt has to say the same. */
export interface OpenAssignment extends Pick<
  ReceiptFields,
  'swarm_id' | 'task_id' | 'assignment_hash' | 'assigner' | 'executor' | 'input_hash'
> {
  /** Compared if given. */
  readonly module_hash?: string | null;
  /** Compared if given. */
  readonly prev_receipt_hash?: string;
}

/** Why a receipt is refused; `docs/errors.md` says what each code means. */
export type ReceiptCode =
  | 'ERR_RECEIPT_MALFORMED'
  | 'ERR_RECEIPT_MISMATCH'
  | 'ERR_RECEIPT_EXECUTOR'
  | 'ERR_RECEIPT_SIGNATURE';

/** What `verifyReceipt` found. */
export type ReceiptVerdict =
  | { readonly ok: true; readonly code?: undefined }
  | {
      readonly ok: false;
      readonly code: ReceiptCode;
      /** Which one says something else than the assignment; with `ERR_RECEIPT_MISMATCH` only. */
      readonly field?: string;
    };

/** Artifacts that one receipt may name. */
export const ARTIFACTS_MAX = 64;

const hash = /* @__PURE__ */ base64UrlField(32);
const amount = /* @__PURE__ */ nullOr(
  /* @__PURE__ */ integerField(0, /* @__PURE__ */ Number.MAX_SAFE_INTEGER),
);
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
const SIGNATURES = /* @__PURE__ */ Object.freeze({
  ed25519: /* @__PURE__ */ base64UrlField(64),
  composite: /* @__PURE__ */ literalField(null),
});

/**
 * Signs a receipt as its executor.
 *
 * @param fields - all of `ReceiptFields`; `v` and `nonce` may be left out.
 * @param options - `entropy`: where a missing nonce comes from. @default systemEntropy
 * @throws RangeError for a field that no reader would take.
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const hash = toBase64Url(sha256(utf8('something')));
 * const receipt = signReceipt({
 *   swarm_id: 'swarm-1', task_id: 'task-1', assignment_hash: hash, assigner: 'boss-1',
 *   executor: 'worker-1', module_hash: null, input_hash: hash, output_hash: hash,
 *   artifact_cids: [], status: 'Success', started_at: 1, finished_at: 2, fuel_used: null,
 *   memory_peak_bytes: null, prev_receipt_hash: toBase64Url(new Uint8Array(32)),
 * }, identity);
 * receipt.executor; // => 'worker-1'
 */
export function signReceipt(
  fields: Omit<ReceiptFields, 'v' | 'nonce'> & Partial<Pick<ReceiptFields, 'v' | 'nonce'>>,
  identity: Pick<IdentityManager, 'sign'>,
  { entropy = systemEntropy }: { entropy?: Entropy } = {},
): Receipt {
  const checked = checkedFields({ v: 1, nonce: drawNonce(entropy), ...fields });
  const signature = identity.sign(signedBytes(checked));
  const ed25519 = toBase64Url(checkBytes('signature', signature, { length: 64 }));
  return Object.freeze({ ...checked, signatures: Object.freeze({ ed25519, composite: null }) });
}

/**
 * Judges a receipt that nobody vouches for against the assignment it claims to answer: exact shape,
 * the same task, input and parties, signed by the executor's present key. Whether it came before is
 * for the assigner to know, who closes an assignment with its first receipt. Never throws on
 * account of `receipt`.
 *
 * @example
 * const registry = new MemberRegistry({
 *   swarmId: 'swarm-1',
 *   admission: trustOnFirstUse(),
 *   clock: systemClock,
 * });
 * const hash = toBase64Url(sha256(utf8('something')));
 * const assignment = {
 *   swarm_id: 'swarm-1', task_id: 'task-1', assignment_hash: hash, assigner: 'boss-1',
 *   executor: 'worker-1', input_hash: hash,
 * };
 * verifyReceipt({}, assignment, registry); // => { ok: false, code: 'ERR_RECEIPT_MALFORMED' }
 */
export function verifyReceipt(
  receipt: unknown,
  assignment: OpenAssignment,
  registry: Pick<MemberRegistry, 'get'>,
  { provider = defaultProvider() }: { provider?: CryptoProvider } = {},
): ReceiptVerdict {
  let read: Receipt;
  try {
    read = readReceipt(receipt);
  } catch {
    return { ok: false, code: 'ERR_RECEIPT_MALFORMED' }; // whatever a hostile object throws
  }
  const field = mismatch(read, assignment);
  if (field !== undefined) return { ok: false, code: 'ERR_RECEIPT_MISMATCH', field };
  const member = registry.get(read.executor);
  if (member === undefined || member.registration.record.swarm_id !== read.swarm_id)
    return { ok: false, code: 'ERR_RECEIPT_EXECUTOR' };
  const signature = fromBase64Url(read.signatures.ed25519);
  return provider.ed25519.verify(signature, signedBytes(read), member.ed25519PublicKey)
    ? { ok: true }
    : { ok: false, code: 'ERR_RECEIPT_SIGNATURE' };
}

/**
 * What names a receipt, and what the executor's next one refers to: SHA-256 over the signed bytes,
 * 32 bytes. The signature itself does not count.
 *
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const hash = toBase64Url(sha256(utf8('something')));
 * const fields = {
 *   swarm_id: 'swarm-1', task_id: 'task-1', assignment_hash: hash, assigner: 'boss-1',
 *   executor: 'worker-1', module_hash: null, input_hash: hash, output_hash: hash,
 *   artifact_cids: [], status: 'Success', started_at: 1, finished_at: 2, fuel_used: null,
 *   memory_peak_bytes: null, prev_receipt_hash: toBase64Url(new Uint8Array(32)),
 * };
 * const first = signReceipt(fields, identity);
 * const prev = toBase64Url(receiptHash(first));
 * const second = signReceipt({ ...fields, task_id: 'task-2', prev_receipt_hash: prev }, identity);
 * second.prev_receipt_hash === prev; // => true
 */
export function receiptHash(receipt: Receipt): Uint8Array {
  return sha256(signedBytes(receipt));
}

/** Reads a receipt of unknown shape into a frozen copy. @throws EdgeError `ERR_MALFORMED` */
function readReceipt(value: unknown): Receipt {
  const receipt = readExact<Receipt>('receipt', value, {
    ...FIELDS,
    signatures: (signatures, field) => readExact(field, signatures, SIGNATURES),
  });
  checkOrder(receipt);
  return receipt;
}

function checkOrder({ started_at, finished_at }: ReceiptFields): void {
  if (finished_at < started_at)
    throw malformed('receipt.finished_at', 'must not be before started_at');
}

/** The fields as a reader will see them; what it would refuse is the caller's mistake here. */
function checkedFields(fields: ReceiptFields): ReceiptFields {
  try {
    const checked = readExact<ReceiptFields>('fields', fields, FIELDS);
    checkOrder(checked);
    return checked;
  } catch (cause) {
    throw new RangeError((cause as Error).message, { cause });
  }
}

function mismatch(receipt: Receipt, assignment: OpenAssignment): string | undefined {
  const compared = [
    'swarm_id',
    'task_id',
    'assignment_hash',
    'assigner',
    'executor',
    'input_hash',
  ] as const;
  const wrong = compared.find((field) => receipt[field] !== assignment[field]);
  if (wrong !== undefined) return wrong;
  const optional = ['module_hash', 'prev_receipt_hash'] as const;
  return optional.find(
    (field) => assignment[field] !== undefined && receipt[field] !== assignment[field],
  );
}

function signedBytes(receipt: ReceiptFields): Uint8Array {
  const { signatures: _, ...fields } = receipt as Receipt;
  return concatBytes(DST('receipt'), utf8(canonicalize(fields)));
}

function drawNonce(entropy: Entropy): string {
  const nonce = new Uint8Array(16);
  entropy.fill(nonce);
  return toBase64Url(nonce);
}
