import { MalformedError } from '@ruvector/core';
import type { Configuration } from './configuration.js';
import type { Restored } from './entry.js';
import { RaftLog } from './raft-log.js';

/**
 * The log of a member that starts again. All in it is stored; what the snapshot does not stand for
 * is applied anew, as far as it is known to be committed.
 *
 * @param initial - the configuration that holds where neither snapshot nor entries say better.
 * @throws MalformedError `ERR_MALFORMED` if there is a gap, or terms go back.
 */
export function restoreLog({ hardState, snapshot, entries }: Restored, initial: Configuration) {
  const log = new RaftLog(initial);
  if (snapshot) log.startFrom(snapshot);
  const behind = entries.filter(({ index }) => index > log.baseIndex);
  let { lastIndex, lastTerm } = log;
  for (const { index, term } of behind) {
    if (index !== lastIndex + 1)
      throw new MalformedError(`restored entries must not have a gap before ${index}`, { index });
    if (term < lastTerm || term > (hardState?.term ?? 0))
      throw new MalformedError(`the term of restored entry ${index} is out of order`, { index });
    [lastIndex, lastTerm] = [index, term];
  }
  for (const entry of behind) log.push(entry);
  log.persisted = log.handed = log.lastIndex;
  const commit = hardState?.commit ?? 0;
  if (commit > log.lastIndex)
    throw new MalformedError(`restored commit ${commit} is behind the log`, { commit });
  log.commitTo(commit);
  return log;
}
