import type { SkippedPath } from './corpus.js';
import { counted, countedBytes, grouped } from './counts.js';
import { DemoFailedError } from './demo-errors.js';

/** What `--json` prints: names are part of the demo's contract; `null` where nothing was tried. */
export interface Report {
  readonly ok: boolean;
  readonly seed: number;
  readonly transport: string;
  /** The version of Node, such as v20.20.2. */
  readonly node: string;
  readonly durationMs: number;
  readonly members: readonly MemberReport[];
  readonly corpus: {
    readonly documents: number;
    readonly bytes: number;
    readonly skipped: readonly SkippedPath[];
  };
  readonly tasks: {
    readonly submitted: number;
    readonly completed: number;
    readonly reassigned: number;
    readonly lost: number;
  };
  readonly receipts: { readonly verified: number; readonly rejected: number };
  readonly index: IndexReport;
  readonly patterns: { readonly merged: number };
  readonly security: {
    readonly forgedRefused: boolean | null;
    readonly replayRefused: boolean | null;
    readonly expelledCannotRead: boolean | null;
  };
  readonly raft: { readonly leader: null; readonly term: null; readonly failoverMs: null };
  /** Payloads before sealing and frames as sent, of all members that could still be asked. */
  readonly bytes: { readonly raw: number; readonly sent: number };
  readonly queries: readonly QueryReport[];
}

interface MemberReport {
  readonly id: string;
  readonly role: string;
  readonly pid: number;
}

interface IndexReport {
  /** Vectors in it. */
  readonly size: number;
  readonly dimensions: number;
  /** Which build of the WebAssembly this Node takes. */
  readonly kernel: string;
  readonly bytesPerVector: number;
  /** Breadth of a search; `null` below 2,000 vectors, where all are compared. */
  readonly efSearch: number | null;
  /** The part of the 5 nearest of some of its vectors that it finds. */
  readonly recall: number;
}

export interface QueryReport {
  readonly query: string;
  readonly ms: number;
  /** Best first, at most 5; empty if no document has anything of the question. */
  readonly hits: readonly Hit[];
}

interface Hit {
  readonly id: string;
  /** Cosine similarity, above 0 and up to 1. */
  readonly score: number;
}

/** What the report alone does not tell. */
export interface Evidence {
  readonly indexed: number;
  readonly workerKilled: boolean | null;
  /** Of some documents: whether the vectors that came back are those that the model gives here. */
  readonly vectorsAgree: boolean;
}

/** Every promise that did not hold, one sentence each. */
export function brokenPromises(report: Omit<Report, 'ok'>, evidence: Evidence): string[] {
  const { tasks, receipts, security, corpus } = report;
  const promises: readonly [boolean, string][] = [
    [tasks.lost === 0, `lost: ${counted(tasks.lost, 'task')}`],
    [
      tasks.submitted === corpus.documents,
      `submitted: ${counted(tasks.submitted, 'task')} for ${counted(corpus.documents, 'document')}`,
    ],
    [
      receipts.verified >= tasks.completed,
      `verified: ${counted(receipts.verified, 'receipt')} for ${counted(tasks.completed, 'task')}`,
    ],
    [receipts.rejected === 0, `rejected: ${counted(receipts.rejected, 'receipt')}`],
    [
      evidence.indexed === corpus.documents,
      `indexed: ${evidence.indexed} of ${counted(corpus.documents, 'document')}`,
    ],
    [report.index.recall >= RECALL_MIN, `recall: ${report.index.recall.toFixed(3)}`],
    [evidence.vectorsAgree, 'a worker returned another vector than the model gives'],
    [evidence.workerKilled !== false, 'no worker could be killed'],
    [
      evidence.workerKilled !== true || tasks.reassigned > 0,
      'a worker was killed at work, but no task was assigned again',
    ],
    [security.forgedRefused !== false, 'a forged message was not refused'],
    [security.replayRefused !== false, 'a replayed message was not refused'],
    [security.expelledCannotRead !== false, 'an expelled worker could still read'],
  ];
  return promises.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}

/** What the index promises on its own. */
const RECALL_MIN = 0.95;

/** Hits of one query. */
export const HITS_MAX = 5;

/** The closing table. */
export function summaryLines(report: Report): string[] {
  const { members, tasks, receipts, corpus, bytes, security, index } = report;
  const rows: [string, string][] = [
    ['result', report.ok ? 'all promises held' : 'a promise was broken'],
    ['processes', `${members.length} (${members.map(({ pid }) => pid).join(', ')})`],
    ['transport', `${report.transport}, Node ${report.node}`],
    [
      'documents',
      `${corpus.documents} (${countedBytes(corpus.bytes)}), ${corpus.skipped.length} skipped`,
    ],
    [
      'tasks',
      `${tasks.submitted} submitted, ${tasks.completed} completed, ` +
        `${tasks.reassigned} reassigned, ${tasks.lost} lost`,
    ],
    ['receipts', `${receipts.verified} verified, ${receipts.rejected} rejected`],
    [
      'index',
      `${index.size} vectors of ${index.dimensions} dimensions, ${index.kernel} kernel, ` +
        `recall ${index.recall.toFixed(3)}${index.efSearch === null ? ', all compared' : ''}`,
    ],
    ['patterns', `${report.patterns.merged} merged`],
    ['forged message', verdict(security.forgedRefused)],
    ['replayed message', verdict(security.replayRefused)],
    ['expelled worker', blindness(security.expelledCannotRead)],
    ['bytes', `${grouped(bytes.raw)} of payload, ${grouped(bytes.sent)} sent`],
    ['time', `${(report.durationMs / 1000).toFixed(1)} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

const verdict = (refused: boolean | null): string =>
  refused === null ? 'not tried' : refused ? 'refused' : 'NOT REFUSED';

const blindness = (isBlind: boolean | null): string =>
  isBlind === null ? 'not tried' : isBlind ? 'reads nothing' : 'STILL READS';

/**
 * @throws DemoFailedError if a number in the report is none: nothing may be printed as `null` by
 *   accident.
 */
export function toJsonLine(report: Report): string {
  return `${JSON.stringify(report, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new DemoFailedError(`${key} in the report is not a number`);
    return value;
  })}\n`;
}
