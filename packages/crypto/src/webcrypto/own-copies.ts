/** Bytes in memory of their own, as WebCrypto takes them: shared memory it refuses. */
export type OwnBytes = Uint8Array<ArrayBuffer>;

/**
 * Copies arrays at once, before anything is awaited, and overwrites the copies at the end: they may
 * hold what is secret.
 */
export async function onCopies<R>(
  arrays: readonly Uint8Array[],
  use: (...copies: OwnBytes[]) => Promise<R>,
): Promise<R> {
  const copies = arrays.map((array) => new Uint8Array(array));
  try {
    return await use(...copies);
  } finally {
    for (const copy of copies) copy.fill(0);
  }
}
