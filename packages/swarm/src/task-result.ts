import { ByteReader, ByteWriter } from '@ruvector/core';
import type { Receipt } from '@ruvector/crypto';

import { encodeJson, parseJson } from './message.js';

/** What an executor sends back: the receipt, and the value that it vouches for. */
export interface TaskResultBody {
  readonly receipt: Receipt;
  /** As `encodeValue` makes it; of a failed task, the error as wire data. */
  readonly output: Uint8Array;
}

const RECEIPT_BYTES_MAX = 64 << 10;

export function encodeTaskResult({ receipt, output }: TaskResultBody): Uint8Array {
  return new ByteWriter(output.length + 2048).block(encodeJson(receipt)).block(output).bytes();
}

/** Checks the form only; the receipt is not believed yet. */
export function decodeTaskResult(body: Uint8Array): TaskResultBody {
  const reader: ByteReader = new ByteReader(body, 'task result');
  const receipt = parseJson(reader.block(RECEIPT_BYTES_MAX));
  const output = reader.block().slice();
  reader.end();
  if (typeof receipt !== 'object' || receipt === null) reader.fail('no receipt');
  return { receipt: receipt as Receipt, output };
}
