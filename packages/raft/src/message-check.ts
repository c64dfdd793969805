import { checkInteger, checkObject, LimitError, MalformedError } from '@ruvector/core';
import { checkConfiguration, decodeConfiguration } from './configuration.js';
import type { Entry } from './entry.js';
import {
  MESSAGE_TYPES,
  type AppendEntries,
  type InstallSnapshot,
  type Message,
} from './message.js';

const TYPES: ReadonlySet<string> = new Set(MESSAGE_TYPES);

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
  checkFields(message, snapshotBytesMax);
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

function checkFields(message: Message, snapshotBytesMax: number): void {
  if (message.type === 'appendEntries') checkEntries(message);
  else if (message.type === 'installSnapshot') checkPiece(message, snapshotBytesMax);
  else if (!hasFields(message))
    throw new MalformedError(`${message.type}: a field is missing or out of range`);
}

function hasFields(message: Exclude<Message, AppendEntries | InstallSnapshot>): boolean {
  switch (message.type) {
    case 'heartbeat':
      return isCount(message.commit) && isCount(message.round);
    case 'heartbeatResponse':
      return isCount(message.round);
    case 'appendEntriesResponse':
      return (
        isCount(message.index) &&
        isCount(message.hintIndex) &&
        isCount(message.hintTerm) &&
        isBoolean(message.rejected)
      );
    case 'requestPreVote':
    case 'requestVote':
      return isCount(message.lastIndex) && isCount(message.lastTerm) && isBoolean(message.transfer);
    case 'requestPreVoteResponse':
    case 'requestVoteResponse':
      return isBoolean(message.granted);
    case 'installSnapshotResponse':
      return isCount(message.index) && isCount(message.offset) && isBoolean(message.done);
    case 'timeoutNow':
      return true;
  }
}

function checkEntries({ entries, prevIndex, prevTerm, term, commit }: AppendEntries): void {
  const areCounts = isCount(prevIndex) && isCount(prevTerm) && isCount(commit);
  if (!areCounts || prevTerm > term || !Array.isArray(entries))
    throw new MalformedError('appendEntries: a field is missing or out of range');
  checkOrder('appendEntries', entries, { index: prevIndex, term: prevTerm }, term);
}

/**
 * Entries have to follow each other, and to be some.
 *
 * @param before - what the first of them follows.
 * @param termMax - the latest term that they may be of.
 * @throws MalformedError
 */
export function checkOrder(
  what: string,
  entries: readonly Entry[],
  before: { readonly index: number; readonly term: number },
  termMax: number,
): void {
  let { index: lastIndex, term: lastTerm } = before;
  for (const entry of entries) {
    const { term, index, type, data } = checkObject('entry', entry);
    if (index !== lastIndex + 1 || !isCount(term) || term < lastTerm || term > termMax)
      throw new MalformedError(`${what}: entries are out of order at ${index}`, { index });
    if ((type !== 'normal' && type !== 'confChange') || !(data instanceof Uint8Array))
      throw new MalformedError(`${what}: entry ${index} is none`, { index });
    if (type === 'confChange') decodeConfiguration(data);
    [lastIndex, lastTerm] = [index, term];
  }
}

function checkPiece(piece: InstallSnapshot, snapshotBytesMax: number): void {
  const { index, snapshotTerm, sizeBytes, offset, data, term, config } = piece;
  const areCounts = [index, snapshotTerm, sizeBytes, offset].every(isCount);
  if (!areCounts || !(data instanceof Uint8Array))
    throw new MalformedError('installSnapshot: a field is missing or out of range');
  if (sizeBytes > snapshotBytesMax) throw new LimitError('maxSnapshotBytes', snapshotBytesMax);
  const isInside = offset + data.length <= sizeBytes && (data.length > 0 || sizeBytes === 0);
  if (index < 1 || snapshotTerm < 1 || snapshotTerm > term || !isInside)
    throw new MalformedError('installSnapshot: an index, a term or a place is out of range');
  checkConfiguration(config);
}
