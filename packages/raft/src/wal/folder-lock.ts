import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { reasonOf, StorageLockedError } from '../storage-errors.js';

/** Folders that this process has, by what the file system calls them: a path has many spellings. */
const locked = new Set<string>();

/**
 * Keeps a folder for one storage. In other processes too where the system has names for sockets
 * that are in no folder and end with their process (Linux, in one network namespace; Windows): a
 * file would outlive a crash, and whoever removed it in good faith might remove a new one.
 *
 * @returns gives the folder back.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const id = `ruvector-raft-${dev}-${ino}`;
  if (locked.has(id)) throw new StorageLockedError(folder);
  locked.add(id);
  try {
    const release = await lockName(id, folder);
    return async () => {
      locked.delete(id);
      await release();
    };
  } catch (error) {
    locked.delete(id);
    throw error;
  }
}

const PREFIX: Readonly<Record<string, string>> = { linux: '\0', win32: '\\\\.\\pipe\\' };

async function lockName(id: string, folder: string): Promise<() => Promise<void>> {
  const prefix = PREFIX[process.platform];
  if (prefix === undefined) return async () => undefined;
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(reasonOf(cause) === 'EADDRINUSE' ? new StorageLockedError(folder, { cause }) : cause),
    );
    // exclusive: the workers of a cluster would share it
    server.listen({ path: prefix + id, exclusive: true }, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
