import { fromUtf8 } from '@ruvector/edge/core';
import { fileErrorCode, type CorpusFiles, type FileFacts, type OpenFile } from './corpus-files.js';

export type TextFile =
  | { readonly text: string; readonly bytes: number }
  | { readonly skipped: string; readonly text?: undefined };

/**
 * The text of one file, or why there is none. What is not a plain file is never opened (a FIFO
 * would wait for a writer), and no more than `bytesMax` + 1 bytes are ever read, whatever the size
 * claims.
 */
export async function readTextFile(
  files: CorpusFiles,
  path: string,
  bytesMax: number,
): Promise<TextFile> {
  try {
    const reason = unreadable(await files.facts(path), bytesMax);
    if (reason !== undefined) return { skipped: reason };
    const file = await files.open(path);
    try {
      return await readOpenFile(file, bytesMax);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { skipped: `unreadable (${fileErrorCode(error)})` };
  }
}

/**
 * Between `lstat` and `open` the path may have become something else, so the facts are asked again.
 */
async function readOpenFile(file: OpenFile, bytesMax: number): Promise<TextFile> {
  const facts = await file.stat();
  const reason = unreadable(facts, bytesMax);
  if (reason !== undefined) return { skipped: reason };
  const bytes = await readAll(file, facts.size, bytesMax);
  return bytes === undefined ? { skipped: tooLarge('more', bytesMax) } : decode(bytes);
}

async function readAll(
  file: OpenFile,
  size: number,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  let buffer = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      if (length > bytesMax) return undefined;
      const grown = new Uint8Array(Math.min(2 * length, bytesMax + 1));
      grown.set(buffer);
      buffer = grown;
    }
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > bytesMax) return undefined;
  }
}

function decode(bytes: Uint8Array): TextFile {
  if (bytes.includes(0)) return { skipped: 'binary' };
  let text: string;
  try {
    text = fromUtf8(bytes).replace(/^\uFEFF/, '');
  } catch {
    return { skipped: 'binary (not UTF-8)' };
  }
  if (text.trim() === '') return { skipped: 'empty' };
  if (!/[\p{L}\p{N}]/u.test(text)) return { skipped: 'no words' };
  return { text, bytes: bytes.length };
}

function unreadable(facts: FileFacts, bytesMax: number): string | undefined {
  if (!facts.isFile()) return kindOf(facts);
  if (facts.size > bytesMax) return tooLarge(facts.size, bytesMax);
  return undefined;
}

/** Why a path that is neither file nor folder is left alone. */
export function kindOf(facts: FileFacts): string {
  if (facts.isSymbolicLink()) return 'link';
  if (facts.isDirectory()) return 'folder';
  if (facts.isFIFO()) return 'FIFO';
  if (facts.isSocket()) return 'socket';
  return 'device';
}

const tooLarge = (size: number | 'more', bytesMax: number): string =>
  `too large (${size === 'more' ? `more than ${bytesMax}` : size} bytes, at most ${bytesMax} are read)`;
