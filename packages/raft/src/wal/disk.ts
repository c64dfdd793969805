/**
 * What a write-ahead log needs of a disk: files in one folder. The law is that of POSIX at its
 * weakest: what was written is safe after `datasync` or `sync`, and may be lost, whole or sector by
 * sector, before; a file that was made, renamed or removed is so for good after `syncDirectory`.
 * What fails rejects with the platform's error.
 */
export interface Disk {
  /** Where it is, for messages. */
  readonly place: string;
  /** Names of all files, in any order. */
  list(): Promise<string[]>;
  /** Opens a file that is there. */
  open(name: string): Promise<DiskFile>;
  /** Opens a file that is empty: new, or in place of the one of that name. */
  create(name: string): Promise<DiskFile>;
  /** In one step; takes the place of a file that has the new name. */
  rename(from: string, to: string): Promise<void>;
  /** For good once the directory is synced. */
  remove(name: string): Promise<void>;
  /** Makes safe which files there are, and their names; not what is in them. */
  syncDirectory(): Promise<void>;
  /** Releases the disk for others. Files are closed by who opened them. */
  close(): Promise<void>;
}

/** An open file of a `Disk`. */
export interface DiskFile {
  /** Bytes that it has. */
  size(): Promise<number>;
  /** A new array; fewer than `length` bytes if the file ends before. */
  readAt(offset: number, length: number): Promise<Uint8Array>;
  /** Writes all of it; `bytes` may be used again when this resolves. */
  writeAt(offset: number, bytes: Uint8Array): Promise<void>;
  /** `writeAt` and `datasync` in one step, where a disk has a shorter way for both. */
  writeSafely?(offset: number, bytes: Uint8Array): Promise<void>;
  /** Zeros up to `length`, of an empty file, that take their room on the disk now. */
  preallocate(length: number): Promise<void>;
  /** Makes the bytes safe, and the size if it grew. */
  datasync(): Promise<void>;
  /** The same and all that is known about the file. */
  sync(): Promise<void>;
  /** Makes nothing safe. */
  close(): Promise<void>;
}
