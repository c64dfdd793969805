import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SqliteStorage } from '@ruvector/raft';
import { raftStorageCompliance } from '@ruvector/raft/testing';
import { sqliteModule } from '../../src/sqlite-module.js';

const hasSqlite = sqliteModule() !== undefined;
const root = mkdtempSync(join(tmpdir(), 'raft-sqlite-'));
let made = 0;
const newFile = () => join(mkdtempSync(join(root, `${made++}-`)), 'log');

afterAll(() => rmSync(root, { recursive: true }));

const one = { term: 1, index: 1, type: 'normal', data: new Uint8Array(99).fill(7) } as const;

it.skipIf(hasSqlite)('where there is no node:sqlite, open says so', async () => {
  await expect(SqliteStorage.open(newFile())).rejects.toMatchObject({
    code: 'ERR_RAFT_STORAGE_UNSUPPORTED',
  });
});

describe.skipIf(!hasSqlite)('SqliteStorage', () => {
  raftStorageCompliance({ describe, it }, 'SqliteStorage', { durable: true }, async () => {
    let file = newFile();
    return {
      storage: await SqliteStorage.open(file),
      reopen: () => SqliteStorage.open(file),
      crash: () => {
        const copy = newFile(); // what a process that is killed leaves
        for (const ending of ['', '-wal'])
          cpSync(file + ending, copy + ending, { force: true, errorOnExist: false });
        file = copy;
        return SqliteStorage.open(file);
      },
    };
  });

  it('refuses a second storage on a file until the first is closed', async () => {
    const file = newFile();
    const storage = await SqliteStorage.open(file);
    const locked = { code: 'ERR_RAFT_STORAGE_LOCKED' };
    await expect(SqliteStorage.open(file)).rejects.toMatchObject(locked);
    await storage.close();
    await (await SqliteStorage.open(file)).close();
  });

  it('refuses a file whose entry, or state, has changed', async () => {
    for (const place of ['\u0007'.repeat(99), 'voter']) {
      const file = newFile();
      const storage = await SqliteStorage.open(file);
      await storage.append({ hardState: { term: 1, vote: 'voter', commit: 0 }, entries: [one] });
      await storage.close();
      const bytes = readFileSync(file);
      const at = bytes.indexOf(place, 0, 'latin1');
      expect(at).toBeGreaterThan(0);
      bytes[at]! ^= 1;
      writeFileSync(file, bytes);
      const corrupt = { code: 'ERR_RAFT_LOG_CORRUPT' };
      await expect(SqliteStorage.open(file), place).rejects.toMatchObject(corrupt);
    }
  });

  it('refuses a file that lacks entries which its state names, and one of another program', async () => {
    const { DatabaseSync } = sqliteModule()!;
    const corrupt = { code: 'ERR_RAFT_LOG_CORRUPT' };
    const file = newFile();
    const storage = await SqliteStorage.open(file);
    await storage.append({ entries: [one, { ...one, index: 2 }] });
    await storage.close();
    const database = new DatabaseSync(file);
    database.exec('DELETE FROM entries WHERE number = 2');
    database.close();
    await expect(SqliteStorage.open(file)).rejects.toMatchObject(corrupt);
    const other = newFile();
    const others = new DatabaseSync(other);
    others.exec('CREATE TABLE entries (a)');
    others.close();
    await expect(SqliteStorage.open(other)).rejects.toMatchObject(corrupt);
    writeFileSync(other, 'not a database at all'.repeat(100));
    await expect(SqliteStorage.open(other)).rejects.toMatchObject(corrupt);
  });

  it('is ERR_RAFT_STORAGE_FAILED where the folder is not there', async () => {
    const failed = { code: 'ERR_RAFT_STORAGE_FAILED' };
    await expect(SqliteStorage.open(join(root, 'none', 'log'))).rejects.toMatchObject(failed);
  });

  it('has a path: what is none is a TypeError or RangeError', async () => {
    await expect(SqliteStorage.open(7 as never)).rejects.toThrow(TypeError);
    await expect(SqliteStorage.open('')).rejects.toThrow(RangeError);
  });
});
