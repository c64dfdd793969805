import { OpfsStorage } from '../../src/storage/opfs-storage.js';
import { valuesOf, versionsIn } from './versions.js';

export const root = () => navigator.storage.getDirectory() as Promise<FolderOfTests>;

/** What TypeScript's types of pages do not have. */
export interface FolderOfTests extends FileSystemDirectoryHandle {
  keys(): AsyncIterableIterator<string>;
}

export async function removeAll(): Promise<void> {
  const folder = await root();
  for await (const name of folder.keys()) await folder.removeEntry(name, { recursive: true });
}

export async function withVersionOne(name: string): Promise<void> {
  const storage = await OpfsStorage.open(name);
  await storage.batch(valuesOf(1));
  await storage.close();
}

export async function versionIn(name: string): Promise<string> {
  const storage = await OpfsStorage.open(name);
  try {
    return await versionsIn(storage);
  } finally {
    await storage.close();
  }
}
