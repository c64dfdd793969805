/**
 * What is used of the Origin Private File System, where TypeScript's own types are not those of all
 * places: workers have methods that pages have not, and `move` is in every browser and in no
 * standard yet.
 */
export interface FileHandle {
  /** Takes the place of a file of that name. */
  move(folder: FolderHandle, name: string): Promise<void>;
  /** Of workers. */
  createSyncAccessHandle?(): Promise<SyncFile>;
}

/** A folder of the Origin Private File System. */
export interface FolderHandle {
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<FolderHandle>;
  removeEntry(name: string): Promise<void>;
  keys(): AsyncIterable<string>;
}

/** A file that a worker has open, alone. */
export interface SyncFile {
  getSize(): number;
  read(bytes: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
}

/** The root of this origin's files, `undefined` where there is none. */
export async function rootFolder(): Promise<FolderHandle | undefined> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  if (storage?.getDirectory === undefined) return undefined;
  return (await storage.getDirectory()) as unknown as FolderHandle;
}
