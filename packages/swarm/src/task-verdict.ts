import { isEdgeError } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import { decodeValue, hashText, type Value } from './assignment.js';
import type { OpenTask } from './open-task.js';
import { decodeTaskResult, type TaskResultBody } from './task-result.js';

/** What a receipt must say beside who swears to whom. */
export interface ClaimedAssignment {
  readonly task_id: string;
  readonly executor: string;
  readonly input_hash: string;
  readonly assignment_hash: string;
}

/** @returns the code of what is wrong with the receipt. */
export type CheckReceipt = (receipt: Receipt, claimed: ClaimedAssignment) => string | undefined;

export type Verdict =
  | { readonly code?: undefined; readonly receipt: Receipt; readonly value: Value }
  /** What is wrong with it. */
  | { readonly code: string };

/**
 * Judges what a member sent as the result of a task: an answer to its present assignment or to one
 * that it seemed to have lost, signed, and as it was signed for. Nothing of it is believed before.
 */
export function judgeResult(
  task: OpenTask,
  from: string,
  body: Uint8Array,
  checkReceipt: CheckReceipt,
): Verdict {
  const result = readOr('ERR_RECEIPT_MALFORMED', () => decodeTaskResult(body));
  if ('code' in result) return result;
  const { receipt, output } = result.read;
  if (task.executorOf(receipt.assignment_hash) !== from) return { code: 'ERR_RECEIPT_MISMATCH' };
  const code = checkReceipt(receipt, {
    task_id: task.id,
    executor: from,
    input_hash: task.request.inputHash,
    assignment_hash: receipt.assignment_hash,
  });
  if (code !== undefined) return { code };
  if (!isWhatWasSigned({ receipt, output }, task.request.outputBytesMax))
    return { code: 'ERR_RECEIPT_OUTPUT' };
  const value = readOr('ERR_RECEIPT_OUTPUT', () => decodeValue(output));
  return 'code' in value ? value : { receipt, value: value.read };
}

function isWhatWasSigned({ receipt, output }: TaskResultBody, bytesMax: number): boolean {
  const isTooLong = receipt.status === 'Success' && output.length - 1 > bytesMax;
  return !isTooLong && receipt.output_hash === hashText(output);
}

function readOr<T>(code: string, read: () => T): { readonly read: T } | { readonly code: string } {
  try {
    return { read: read() };
  } catch (error) {
    if (isEdgeError(error)) return { code };
    throw error;
  }
}
