const U32 = 2 ** 32;

/** The nonce of Noise's AESGCM: four zero bytes, then the counter as a big-endian u64. */
export function counterNonce(counter: number): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, Math.floor(counter / U32));
  view.setUint32(8, counter % U32);
  return nonce;
}
