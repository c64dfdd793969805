/** A worker that uses the Origin Private File System. It is told what to do by one message. */
import { isEdgeError } from '@ruvector/core';
import { failedCases } from '@ruvector/core/testing';
import { raftStorageCompliance } from '@ruvector/raft/testing';
import { OpfsStorage } from '../../src/browser-storage/opfs-storage.js';

/** What a worker is to do, and the name of the folder in which. */
export interface Work {
  readonly task: 'compliance' | 'lock' | 'damage' | 'hold';
  readonly name: string;
}

const options = { segmentBytes: 8_192 };
const entry = (index: number) =>
  ({ term: 1, index, type: 'normal', data: new Uint8Array(600).fill(index) }) as const;

const tasks = {
  async compliance({ name }: Work): Promise<string> {
    let made = 0;
    const failed = await failedCases((runner) =>
      raftStorageCompliance(runner, 'OPFS', { durable: true, crash: false }, async () => {
        const folder = `${name}-${made++}`;
        return {
          storage: await OpfsStorage.open(folder, options),
          reopen: () => OpfsStorage.open(folder, options),
        };
      }),
    );
    return failed.length === 0
      ? `${made} passed`
      : failed.map(({ title, error }) => `${title}: ${String(error)}`).join('; ');
  },
  /** Says the code of the error that a second opening is refused with. */
  async lock({ name }: Work): Promise<string> {
    const storage = await OpfsStorage.open(name, options);
    const refused = await codeOf(OpfsStorage.open(name, options));
    await storage.close();
    await (await OpfsStorage.open(name, options)).close();
    return refused;
  },
  /** Changes a byte of a log, and says the code of the error that it is refused with. */
  async damage({ name }: Work): Promise<string> {
    const storage = await OpfsStorage.open(name, options);
    for (let i = 1; i <= 3; i++) await storage.append({ entries: [entry(i)] });
    await storage.close();
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name);
    const handle = (await folder.getFileHandle('000000000001.wal')) as unknown as {
      createSyncAccessHandle(): Promise<{
        write(bytes: Uint8Array, options: { at: number }): number;
        close(): void;
      }>;
    };
    const file = await handle.createSyncAccessHandle();
    file.write(Uint8Array.of(9), { at: 700 });
    file.close();
    return codeOf(OpfsStorage.open(name, options));
  },
  /** Appends until it is ended, and says which entry is safe. */
  async hold({ name }: Work): Promise<string> {
    const storage = await OpfsStorage.open(name, options);
    const { entries } = await storage.load();
    for (let i = entries.length + 1; ; i++) {
      await storage.append({ entries: [entry(i)] });
      globalThis.postMessage(`safe ${i} ${entries.length}`);
    }
  },
};

const codeOf = (opening: Promise<OpfsStorage>): Promise<string> =>
  opening.then(
    () => 'opened',
    (error: unknown) => (isEdgeError(error) ? error.code : String(error)),
  );

globalThis.onmessage = async ({ data }: MessageEvent<Work>) => {
  try {
    globalThis.postMessage(await tasks[data.task](data));
  } catch (error) {
    globalThis.postMessage(String(error));
  }
};
