import { randomBytes, systemEntropy, toBase64Url } from '@ruvector/core';
import type { CryptoProvider, Entropy } from '@ruvector/core';
import { defaultProvider } from './default-provider.js';
import type { MemberRegistry } from './member-registry.js';
import { sha256 } from './primitives.js';
import {
  ownFields,
  readReceipt,
  receiptBytes,
  type Receipt,
  type ReceiptFields,
} from './receipt-fields.js';
import { asReadBack } from './record-fields.js';
import { isSignedBy, signaturePairField, signPair, type Signer } from './signature-pair.js';

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

/**
 * Signs a receipt as its executor, with all keys that it is registered with.
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
  identity: Omit<Signer, 'ed25519PublicKey'>,
  { entropy = systemEntropy }: { entropy?: Entropy } = {},
): Receipt {
  const checked = ownFields({ v: 1, nonce: toBase64Url(randomBytes(entropy, 16)), ...fields });
  const pair = signPair(receiptBytes(checked), identity);
  return Object.freeze({
    ...checked,
    signatures: asReadBack(() => signaturePairField(pair, 'signatures')),
  });
}

/**
 * Judges a receipt that nobody vouches for against the assignment it claims to answer: exact shape,
 * the same task, input and parties, signed by the executor's present keys, in suite 2 by both,
 * which needs a provider with post-quantum primitives. Whether it came before is for the assigner
 * to know, who closes an assignment with its first receipt. Never throws on account of `receipt`.
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
  return isSignedBy(receiptBytes(read), read.signatures, member, provider)
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
  return sha256(receiptBytes(receipt));
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
