import { describe, expect, it } from 'vitest';
import {
  brokenPromises,
  summaryLines,
  toJsonLine,
  type Evidence,
  type Report,
} from '../src/report.js';

const good: Report = {
  ok: true,
  seed: 1,
  transport: 'ws',
  node: 'v20.20.2',
  durationMs: 4200,
  members: [
    { id: 'coordinator-001', role: 'coordinator', pid: 10 },
    { id: 'worker-001', role: 'worker', pid: 11 },
  ],
  corpus: { documents: 3, bytes: 1_234_567, skipped: [{ path: 'x', reason: 'empty' }] },
  tasks: { submitted: 3, completed: 3, reassigned: 1, lost: 0 },
  receipts: { verified: 3, rejected: 0 },
  index: {
    size: 3,
    dimensions: 384,
    kernel: 'base',
    bytesPerVector: 2_100,
    efSearch: null,
    recall: 1,
  },
  patterns: { merged: 2 },
  security: { forgedRefused: true, replayRefused: true, expelledCannotRead: true },
  raft: { leader: null, term: null, failoverMs: null },
  bytes: { raw: 10, sent: 20 },
  queries: [
    {
      query: 'q',
      ms: 1,
      hits: [
        { id: 'a', score: 0.9 },
        { id: 'b', score: 0.5 },
        { id: 'c', score: 0.1 },
      ],
    },
  ],
};
const evidence: Evidence = { indexed: 3, workerKilled: true, vectorsAgree: true };

describe('brokenPromises', () => {
  it('finds nothing wrong with a good run', () => {
    expect(brokenPromises(good, evidence)).toEqual([]);
  });

  it('does not miss what was not asked for', () => {
    const security = { forgedRefused: null, replayRefused: null, expelledCannotRead: null };
    const calm = { ...good, security, tasks: { ...good.tasks, reassigned: 0 } };
    expect(brokenPromises(calm, { ...evidence, workerKilled: null })).toEqual([]);
  });

  it.each<[string, Partial<Report>, Partial<Evidence>]>([
    ['lost: 1 task', { tasks: { ...good.tasks, lost: 1 } }, {}],
    ['submitted: 2 tasks for 3 documents', { tasks: { ...good.tasks, submitted: 2 } }, {}],
    ['verified: 2 receipts for 3 tasks', { receipts: { verified: 2, rejected: 0 } }, {}],
    ['rejected: 1 receipt', { receipts: { verified: 3, rejected: 1 } }, {}],
    ['indexed: 2 of 3 documents', {}, { indexed: 2 }],
    ['recall: 0.940', { index: { ...good.index, recall: 0.94 } }, {}],
    ['another vector', {}, { vectorsAgree: false }],
    ['no worker could be killed', {}, { workerKilled: false }],
    ['no task was assigned again', { tasks: { ...good.tasks, reassigned: 0 } }, {}],
    ['forged', { security: { ...good.security, forgedRefused: false } }, {}],
    ['replayed', { security: { ...good.security, replayRefused: false } }, {}],
  ])('says “%s”', (sentence, report, facts) => {
    const broken = brokenPromises({ ...good, ...report }, { ...evidence, ...facts });
    expect(broken.join('\n')).toContain(sentence);
  });
});

describe('toJsonLine', () => {
  it('is one line that reads back as the report', () => {
    const line = toJsonLine(good);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual(good);
  });

  it('refuses to print what is not a number as null', () => {
    expect(() => toJsonLine({ ...good, durationMs: NaN })).toThrow('durationMs');
  });
});

describe('summaryLines', () => {
  it('aligns names and says what was not tried and what went wrong', () => {
    const security = { ...good.security, forgedRefused: null, replayRefused: false };
    const text = summaryLines({ ...good, ok: false, security }).join('\n');
    expect(text).toContain('result            a promise was broken');
    expect(text).toContain('forged message    not tried');
    expect(text).toContain('replayed message  NOT REFUSED');
    expect(text).toContain('3 (1 234 567 bytes), 1 skipped');
  });
});
