const STRIDE = 509;

/** So many bytes, of which some say where they are. */
export function marked(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += STRIDE) bytes[i] = i / STRIDE;
  return bytes;
}

/** Where bytes are not those of `marked`. */
export function firstUnmarked(bytes: Uint8Array): number | undefined {
  for (let i = 0; i < bytes.length; i += STRIDE) if (bytes[i] !== ((i / STRIDE) & 255)) return i;
  return undefined;
}
