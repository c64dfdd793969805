import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEdgeError, utf8 } from '@ruvector/edge/core';
import { systemFiles, type CorpusFiles } from '../src/corpus-files.js';
import { readFolder } from '../src/corpus-folder.js';
import type { Corpus } from '../src/corpus.js';
import { scratchFolder } from './scratch-folder.js';

const scratch = scratchFolder();
const ids = (corpus: Corpus) => corpus.documents.map(({ id }) => id);
const reasons = (corpus: Corpus) =>
  Object.fromEntries(corpus.skipped.map(({ path: at, reason }) => [at, reason]));
const message = async (reading: Promise<Corpus>): Promise<string> => {
  const error: unknown = await reading.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(isEdgeError(error, 'ERR_DEMO_USAGE')).toBe(true);
  return (error as Error).message;
};

describe('readFolder', () => {
  it('reads text and markdown files of all folders, ids with slashes, in one order', async () => {
    const folder = scratch.fill('plain', {
      'b.md': '# B',
      'a.txt': 'a a',
      'deep/er/c.markdown': 'c',
      'Z.MD': 'z',
      'picture.png': Uint8Array.of(137, 80, 78, 71),
    });
    const corpus = await readFolder(folder);
    expect(ids(corpus)).toEqual(['Z.MD', 'a.txt', 'b.md', 'deep/er/c.markdown']);
    expect(corpus.bytes).toBe(3 + 3 + 1 + 1);
    expect(reasons(corpus)).toEqual({ 'picture.png': 'not a text or markdown file' });
  });

  it('keeps names with spaces, non-ASCII characters and line breaks', async () => {
    const names = [
      'mit leerzeichen.md',
      'größe/日本語 ファイル.md',
      '🚀.txt',
      'a\nb.md',
      "it's.md",
    ];
    const folder = scratch.fill('names', Object.fromEntries(names.map((name) => [name, 'text'])));
    expect(ids(await readFolder(folder)).toSorted()).toEqual(names.toSorted());
  });

  it('says of a name that is not UTF-8 that it is not, also of two that look the same', async () => {
    const folder = scratch.fill('latin', { 'a\uFFFD.md': 'good', '\uFFFD.md': 'good too' });
    const inLatin1 = (name: string) =>
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
    for (const name of ['é.md', 'ü.md', 'x ö.md']) writeFileSync(inLatin1(name), 'text');
    mkdirSync(inLatin1('ä'));
    const corpus = await readFolder(folder);
    expect(ids(corpus)).toEqual(['a\uFFFD.md', '\uFFFD.md']);
    const reason = 'its name is not UTF-8';
    expect(corpus.skipped.map((skip) => `${skip.path}: ${skip.reason}`)).toEqual(
      ['x \uFFFD.md', '\uFFFD', '\uFFFD.md', '\uFFFD.md'].map((at) => `${at}: ${reason}`),
    );
  });

  it('takes off a byte order mark and leaves the rest of the text alone', async () => {
    const folder = scratch.fill('bom', { 'a.md': '\uFEFFline 1\r\nline 2\n' });
    expect((await readFolder(folder)).documents[0]?.text).toBe('line 1\r\nline 2\n');
  });

  it('skips binary, empty and wordless files and says so', async () => {
    const folder = scratch.fill('odd', {
      'good.md': 'good',
      'nul.md': Uint8Array.of(104, 105, 0, 106),
      'latin1.md': Uint8Array.of(104, 0xe9, 106),
      'utf16.txt': Uint8Array.of(0xff, 0xfe, 104, 0),
      'surrogate.md': Uint8Array.of(0xed, 0xa0, 0x80),
      'empty.md': '',
      'blank.md': ' \n\t\n',
      'signs.md': '---\n***\n',
    });
    const corpus = await readFolder(folder);
    expect(ids(corpus)).toEqual(['good.md']);
    expect(reasons(corpus)).toEqual({
      'nul.md': 'binary',
      'latin1.md': 'binary (not UTF-8)',
      'utf16.txt': 'binary',
      'surrogate.md': 'binary (not UTF-8)',
      'empty.md': 'empty',
      'blank.md': 'empty',
      'signs.md': 'no words',
    });
  });

  it('never reads a file of 50 MB', async () => {
    const folder = scratch.fill('huge', { 'huge.md': '', 'small.md': 'small' });
    truncateSync(path.join(folder, 'huge.md'), 50 * 1024 * 1024);
    const opened: string[] = [];
    const files: CorpusFiles = {
      ...systemFiles,
      open: (at) => {
        opened.push(path.basename(at));
        return systemFiles.open(at);
      },
    };
    const corpus = await readFolder(folder, { files });
    expect(ids(corpus)).toEqual(['small.md']);
    expect(reasons(corpus)['huge.md']).toMatch(/^too large \(52428800 bytes/);
    expect(opened).toEqual(['small.md']);
  });

  it('stops reading a file that grows past the limit while it is read', async () => {
    const folder = scratch.fill('grows', { 'a.md': 'a' });
    let given = 0;
    const files: CorpusFiles = {
      ...systemFiles,
      open: async (at) => {
        const file = await systemFiles.open(at);
        const read = (into: Uint8Array, offset: number, length: number) => {
          into.fill(97, offset, offset + length);
          given += length;
          return Promise.resolve({ bytesRead: length });
        };
        return { stat: () => file.stat(), read, close: () => file.close() };
      },
    };
    const corpus = await readFolder(folder, { files, limits: { documentBytesMax: 1000 } });
    expect(corpus.documents).toEqual([]);
    expect(reasons(corpus)['a.md']).toMatch(/^too large/);
    expect(given).toBeLessThanOrEqual(1001);
  });

  it('leaves FIFOs, sockets and devices unopened', async () => {
    const folder = scratch.fill('special', { 'good.md': 'good' });
    execFileSync('mkfifo', [path.join(folder, 'pipe.md')]);
    const server = createServer();
    await new Promise<void>((done) => server.listen(path.join(folder, 'socket.md'), done));
    const corpus = await readFolder(folder);
    await new Promise((done) => server.close(done));
    expect(ids(corpus)).toEqual(['good.md']);
    expect(reasons(corpus)).toEqual({ 'pipe.md': 'FIFO', 'socket.md': 'socket' });
  });

  it('does not wait for a writer when a file becomes a FIFO before it is opened', async () => {
    const folder = scratch.fill('race', { 'a.md': 'text' });
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    const files: CorpusFiles = {
      ...systemFiles,
      open: (at) => systemFiles.open(path.join(path.dirname(at), 'pipe')),
    };
    expect(reasons(await readFolder(folder, { files }))['a.md']).toBe('FIFO');
  });

  it('reads nothing through links: dangling, in a circle, to inside, to outside', async () => {
    const outside = scratch.fill('outside', { 'secret.md': 'secret' });
    const folder = scratch.fill('links', { 'a.md': 'a', 'sub/b.md': 'b' });
    const link = (target: string, at: string) => symlinkSync(target, path.join(folder, at));
    link('nowhere.md', 'dangling.md');
    link('self.md', 'self.md');
    link('..', 'sub/up');
    link('.', 'sub/here');
    link('a.md', 'again.md');
    link(path.join(outside, 'secret.md'), 'secret.md');
    link(outside, 'outside');
    const corpus = await readFolder(folder);
    expect(ids(corpus)).toEqual(['a.md', 'sub/b.md']);
    expect(reasons(corpus)).toEqual({
      'dangling.md': 'dangling link',
      'self.md': 'link in a circle',
      'sub/up': 'link in a circle',
      'sub/here': 'link in a circle',
      'again.md': 'link, read where it leads to',
      'secret.md': 'link that leaves the folder',
      outside: 'link that leaves the folder',
    });
  });

  it('takes a link to a folder as the folder itself', async () => {
    const folder = scratch.fill('real', { 'a.md': 'a', '..odd/b.md': 'b' });
    const link = path.join(scratch.root, 'linked');
    symlinkSync(folder, link);
    expect(ids(await readFolder(link))).toEqual(['..odd/b.md', 'a.md']);
  });

  it('skips what the system refuses to open or list, and reads on', async () => {
    const folder = scratch.fill('denied', { 'a.md': 'a', 'no.md': 'no', 'sub/b.md': 'b' });
    const deny = (at: string) =>
      Promise.reject(Object.assign(new Error(`denied: ${at}`), { code: 'EACCES' }));
    const files: CorpusFiles = {
      ...systemFiles,
      open: (at) => (at.endsWith('no.md') ? deny(at) : systemFiles.open(at)),
      list: (at) => (at.endsWith('sub') ? deny(at) : systemFiles.list(at)),
    };
    const corpus = await readFolder(folder, { files });
    expect(ids(corpus)).toEqual(['a.md']);
    expect(reasons(corpus)).toEqual({
      'no.md': 'unreadable (EACCES)',
      sub: 'unreadable (EACCES)',
    });
  });

  it('closes every file it opened, also when reading fails', async () => {
    const folder = scratch.fill('closing', { 'a.md': 'a', 'b.md': 'b' });
    let open = 0;
    const files: CorpusFiles = {
      ...systemFiles,
      open: async (at) => {
        const file = await systemFiles.open(at);
        open++;
        const read = () => Promise.reject(Object.assign(new Error('disk'), { code: 'EIO' }));
        const close = () => {
          open--;
          return file.close();
        };
        return { stat: () => file.stat(), read, close };
      },
    };
    expect(reasons(await readFolder(folder, { files }))).toEqual({
      'a.md': 'unreadable (EIO)',
      'b.md': 'unreadable (EIO)',
    });
    expect(open).toBe(0);
  });

  it('does not hide a mistake in the program as an unreadable file', async () => {
    const folder = scratch.fill('mistake', { 'a.md': 'a' });
    const files = { ...systemFiles, open: () => Promise.reject(new TypeError('a mistake')) };
    await expect(readFolder(folder, { files })).rejects.toThrow('a mistake');
  });

  it('says where it stopped at 2 documents, 10 bytes, 3 entries, 1 level or 2 skips', async () => {
    const three = scratch.fill('limits', { 'a.md': 'aaaaaa', 'b.md': 'bbbb', 'c.md': 'c' });
    const cut = async (limits: object) => readFolder(three, { limits });
    expect(reasons(await cut({ documentsMax: 2 }))['c.md']).toContain('limit of 2 documents');
    expect(ids(await cut({ bytesMax: 10 }))).toEqual(['a.md', 'b.md']);
    expect(reasons(await cut({ bytesMax: 9 }))['b.md']).toContain('limit of 9 bytes');
    expect(reasons(await cut({ entriesMax: 2 }))['c.md']).toContain('limit of 2 entries');
    const deep = scratch.fill('deep', { 'a.md': 'a', '1/b.md': 'b', '1/2/c.md': 'c' });
    const corpus = await readFolder(deep, { limits: { depthMax: 1 } });
    expect(ids(corpus)).toEqual(['1/b.md', 'a.md']);
    expect(reasons(corpus)['1/2']).toContain('more than 1 folders');
    const { skipped } = await cut({ documentBytesMax: 0, skippedMax: 2 });
    expect(skipped.map((skip) => skip.path)).toEqual(['a.md', 'b.md', '…']);
    expect(skipped[2]?.reason).toBe('and 1 more path');
  });

  it('refuses a root that is missing, a file or denied, in one line', async () => {
    const file = path.join(scratch.fill('file', { 'a.md': 'a' }), 'a.md');
    expect(await message(readFolder(path.join(scratch.root, 'missing')))).toContain('ENOENT');
    expect(await message(readFolder(file))).toContain('is not a folder');
    const list = () => Promise.reject(Object.assign(new Error('x'), { code: 'EACCES' }));
    const denied = await message(readFolder(scratch.root, { files: { ...systemFiles, list } }));
    expect(denied).toContain('EACCES');
    expect(denied).not.toContain('\n');
  });

  it('leaves version control alone', async () => {
    const folder = scratch.fill('clone', { 'a.md': 'a', '.git/description.txt': 'unnamed' });
    expect(reasons(await readFolder(folder))).toEqual({ '.git': 'version control' });
  });

  it('finds nothing in an empty folder', async () => {
    const folder = path.join(scratch.root, 'nothing');
    mkdirSync(folder);
    expect(await readFolder(folder)).toEqual({ documents: [], bytes: 0, skipped: [] });
  });

  it('gives the text that was written, marks, wide characters and all', async () => {
    const text = 'ä𝒳\u0301\u200b\n| a | b |\n' + 'x'.repeat(100_000);
    const folder = scratch.fill('exact', { 'a.md': text });
    const corpus = await readFolder(folder);
    expect(corpus.documents[0]?.text).toBe(text);
    expect(corpus.bytes).toBe(utf8(text).length);
  });
});
