import type { Disk } from './disk.js';

/** All bytes of a file. */
export async function readWhole(disk: Disk, name: string): Promise<Uint8Array> {
  const file = await disk.open(name);
  try {
    return await file.readAt(0, await file.size());
  } finally {
    await file.close();
  }
}
