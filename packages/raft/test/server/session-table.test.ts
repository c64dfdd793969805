import { ByteReader, ByteWriter, utf8 } from '@ruvector/core';
import { describe, expect, it } from 'vitest';
import type { SessionCommand } from '../../src/server/command-codec.js';
import {
  SESSION_ANSWERS_BYTES_MAX,
  SESSION_ANSWERS_MAX,
  SessionTable,
} from '../../src/server/session-table.js';

const command = (session: number, sequence: number, ackedUpTo = 0): SessionCommand => ({
  kind: 'session',
  session,
  sequence,
  ackedUpTo,
  data: new Uint8Array(0),
});

const tableOf = (...sessions: number[]): SessionTable => {
  const table = new SessionTable();
  for (const index of sessions) table.open(index, 3);
  return table;
};

const bytesOf = (table: SessionTable): Uint8Array => {
  const writer = new ByteWriter();
  table.write(writer);
  return writer.bytes();
};

const tableFrom = (bytes: Uint8Array): SessionTable => {
  const table = new SessionTable();
  const reader = new ByteReader(bytes, 'sessions');
  table.read(reader);
  reader.end();
  return table;
};

describe('the table of sessions', () => {
  it('has a command run once, and gives its answer again', () => {
    const table = tableOf(1);
    expect(table.look(command(1, 1))).toBe('run');
    table.keep(command(1, 1), utf8('one'));
    expect(table.look(command(1, 1))).toEqual(utf8('one'));
  });

  it('keeps answers until the client has them, and runs none of those again', () => {
    const table = tableOf(1);
    for (const sequence of [1, 2]) table.keep(command(1, sequence), utf8('x'));
    expect(table.look(command(1, 3, 1))).toBe('run');
    expect(table.look(command(1, 1))).toBe('stale');
    expect(table.look(command(1, 2))).toEqual(utf8('x'));
  });

  it('forgets the session that was not used longest, by the order of the log', () => {
    const table = tableOf(1, 2, 3);
    table.look(command(1, 1));
    table.open(4, 3);
    expect([1, 2, 3, 4].map((id) => table.look(command(id, 1)))).toEqual([
      'run',
      'expired',
      'run',
      'run',
    ]);
    expect(table.size).toBe(3);
  });

  it('keeps one session at least, even if it is told to keep none', () => {
    const table = new SessionTable();
    table.open(7, 0);
    expect(table.look(command(7, 1))).toBe('run');
  });

  it(`runs nothing more than ${SESSION_ANSWERS_MAX} ahead of what was answered`, () => {
    const table = tableOf(1);
    expect(table.look(command(1, SESSION_ANSWERS_MAX))).toBe('run');
    expect(table.look(command(1, SESSION_ANSWERS_MAX + 1))).toBe('stale');
    expect(table.look(command(1, SESSION_ANSWERS_MAX + 1, 1))).toBe('run');
  });

  it('forgets a session whose answers take too many bytes, rather than running one again', () => {
    const table = tableOf(1);
    table.keep(command(1, 1), new Uint8Array(SESSION_ANSWERS_BYTES_MAX));
    expect(table.look(command(1, 1))).toHaveLength(SESSION_ANSWERS_BYTES_MAX);
    table.keep(command(1, 2), new Uint8Array(1));
    expect(table.look(command(1, 3))).toBe('expired');
  });

  it('is the same after a snapshot, the order of use too', () => {
    const table = tableOf(1, 2, 3);
    table.keep(command(2, 1), utf8('two'));
    table.look(command(1, 5, 4));
    const copy = tableFrom(bytesOf(table));
    expect(bytesOf(copy)).toEqual(bytesOf(table));
    copy.open(9, 3);
    expect([1, 2, 3].map((id) => copy.look(command(id, 1)))).toEqual(['stale', 'expired', 'run']);
  });

  it('refuses bytes that are cut short', () => {
    const table = tableOf(1);
    table.keep(command(1, 1), utf8('one'));
    const bytes = bytesOf(table);
    for (let length = 0; length < bytes.length; length++)
      expect(() => tableFrom(bytes.slice(0, length))).toThrow(/sessions: /);
  });
});
