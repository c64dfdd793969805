import { StorageLockedError, StorageUnsupportedError } from '../storage-errors.js';

/**
 * Keeps a name for one storage of this origin, among all tabs and workers. The browser gives it
 * back when the page or worker ends.
 *
 * @returns gives it back.
 */
export function lockName(kind: string, place: string): Promise<() => Promise<void>> {
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (locks === undefined) throw new StorageUnsupportedError(place, 'there are no web locks here');
  return new Promise((resolve, reject) => {
    const held = locks.request(`@ruvector/raft/${kind}/${place}`, { ifAvailable: true }, (lock) => {
      if (lock === null) throw new StorageLockedError(place);
      return new Promise<void>((release) => {
        resolve(async () => {
          release();
          await held;
        });
      });
    });
    held.catch(reject);
  });
}
