import { ByteReader, ByteWriter, concatBytes } from '@ruvector/core';
import { isEdgeError } from '@ruvector/core';
import { HnswIndex } from '@ruvector/hnsw';
import { joinParts, splitFile } from '../src/file.js';

/** What loading comes to: a code, what it throws else, or the size of what was loaded. */
export function outcomeOf(bytes: Uint8Array): string {
  try {
    return `${HnswIndex.load(bytes).size} vectors`;
  } catch (error) {
    return isEdgeError(error) ? error.code : String(error);
  }
}

const withChecksum = (bytes: Uint8Array): Uint8Array =>
  new ByteWriter().raw(bytes).checksum().bytes();

/** The same file with another head of the index, under a true checksum. */
export function withIndexHead(saved: Uint8Array, change: (head: DataView) => void): Uint8Array {
  const [head, ...segments] = splitFile(saved);
  const copy = head!.slice(0, -4);
  change(new DataView(copy.buffer));
  return joinParts([withChecksum(copy), ...segments]);
}

/** Parts of a saved segment. */
export interface SegmentParts {
  /** Without its checksum. */
  head: Uint8Array<ArrayBuffer>;
  /** Sections, one after the other. */
  sections: Uint8Array<ArrayBuffer>;
  /** Without their checksum. */
  ids: Uint8Array<ArrayBuffer>;
}

/**
 * The same file with another first segment, under true checksums all over.
 *
 * @param lengths - bytes of each section.
 */
export function withSegment(
  saved: Uint8Array,
  lengths: readonly number[],
  change: (parts: SegmentParts) => void,
): Uint8Array {
  const [index, segment, ...rest] = splitFile(saved);
  const reader = new ByteReader(segment!, 'segment');
  const head = reader.block().slice(0, -4);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const parts: SegmentParts = {
    head: head.slice(),
    sections: reader.raw(total).slice(),
    ids: reader.raw(reader.remaining).slice(0, -4),
  };
  change(parts);
  const sums = checksumsOf(parts.sections, lengths);
  const kept = parts.head.subarray(0, parts.head.length - 4 * lengths.length);
  const changed = withChecksum(concatBytes(kept, sums));
  const length = new ByteWriter(4).u32(changed.length).bytes();
  const bytes = concatBytes(length, changed, parts.sections, withChecksum(parts.ids));
  return joinParts([index!, bytes, ...rest]);
}

/** The CRC-32 that `ByteWriter` puts behind bytes, for each section. */
function checksumsOf(sections: Uint8Array, lengths: readonly number[]): Uint8Array {
  let at = 0;
  return concatBytes(
    ...lengths.map((length) => {
      const section = sections.subarray(at, at + length);
      at += length;
      return withChecksum(section).slice(-4);
    }),
  );
}
