import type { Disk, DiskFile } from '@ruvector/raft/testing';

/** What a disk does in another way. */
export interface DiskFlaw {
  readonly disk?: (disk: Disk) => Partial<Disk>;
  readonly file?: (file: DiskFile) => Partial<DiskFile>;
}

/** The disk with a flaw. */
export function flawedDisk(disk: Disk, { disk: ofDisk, file: ofFile }: DiskFlaw): Disk {
  const flawed = async (opening: Promise<DiskFile>): Promise<DiskFile> => {
    const file = await opening;
    return { ...plainFile(file), ...ofFile?.(file) };
  };
  return {
    place: disk.place,
    list: () => disk.list(),
    open: (name) => flawed(disk.open(name)),
    create: (name) => flawed(disk.create(name)),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    syncDirectory: () => disk.syncDirectory(),
    close: () => disk.close(),
    ...ofDisk?.(disk),
  };
}

const plainFile = (file: DiskFile): DiskFile => ({
  size: () => file.size(),
  readAt: (offset, length) => file.readAt(offset, length),
  writeAt: (offset, bytes) => file.writeAt(offset, bytes),
  preallocate: (length) => file.preallocate(length),
  datasync: () => file.datasync(),
  sync: () => file.sync(),
  close: () => file.close(),
});
