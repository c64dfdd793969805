import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';

/** What is needed of a path; `lstat` and an open file both tell it. */
export interface FileFacts {
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

export interface OpenFile {
  stat(): Promise<FileFacts>;
  read(into: Uint8Array, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/**
 * The file system as the corpus sees it: read only, and an argument, so that tests can make it
 * fail.
 */
export interface CorpusFiles {
  /** Names in a folder, in any order. */
  list(path: string): Promise<string[]>;
  /** Facts about the path itself, not about what a link leads to. */
  facts(path: string): Promise<FileFacts>;
  /** Where the path leads after all links. */
  real(path: string): Promise<string>;
  /** Opens for reading; must not wait for a writer and must not follow a link in the last place. */
  open(path: string): Promise<OpenFile>;
}

const READ_ONLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** The machine's own files. */
export const systemFiles: CorpusFiles = {
  list: (path) => readdir(path),
  facts: (path) => lstat(path),
  real: (path) => realpath(path),
  open: async (path) => {
    const handle = await open(path, READ_ONLY);
    return {
      stat: () => handle.stat(),
      read: (into, offset, length) => handle.read(into, offset, length),
      close: () => handle.close(),
    };
  },
};

/**
 * The code of a failed file operation, such as EACCES. Anything else is a mistake of ours: thrown
 * on.
 */
export function fileErrorCode(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string') throw error;
  return code;
}
