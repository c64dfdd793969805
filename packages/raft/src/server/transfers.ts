import type { RaftStatus } from '../status.js';
import type { Context } from './context.js';

/** Hands leadership over. */
export class Transfers {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Begins, unless it is under way; one that was given up begins again.
   *
   * @param id - nobody: whoever has most of the log.
   * @throws NotLeaderError; RangeError for who is no voter, or if there is no other.
   */
  pursue(id: string | undefined): void {
    const { core, wake } = this.#context;
    const status = core.status();
    if (status.transferee !== undefined) return;
    core.transferLeader(id ?? bestOf(status));
    wake();
  }
}

/** The voter that has answered of late and has most. */
function bestOf({ id: self, config, progress }: RaftStatus): string {
  const others = config.voters.filter((id) => id !== self);
  if (others.length === 0) throw new RangeError('there must be another voter to lead');
  const matchOf = (id: string) => (progress[id]?.isActive ? progress[id].match + 1 : 0);
  return others.reduce((best, id) => (matchOf(id) > matchOf(best) ? id : best));
}
