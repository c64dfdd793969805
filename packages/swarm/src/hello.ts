import { ByteReader, ByteWriter } from '@ruvector/core';

/** What a member says when it has keys, and to whom it has not heard of for long. */
export interface Hello {
  /** Whoever hears it should say hello too. */
  readonly wantsAnswer: boolean;
  /** Drawn when the process starts: tells this run of it from earlier ones. */
  readonly incarnation: bigint;
}

export function encodeHello({ wantsAnswer, incarnation }: Hello): Uint8Array {
  return new ByteWriter(9)
    .u8(wantsAnswer ? 1 : 0)
    .u64(incarnation)
    .bytes();
}

/** @throws EdgeError `ERR_MALFORMED` */
export function decodeHello(body: Uint8Array): Hello {
  const reader: ByteReader = new ByteReader(body, 'hello');
  const [wantsAnswer, incarnation] = [reader.u8() === 1, reader.u64()];
  reader.end();
  return { wantsAnswer, incarnation };
}
