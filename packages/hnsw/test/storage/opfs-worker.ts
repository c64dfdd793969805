/**
 * A worker that uses the Origin Private File System, and that a test ends in the middle. It is told
 * what to do by one message.
 */
import { OpfsStorage } from '../../src/storage/opfs-storage.js';
import { valuesOf } from './versions.js';

/** What a worker is to do. */
export interface Work {
  readonly task: 'compliance' | 'write';
  /** Of the folder. */
  readonly name: string;
  /** As a page writes, which has no other way; else as a worker. */
  readonly asPage?: boolean;
  /** Before which of its calls to the file system, once the storage is open, it stops. */
  readonly stopBefore?: number;
}

const tasks = { compliance, write };

globalThis.onmessage = async ({ data }: MessageEvent<Work>) => {
  const handles = FileSystemFileHandle.prototype as { createSyncAccessHandle?: unknown };
  if (data.asPage === true) delete handles.createSyncAccessHandle;
  try {
    globalThis.postMessage(await tasks[data.task](data));
  } catch (error) {
    globalThis.postMessage(String(error));
  }
};

async function compliance({ name }: Work): Promise<string> {
  // only here, since the many workers that are ended need none of it
  const { failedCases, storageCompliance } = await import('@ruvector/core/testing');
  let made = 0;
  const failed = await failedCases((runner) =>
    storageCompliance(runner, 'OpfsStorage', { durable: true }, async () => {
      const folder = `${name}-${made++}`;
      return {
        storage: await OpfsStorage.open(folder),
        reopen: () => OpfsStorage.open(folder),
        close: async () => {
          const root = await navigator.storage.getDirectory();
          await root.removeEntry(folder, { recursive: true });
        },
      };
    }),
  );
  return failed.length === 0 ? `${made} passed` : failed.map(({ title }) => title).join('; ');
}

async function write({ name, stopBefore }: Work): Promise<string> {
  const storage = await OpfsStorage.open(name);
  if (stopBefore !== undefined) stopBeforeCall(stopBefore);
  await storage.batch(valuesOf(2));
  await storage.close();
  return 'written';
}

/** Says 'stopped' before the n-th call and does nothing more; of a `write` half is done before. */
function stopBeforeCall(last: number): void {
  let calls = 0;
  const stopped = (half?: () => void) => {
    if (++calls !== last) return;
    half?.();
    globalThis.postMessage('stopped');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // for ever
  };
  const counted = (prototype: object | undefined, name: string) => {
    const owner = (prototype ?? {}) as Record<string, (...args: unknown[]) => unknown>;
    const real = owner[name];
    if (real === undefined) return;
    owner[name] = function (this: unknown, ...args: unknown[]) {
      const [piece, ...rest] = args;
      const isWrite = name === 'write' && piece instanceof Uint8Array;
      stopped(
        isWrite ? () => real.call(this, piece.subarray(piece.length / 2), ...rest) : undefined,
      );
      return real.apply(this, args);
    };
  };
  const scope = globalThis as unknown as Record<string, { prototype: object } | undefined>;
  for (const [type, names] of Object.entries({
    FileSystemDirectoryHandle: ['getFileHandle', 'getDirectoryHandle', 'removeEntry'],
    FileSystemFileHandle: ['createSyncAccessHandle', 'createWritable', 'move'],
    FileSystemSyncAccessHandle: ['write', 'flush', 'close'],
    FileSystemWritableFileStream: ['write'],
    WritableStream: ['close'],
  }))
    for (const name of names) counted(scope[type]?.prototype, name);
}
