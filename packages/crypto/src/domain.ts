import { utf8 } from '@ruvector/core';

/**
 * The prefix that says what a signature or hash is for: ASCII `ruvector-edge/2/` + `label` + a zero
 * byte. Bytes signed under one label are never valid under another.
 *
 * @example
 * fromUtf8(DST('receipt')); // => 'ruvector-edge/2/receipt\0'
 */
export function DST(label: string): Uint8Array {
  return utf8(`ruvector-edge/2/${label}\0`);
}
