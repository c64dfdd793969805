import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { seededRandom } from '@ruvector/edge/core';
import { describe, expect, it, vi } from 'vitest';
import type { Report } from '../src/report.js';
import { TOPICS } from '../src/topics.js';
import { DemoProcess, isRunning, runDemo } from './demo-process.js';
import { scratchFolder } from './scratch-folder.js';

const SEED = Number(process.env['SEED'] ?? 1);
const TIMEOUT_MS = 120_000;
const scratch = scratchFolder();
const DOCUMENTS = 40;
const corpus = scratch.fill(
  'corpus',
  Object.fromEntries(
    Array.from({ length: DOCUMENTS }, (_, i) => {
      const { name, words } = TOPICS[i % TOPICS.length]!;
      return [`${name}/text ${i} ü.md`, `# ${name} ${i}\n\nAbout ${words}, number ${i}.\n`];
    }),
  ),
);
const flags = ['--corpus', corpus, '--json', '--seed', String(SEED)];
const parse = (stdout: string) => JSON.parse(stdout) as Report;

/** What holds of every run that went well, whatever was done to it. */
function expectSound(report: Report, documents = DOCUMENTS): void {
  expect(report.ok).toBe(true);
  expect(report.tasks).toMatchObject({ submitted: documents, completed: documents, lost: 0 });
  expect(report.receipts).toEqual({ verified: documents, rejected: 0 });
  expect(report.corpus.documents).toBe(documents);
  const pids = report.members.map(({ pid }) => pid);
  expect(pids.every((pid) => Number.isInteger(pid) && pid > 1)).toBe(true);
  expect(new Set(pids).size).toBe(pids.length);
  expect(pids.filter(isRunning)).toEqual([]);
}

const allGone = (pids: readonly string[]) =>
  vi.waitFor(() => expect(pids.map(Number).filter(isRunning)).toEqual([]), { timeout: 10_000 });

/** Whether there was a process to kill. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

describe.concurrent('the demo', () => {
  it(
    'with --json prints one object of the promised shape, and survives all faults',
    async () => {
      const { code, stdout, stderr } = await runDemo(...flags, '--query', 'glob pattern');
      expect(stderr).toContain('🚀 RuVector Edge Swarm Demo\n');
      expect(code, stderr).toBe(0);
      const report = parse(stdout);
      expect(stdout).toBe(`${JSON.stringify(report)}\n`);
      expect(Object.keys(report).toSorted()).toEqual(
        (
          'bytes corpus durationMs index members node ok patterns queries raft receipts security seed ' +
          'tasks transport'
        ).split(' '),
      );
      expectSound(report);
      expect(report).toMatchObject({ seed: SEED, transport: 'ws', node: process.version });
      expect(report.members.map(({ id, role }) => `${role} ${id}`)).toEqual([
        'coordinator coordinator-001',
        'worker worker-001',
        'worker worker-002',
        'worker worker-003',
      ]);
      expect(report.tasks.reassigned).toBeGreaterThan(0);
      expect(report.security).toEqual({
        forgedRefused: true,
        replayRefused: true,
        expelledCannotRead: true,
      });
      expect(report.raft).toEqual({ leader: null, term: null, failoverMs: null });
      expect(report.patterns.merged).toBeGreaterThan(0);
      expect(report.bytes.sent).toBeGreaterThan(report.bytes.raw);
      expect(report.queries.map(({ query }) => query)).toEqual(['glob pattern']);
      expect(report.queries[0]!.hits[0]!.id).toMatch(/^files\/text \d+ ü\.md$/);
    },
    TIMEOUT_MS,
  );

  it(
    'with one worker starts another process in place of the one that it kills',
    async () => {
      const { code, stdout, stderr } = await runDemo(
        ...flags,
        '--workers=1',
        '--fault=kill-worker',
      );
      expect(code, stderr).toBe(0);
      const report = parse(stdout);
      expectSound(report);
      expect(report.members.map(({ id }) => id)).toEqual([
        'coordinator-001',
        'worker-001',
        'worker-002',
      ]);
      expect(report.tasks.reassigned).toBeGreaterThan(0);
      expect(report.security.forgedRefused).toBeNull();
    },
    TIMEOUT_MS,
  );

  it(
    'loses nothing when a worker is killed from outside',
    async () => {
      const random = seededRandom(SEED);
      const moments = [/Worker created/, /embedded: 10 of/, /embedded: 20 of/, /embedded: 30 of/];
      const victim = 1 + Math.floor(random.next() * 2);
      const moment = moments[Math.floor(random.next() * moments.length)]!;
      // on a busy machine a demo may be over before its words are heard here
      let demo: DemoProcess;
      do {
        demo = new DemoProcess(...flags, '--fault=none', '--workers=2');
        const [, pid] = await demo.says(new RegExp(`worker-00${victim} \\(process (\\d+)\\)`));
        await demo.says(moment);
        if (isKilled(Number(pid))) break;
      } while ((await demo.ended).code === 0);
      const { code, stdout, stderr } = await demo.ended;
      expect(code, stderr).toBe(0);
      expectSound(parse(stdout));
    },
    TIMEOUT_MS,
  );

  it(
    'kills a worker that is stopped and found dead, and starts another in place of the only one',
    async () => {
      const demo = new DemoProcess(...flags, '--fault=none', '--workers=1');
      const [, pid] = await demo.says(/worker-001 \(process (\d+)\)/);
      process.kill(Number(pid), 'SIGSTOP');
      await demo.says(/💀 worker-001 is found dead/);
      await allGone([pid!]);
      const { code, stdout, stderr } = await demo.ended;
      expect(code, stderr).toBe(0);
      expectSound(parse(stdout));
      expect(stderr).toContain('🔁 worker-002 is started in place of worker-001');
    },
    TIMEOUT_MS,
  );

  it(
    'reports though a worker is stopped for good beside others, and leaves no process of it',
    async () => {
      const demo = new DemoProcess(...flags, '--fault=none', '--workers=2');
      const [, pid] = await demo.says(/worker-001 \(process (\d+)\)/);
      await demo.says(/embedded: 10 of/);
      process.kill(Number(pid), 'SIGSTOP');
      const { code, stdout, stderr } = await demo.ended;
      expect(code, stderr).toBe(0);
      expectSound(parse(stdout));
      expect(isRunning(Number(pid))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'writes its report whole to a reader that begins late, however long it is',
    async () => {
      const empty = 6000;
      const name = (at: number) => `${String(at).padStart(5, '0')} ${'long '.repeat(25)}.md`;
      const folder = scratch.fill('wide', {
        'good.md': 'glob patterns',
        ...Object.fromEntries(Array.from({ length: empty }, (_, at) => [name(at), ''])),
      });
      const args = ['--corpus', folder, '--json', '--fault=none', '--workers=1'];
      const demo = new DemoProcess(...args);
      demo.child.stdout!.pause();
      await demo.says(/^time /m);
      demo.child.stdout!.resume();
      const { code, stdout, stderr } = await demo.ended;
      expect(code, stderr).toBe(0);
      expect(stdout.length).toBeGreaterThan(800_000);
      const report = parse(stdout);
      expectSound(report, 1);
      expect(report.corpus.skipped).toHaveLength(empty);
      expect(stderr).toContain('📚 Corpus: 1 document, 13 bytes, 6000 skipped\n');
    },
    TIMEOUT_MS,
  );

  it(
    'without --json prints plain lines with computed figures and a closing table',
    async () => {
      const nowhere = '日本語';
      const { code, stdout, stderr } = await runDemo(
        ...['--corpus', corpus, '--fault', 'none'],
        ...['--query', nowhere, '--query', 'glob pattern'],
      );
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^🚀 RuVector Edge Swarm Demo\n✅ Coordinator created: coordinator-001\n/,
      );
      expect(stdout).toContain('\n👷 Workers ready: 3 of 3\n');
      expect(stdout).toContain('\n✅ Worker created: worker-001, worker-002, worker-003\n');
      expect(stdout).toMatch(/\n🧠 Pattern sync complete: [1-9]\d* patterns merged\n/);
      expect(stdout).toMatch(/\n {3}0\.\d{3} {2}files\/text \d+ ü\.md\n/);
      expect(stdout).toMatch(/🔎 日本語 .*\n {3}no document has words of this question\n🔎/);
      expect(stdout).toMatch(/\ntasks +40 submitted, 40 completed, 0 reassigned, 0 lost\n/);
      expect(stdout).toMatch(/\nforged message +not tried\n/);
      expect(stdout).not.toContain('\u001b');
    },
    TIMEOUT_MS,
  );

  it(
    'embeds what can be read of a folder with every kind of bad file, and reports the rest',
    async () => {
      const folder = scratch.fill('bad', {
        'good one.md': 'glob patterns',
        'größe.txt': 'elliptic curves',
        'binary.md': Uint8Array.of(0, 1, 2),
        'empty.md': '',
      });
      symlinkSync('nowhere', path.join(folder, 'dangling.md'));
      symlinkSync('.', path.join(folder, 'circle'));
      execFileSync('mkfifo', [path.join(folder, 'pipe.md')]);
      const { code, stdout, stderr } = await runDemo('--corpus', folder, '--json', '--workers=1');
      expect(code, stderr).toBe(0);
      const report = parse(stdout);
      expectSound(report, 2);
      expect(report.corpus.skipped).toEqual([
        { path: 'binary.md', reason: 'binary' },
        { path: 'circle', reason: 'link in a circle' },
        { path: 'dangling.md', reason: 'dangling link' },
        { path: 'empty.md', reason: 'empty' },
        { path: 'pipe.md', reason: 'FIFO' },
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'interrupted, exits with 130 and takes its workers with it',
    async () => {
      const demo = new DemoProcess(...flags);
      const [, ...pids] = await demo.says(/worker-001 \(process (\d+)\)[^]*-003 \(process (\d+)\)/);
      demo.child.kill('SIGINT');
      const { code, stdout } = await demo.ended;
      expect(code).toBe(130);
      expect(stdout).toBe('');
      await allGone(pids);
    },
    TIMEOUT_MS,
  );

  it(
    'killed, leaves no worker behind',
    async () => {
      const demo = new DemoProcess(...flags);
      const [, ...pids] = await demo.says(/worker-001 \(process (\d+)\)[^]*-003 \(process (\d+)\)/);
      demo.child.kill('SIGKILL');
      expect((await demo.ended).code).toBeNull();
      await allGone(pids);
    },
    TIMEOUT_MS,
  );

  it(
    'says in one line what is wrong with its flags, its corpus or its port, and exits with 2',
    async () => {
      const empty = scratch.fill('empty', { 'empty.md': '' });
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as { port: number };
      const cases: [string[], RegExp][] = [
        [['--workers', '0'], /--workers/],
        [['--nonsense'], /--nonsense/],
        [['--corpus', path.join(scratch.root, 'missing')], /missing.*ENOENT/],
        [['--corpus', empty], /holds no document \(1 skipped, such as empty\.md: empty\)/],
        [['--corpus', corpus, '--port', String(port)], /--port \d+ is in use/],
      ];
      const runs = cases.map(async ([args, reason]) => {
        const { code, stdout, stderr } = await runDemo(...args);
        expect(stderr).toMatch(reason);
        expect(stderr).toMatch(/^edge-demo: .*\n$/);
        expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
      });
      await Promise.all(runs);
      await new Promise((done) => server.close(done));
    },
    TIMEOUT_MS,
  );

  it(
    'explains itself with --help',
    async () => {
      const { code, stdout } = await runDemo('--help');
      expect(code).toBe(0);
      expect(stdout).toContain('--corpus DIR');
    },
    TIMEOUT_MS,
  );
});
