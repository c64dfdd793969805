// Reads what `npm run -s demo -- --json` printed and checks its shape and its invariants:
// `node scripts/check-demo.mjs FILE EXIT_CODE`. Ends with the line `N passed, N failed, N skipped`.
import { readFileSync } from 'node:fs';

const [file, exitCode] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');

const isCount = (x) => Number.isSafeInteger(x) && x >= 0;
const isText = (x) => typeof x === 'string' && x.length > 0;
const keysAre = (x, ...keys) =>
  typeof x === 'object' && x !== null && Object.keys(x).sort().join() === keys.sort().join();

/** Each check by its sentence. A check that throws has failed. */
const CHECKS = {
  'the demo exits with 0': () => exitCode === '0',
  'standard output is one JSON object and nothing else': (d) =>
    text.trim().startsWith('{') && d !== null,
  'it has exactly the fields of its schema': (d) =>
    keysAre(
      d,
      ...[
        'ok',
        'seed',
        'transport',
        'node',
        'durationMs',
        'members',
        'corpus',
        'tasks',
        'receipts',
      ],
      ...['index', 'patterns', 'security', 'raft', 'bytes', 'queries'],
    ),
  'ok is true': (d) => d.ok === true,
  'it says seed, transport, Node and duration': (d) =>
    Number.isSafeInteger(d.seed) && isText(d.transport) && isText(d.node) && d.durationMs > 0,
  'one coordinator and three workers or more took part': (d) =>
    d.members.filter(({ role }) => role === 'coordinator').length === 1 &&
    d.members.filter(({ role }) => role === 'worker').length >= 3,
  'every member is a process of its own': (d) =>
    d.members.every((m) => keysAre(m, 'id', 'role', 'pid') && isText(m.id) && m.pid > 0) &&
    new Set(d.members.map(({ pid }) => pid)).size === d.members.length &&
    new Set(d.members.map(({ id }) => id)).size === d.members.length,
  'the corpus is the READMEs of what is installed': (d) =>
    keysAre(d.corpus, 'documents', 'bytes', 'skipped') &&
    d.corpus.documents > 10 &&
    d.corpus.bytes > d.corpus.documents &&
    d.corpus.skipped.every(
      (s) => keysAre(s, 'path', 'reason') && isText(s.path) && isText(s.reason),
    ),
  'every task was completed and none was lost': (d) =>
    keysAre(d.tasks, 'submitted', 'completed', 'reassigned', 'lost') &&
    Object.values(d.tasks).every(isCount) &&
    d.tasks.submitted >= d.corpus.documents &&
    d.tasks.completed === d.tasks.submitted &&
    d.tasks.lost === 0,
  'the work of the killed worker was given to others': (d) => d.tasks.reassigned > 0,
  'each result came with a receipt that verified': (d) =>
    keysAre(d.receipts, 'verified', 'rejected') &&
    d.receipts.verified >= d.tasks.completed &&
    d.receipts.rejected === 0,
  'every document is in the index, which finds what is nearest': (d) =>
    keysAre(d.index, 'size', 'dimensions', 'kernel', 'bytesPerVector', 'efSearch', 'recall') &&
    d.index.size === d.corpus.documents &&
    d.index.dimensions > 0 &&
    ['base', 'relaxed'].includes(d.index.kernel) &&
    d.index.recall >= 0.95 &&
    d.index.recall <= 1,
  'patterns were learned and merged': (d) => keysAre(d.patterns, 'merged') && d.patterns.merged > 0,
  'a forged and a replayed message were refused': (d) =>
    keysAre(d.security, 'forgedRefused', 'replayRefused', 'expelledCannotRead') &&
    d.security.forgedRefused === true &&
    d.security.replayRefused === true,
  'an expelled worker could read nothing of what was sent afterwards': (d) =>
    d.security.expelledCannotRead === true,
  'what is not built yet is null': (d) =>
    keysAre(d.raft, 'leader', 'term', 'failoverMs') &&
    Object.values(d.raft).every((value) => value === null),
  'bytes before and after are counted': (d) =>
    keysAre(d.bytes, 'raw', 'sent') && d.bytes.raw > 0 && d.bytes.sent > 0,
  'three queries were answered, best hits first': (d) =>
    d.queries.length === 3 &&
    d.queries.every(
      ({ query, ms, hits }) =>
        isText(query) &&
        ms >= 0 &&
        hits.length > 0 &&
        hits.every((hit) => keysAre(hit, 'id', 'score') && isText(hit.id)) &&
        hits.every(({ score }, n) => score <= 1.000001 && (n === 0 || score <= hits[n - 1].score)),
    ),
};

let demo = null;
try {
  demo = JSON.parse(text);
} catch (error) {
  console.log(`not JSON: ${error.message}; it begins with ${JSON.stringify(text.slice(0, 200))}`);
}

let [passed, failed] = [0, 0];
for (const [sentence, holds] of Object.entries(CHECKS)) {
  let why = '';
  let ok = false;
  try {
    ok = holds(demo) === true;
  } catch (error) {
    why = ` (${error.message})`;
  }
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? 'ok     ' : 'FAILED '} ${sentence}${why}`);
}
if (failed > 0) console.log(text.slice(0, 4_000));
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
