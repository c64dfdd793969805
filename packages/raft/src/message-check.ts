import { checkInteger, checkObject, LimitError, MalformedError } from '@ruvector/core';
import { decodeConfiguration } from './configuration.js';
import type { Entry } from './entry.js';
import type { AppendEntries, InstallSnapshot, Message } from './message.js';

const TYPES: ReadonlySet<string> = new Set<Message['type']>([
  'requestPreVote',
  'requestPreVoteResponse',
  'requestVote',
  'requestVoteResponse',
  'appendEntries',
  'appendEntriesResponse',
  'heartbeat',
  'heartbeatResponse',
  'installSnapshot',
  'installSnapshotResponse',
  'timeoutNow',
]);

/**
 * What a member looks at before it takes a message.
 *
 * @throws TypeError or RangeError for what is no message to `id`, MalformedError for entries or
 *   pieces that no leader sends, LimitError for a snapshot that is too large.
 */
export function checkMessage(message: Message, id: string, snapshotBytesMax: number): void {
  const { type, from, to, term } = message ?? checkObject('message', message);
  if (!TYPES.has(type)) throw new TypeError(`message.type must be that of a message, got ${type}`);
  if (to !== id) throw new RangeError(`message.to must be ${id}, got ${to}`);
  if (from === id || typeof from !== 'string' || from === '')
    throw new RangeError(`message.from must be another member, got ${from}`);
  if (!Number.isSafeInteger(term) || term < 1) checkInteger('message.term', term, { min: 1 });
  if (message.type === 'appendEntries') checkEntries(message);
  else if (message.type === 'installSnapshot') checkPiece(message, snapshotBytesMax);
}

function checkEntries({ entries, prevIndex, prevTerm, term, commit }: AppendEntries): void {
  if (!(prevIndex >= 0 && prevTerm >= 0 && prevTerm <= term && commit >= 0))
    throw new MalformedError('appendEntries: an index or a term is out of range');
  let [lastIndex, lastTerm] = [prevIndex, prevTerm];
  for (const entry of entries) {
    if (entry.index !== lastIndex + 1 || entry.term < lastTerm || entry.term > term)
      throw new MalformedError('appendEntries: entries are out of order', { index: entry.index });
    checkKind(entry);
    [lastIndex, lastTerm] = [entry.index, entry.term];
  }
}

function checkKind({ type, data, index }: Entry): void {
  if ((type !== 'normal' && type !== 'confChange') || !(data instanceof Uint8Array))
    throw new MalformedError(`appendEntries: entry ${index} is none`, { index });
  if (type === 'confChange') decodeConfiguration(data);
}

function checkPiece(piece: InstallSnapshot, snapshotBytesMax: number): void {
  const { index, snapshotTerm, sizeBytes, offset, data, term } = piece;
  if (sizeBytes > snapshotBytesMax) throw new LimitError('maxSnapshotBytes', snapshotBytesMax);
  const isInside = offset >= 0 && offset + data.length <= sizeBytes;
  if (!(index >= 1 && snapshotTerm >= 1 && snapshotTerm <= term && isInside))
    throw new MalformedError('installSnapshot: an index, a term or a place is out of range');
  if (data.length === 0 && sizeBytes > 0)
    throw new MalformedError('installSnapshot: a piece without bytes');
}
