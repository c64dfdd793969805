import { checkBytes, checkId, checkInteger, checkObject, MalformedError } from '@ruvector/core';
import { checkConfiguration, type Configuration } from './configuration.js';
import type { HardState, Restored, Snapshot } from './entry.js';
import { checkOrder } from './message-check.js';
import { RaftLog } from './raft-log.js';

/**
 * The log of a member that starts again. All in it is stored; what the snapshot does not stand for
 * is applied anew, as far as it is known to be committed.
 *
 * @param initial - the configuration that holds where neither snapshot nor entries say better.
 * @throws MalformedError `ERR_MALFORMED` if there is a gap, terms go back or are later than the
 *   member's, or more is committed than there is; TypeError or RangeError for another form.
 */
export function restoreLog({ hardState, snapshot, entries }: Restored, initial: Configuration) {
  const { term, commit } = hardState ? checkHardState(hardState) : { term: 0, commit: 0 };
  if (!Array.isArray(entries)) throw new TypeError('restored.entries must be an array');
  const log = new RaftLog(initial);
  if (snapshot) log.startFrom(checkSnapshot(snapshot, term));
  // those behind an entry that contradicts the snapshot belong to another log (§7)
  const isOther = entries.some(
    (each) => each.index === log.baseIndex && each.term !== log.lastTerm,
  );
  const behind = isOther ? [] : entries.filter(({ index }) => index > log.baseIndex);
  checkOrder('restored', behind, { index: log.lastIndex, term: log.lastTerm }, term);
  for (const entry of behind) log.push(entry);
  log.persisted = log.handed = log.lastIndex;
  if (commit > log.lastIndex)
    throw new MalformedError(`restored commit ${commit} is behind the log`, { commit });
  log.commitTo(commit);
  return log;
}

function checkHardState(hardState: HardState): HardState {
  const { term, vote, commit } = checkObject('restored.hardState', hardState);
  checkInteger('restored.hardState.term', term, { min: 0 });
  checkInteger('restored.hardState.commit', commit, { min: 0 });
  if (vote !== null) checkId('restored.hardState.vote', vote);
  return hardState;
}

function checkSnapshot(snapshot: Snapshot, termMax: number): Snapshot {
  const { index, term, config, data } = checkObject('restored.snapshot', snapshot);
  checkInteger('restored.snapshot.index', index, { min: 1 });
  checkInteger('restored.snapshot.term', term, { min: 1 });
  checkBytes('restored.snapshot.data', data);
  checkConfiguration(config);
  if (term > termMax)
    throw new MalformedError(`a snapshot of term ${term} is later than the member's`, { term });
  return snapshot;
}
