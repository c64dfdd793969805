/**
 * A disk writes a sector as a whole or not at all. Each sector of a segment begins with the number
 * of the batch that it belongs to, 1 or more, as 8 bytes big-endian; one that was never written has
 * nothing but zeros. So a sector that a crash has swallowed can be told from one that has changed.
 */
export const SECTOR_BYTES = 512;
const TAG_BYTES = 8;
/** What is left in a sector beside the number. */
const PAYLOAD_BYTES = SECTOR_BYTES - TAG_BYTES;

/** How many sectors so many bytes take. */
export const sectorsOf = (bytes: number): number => Math.ceil(bytes / PAYLOAD_BYTES);

/** Lays pieces one after the other into whole sectors of batch `tag`; zeros fill the last. */
export function toSectors(tag: number, pieces: readonly Uint8Array[], into: Uint8Array): void {
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  for (let at = 0; at < into.length; at += SECTOR_BYTES) {
    view.setUint32(at, Math.floor(tag / 2 ** 32));
    view.setUint32(at + 4, tag >>> 0);
  }
  let at = TAG_BYTES;
  for (const piece of pieces)
    for (let done = 0; done < piece.length;) {
      if (at % SECTOR_BYTES === 0) at += TAG_BYTES;
      const room = SECTOR_BYTES - (at % SECTOR_BYTES);
      const part = piece.subarray(done, done + room);
      into.set(part, at);
      at += part.length;
      done += part.length;
    }
  while (at % SECTOR_BYTES !== 0) into[at++] = 0;
}

/** What the sectors carry, without their numbers; a copy. */
export function fromSectors(sectors: Uint8Array): Uint8Array {
  const count = sectors.length / SECTOR_BYTES;
  const payload = new Uint8Array(count * PAYLOAD_BYTES);
  for (let i = 0; i < count; i++) {
    const from = i * SECTOR_BYTES + TAG_BYTES;
    payload.set(sectors.subarray(from, from + PAYLOAD_BYTES), i * PAYLOAD_BYTES);
  }
  return payload;
}

/** The number that the sector at `at` begins with. */
export const tagAt = (view: DataView, at: number): number =>
  view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);

/** Whether there is nothing at `at` but zeros, up to the end of that sector. */
export function isBlankAt(view: DataView, at: number): boolean {
  for (let i = at; i < at + SECTOR_BYTES; i += 4) if (view.getUint32(i) !== 0) return false;
  return true;
}
