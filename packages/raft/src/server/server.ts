import { ClosedError, checkBytes, checkId, type Unsubscribe } from '@ruvector/core';
import { Listeners } from '@ruvector/core/transport';
import type { ConfChange, Configuration } from '../configuration.js';
import type { RaftStatus } from '../status.js';
import { checkCallOptions, type CallOptions } from './calls.js';
import { encodeCommand } from './command-codec.js';
import { checkChanges, isFulfilled } from './membership.js';
import { Member } from './member.js';
import { noMetrics, type RaftMetrics } from './metrics.js';
import { checkServerOptions, type CheckedServerOptions } from './options.js';
import type { RaftServerOptions } from './options.js';
import type { Applied } from './proposals.js';
import { ClientSession, type RaftSession } from './sessions.js';

/** How a command is proposed. */
export interface ProposeOptions extends CallOptions {
  /** Has the command executed once, whatever happens on the way: as `session.propose` does. */
  readonly session?: RaftSession;
}

/**
 * A member of a cluster that runs: a `RaftCore` with time, storage, transport and state machine.
 *
 * What waits for an answer ends in the time of its options, and with `ERR_CLOSED` when the server
 * stops; a command that may be in a log by then ends with `ERR_RAFT_UNKNOWN_OUTCOME` instead. Where
 * this member does not lead, it asks the one that does.
 *
 * A storage that fails, or a log that contradicts itself, stops the server: `onFailure` tells, all
 * that waits is rejected, and nothing is acknowledged or sent any more.
 *
 * @example
 * const nothing = new Uint8Array(0);
 * const server = new RaftServer({
 *   id: 'a',
 *   peers: ['a'],
 *   bootstrap: true,
 *   transport: new MemoryNetwork().transport('a'),
 *   storage: { load: async () => ({ entries: [] }), append: async () => {}, close: async () => {}
 *   }, stateMachine: { apply: ({ data }) => data, snapshot: () => nothing, restore: () => {} },
 * });
 * await server.start();
 * const { index, result } = await server.propose(utf8('hello')); // once it leads
 * [index, fromUtf8(result)]; // => [2, 'hello']
 * await server.stop();
 */
export class RaftServer {
  readonly #options: CheckedServerOptions;
  readonly #leaderListeners: Listeners<[leader: string | undefined, term: number]>;
  readonly #membershipListeners: Listeners<[config: Configuration]>;
  readonly #failureListeners: Listeners<[error: Error]>;
  #life: 'new' | 'starting' | 'running' | 'stopped' = 'new';
  #member: Member | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #failure: Error | undefined;

  /** @throws TypeError or RangeError that names the option, the value and the rule. */
  constructor(options: RaftServerOptions) {
    this.#options = checkServerOptions(options);
    const { logger } = this.#options;
    this.#leaderListeners = new Listeners('leader listener', logger);
    this.#membershipListeners = new Listeners('membership listener', logger);
    this.#failureListeners = new Listeners('failure listener', logger);
  }

  get id(): string {
    return this.#options.core.id;
  }

  /**
   * Loads what the storage has, opens the transport and takes part. Once only: after `stop` another
   * server is made of the same storage.
   *
   * @throws what storage and transport say; RangeError for options that the core refuses, such as
   *   peers without `bootstrap` where nothing is stored.
   */
  start(): Promise<void> {
    if (this.#life !== 'new') return Promise.reject(new TypeError('start must be called once'));
    this.#life = 'starting';
    this.#starting = this.#begin().catch((error: unknown) => {
      this.#life = 'stopped';
      throw error;
    });
    return this.#starting;
  }

  async #begin(): Promise<void> {
    const { storage, transport } = this.#options;
    const restored = await storage.load();
    const member = await Member.restored(this.#options, restored, {
      leader: this.#leaderListeners,
      membership: this.#membershipListeners,
      failed: (error) => this.#fail(error),
    });
    await transport.open();
    if (this.#life === 'stopped') throw new ClosedError('the server');
    this.#member = member;
    this.#life = 'running';
    member.begin();
  }

  #fail(error: unknown): void {
    if (this.#life !== 'running') return;
    const cause = error instanceof Error ? error : new Error(String(error));
    this.#life = 'stopped';
    this.#failure = cause;
    this.#options.logger.error('a raft server stopped', { id: this.id, error: cause });
    // not awaited: the failure may come out of what it would wait for
    void this.#member!.stop(new ClosedError('the server', { cause }));
    this.#failureListeners.call(cause);
  }

  /**
   * Takes no part any more. May be called twice, and after a failure.
   *
   * @returns when nothing is under way. Rejects with what the storage says if it cannot take the
   *   last commit index, which is harmless.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    this.#life = 'stopped';
    await this.#starting?.catch(() => undefined);
    await this.#member?.stop(new ClosedError('the server'));
    if (!this.#failure) await this.#member?.flush();
    for (const listeners of [this.#leaderListeners, this.#membershipListeners]) listeners.clear();
    this.#failureListeners.clear();
  }

  #running(): Member {
    if (this.#life === 'running') return this.#member!;
    if (this.#life === 'stopped')
      throw new ClosedError('the server', this.#failure && { cause: this.#failure });
    throw new TypeError('start must have resolved before anything is asked of a server');
  }

  /**
   * Puts a command into the log.
   *
   * @param data - to `maxCommandBytes`; a copy is kept.
   * @returns when the command is applied here or by the leader: its index, and what the state
   *   machine answered. Rejects with `ERR_RAFT_UNKNOWN_OUTCOME` if it may have been or may yet be;
   *   `ERR_TIMEOUT` if no leader took it in time; `ERR_RAFT_OVERLOADED` when too much waits
   *   already; RangeError for a command that is too long.
   */
  async propose(data: Uint8Array, options: ProposeOptions = {}): Promise<Applied> {
    const member = this.#running();
    checkBytes('data', data, { max: this.#options.maxCommandBytes });
    const checked = checkCallOptions(options);
    if (options.session) return options.session.propose(data, checked);
    return member.proposals.propose(encodeCommand({ kind: 'plain', data }), checked, false);
  }

  /**
   * Opens a session of this server with the cluster: what is proposed through it is executed once,
   * however often a leader is lost meanwhile. It ends when the cluster forgets it: `maxSessions`
   * others were used after it, or its answers took more than 256 KiB.
   *
   * @returns once it is registered in the log. Rejects as `propose` does.
   */
  async openSession(options: CallOptions = {}): Promise<RaftSession> {
    const member = this.#running();
    const checked = checkCallOptions(options);
    const { maxSessions: sessionsMax, maxCommandBytes: max } = this.#options;
    // one that was opened and not heard of harms nobody: it is forgotten in time
    const command = encodeCommand({ kind: 'openSession', sessionsMax });
    const { index } = await member.proposals.propose(command, checked, true);
    return new ClientSession(index, max, async (data, given) =>
      this.#running().proposals.propose(data, checkCallOptions(given), true),
    );
  }

  /**
   * Waits until a read of this member's state machine sees all that was acknowledged, anywhere,
   * before this was called.
   *
   * @returns the index up to which the state machine has applied at least.
   */
  async linearizableRead(options: CallOptions = {}): Promise<number> {
    return this.#running().reads.read(checkCallOptions(options));
  }

  /** Adds somebody, or several, who get the log and decide nothing. See `changeMembers`. */
  addLearner(ids: string | readonly string[], options?: CallOptions): Promise<void> {
    return this.changeMembers(changesOf('addLearner', ids), options);
  }

  /**
   * Adds somebody, or several, who decide: as learners at first, until they have caught up, and
   * then all at once. See `changeMembers`.
   */
  addVoter(ids: string | readonly string[], options?: CallOptions): Promise<void> {
    return this.changeMembers(changesOf('addVoter', ids), options);
  }

  /** Removes somebody, or several; who leads may be among them. See `changeMembers`. */
  removeMember(ids: string | readonly string[], options?: CallOptions): Promise<void> {
    return this.changeMembers(changesOf('removeMember', ids), options);
  }

  /**
   * Changes who is in the cluster, all at once; what is so already is left as it is. While another
   * change is under way, and while no leader is known, it waits.
   *
   * @returns when the change is committed and complete, as far as this member has applied the log:
   *   up to what was committed when it was asked, at least.
   *   Rejects with RangeError for what cannot be, `ERR_TIMEOUT` if it did not come about in time:
   *   it may still, in part, and may be asked for again.
   */
  async changeMembers(changes: readonly ConfChange[], options: CallOptions = {}): Promise<void> {
    const { goals, membership, applying } = this.#running();
    const checked = checkCallOptions(options);
    const wanted = checkChanges(changes).map(({ type, id }) => ({ type, id }));
    const goal = {
      what: 'a change of the cluster',
      isMet: () => isFulfilled(applying.config, wanted),
      pursue: () => membership.pursue(wanted),
      request: { kind: 'change', changes: wanted } as const,
      isOneStep: false,
      isOfLog: true,
    };
    return goals.reach(goal, checked);
  }

  /**
   * Hands leadership to a voter. Tried once, since nothing can be proposed meanwhile: for the time
   * of an election at most.
   *
   * @param to - nobody: whoever has most of the log, this member excepted if it leads.
   * @returns when this member knows of the new leader. Rejects with RangeError for who is no voter,
   *   `ERR_TIMEOUT` if it did not come about in time.
   */
  async transferLeadership(to?: string, options: CallOptions = {}): Promise<void> {
    const { goals, transfers, context } = this.#running();
    const checked = checkCallOptions(options);
    if (to !== undefined) checkId('to', to);
    const before = context.core.summary().leader;
    const isMet = () => {
      const { leader } = context.core.summary();
      return leader !== undefined && (to === undefined ? leader !== before : leader === to);
    };
    const request = { kind: 'transfer', to } as const;
    const pursue = () => transfers.pursue(to);
    const kind = { isOneStep: true, isOfLog: false };
    return goals.reach({ what: 'a new leader', isMet, pursue, request, ...kind }, checked);
  }

  /** Hears who leads, whenever that changes, as far as this member knows; nobody at times. */
  onLeaderChange(listener: (leader: string | undefined, term: number) => void): Unsubscribe {
    return this.#leaderListeners.add(listener);
  }

  /** Hears of each configuration that is committed, a joint one too. */
  onMembershipChange(listener: (config: Configuration) => void): Unsubscribe {
    return this.#membershipListeners.add(listener);
  }

  /** Hears why the server stopped by itself. */
  onFailure(listener: (error: Error) => void): Unsubscribe {
    return this.#failureListeners.add(listener);
  }

  /** What this member knows; `undefined` before it was started. Makes new objects each time. */
  status(): RaftStatus | undefined {
    return this.#member?.context.core.status();
  }

  /** A copy of the counts; all 0 before it was started. */
  metrics(): RaftMetrics {
    return this.#member ? { ...this.#member.context.metrics } : noMetrics();
  }

  /** Whether this member leads, as far as it knows: another may lead already. */
  get isLeader(): boolean {
    return this.#life === 'running' && this.#member!.context.core.summary().role === 'leader';
  }

  /** Who leads, as far as this member knows. */
  get leader(): string | undefined {
    return this.#life === 'running' ? this.#member!.context.core.summary().leader : undefined;
  }
}

function changesOf(type: ConfChange['type'], ids: string | readonly string[]): ConfChange[] {
  return (typeof ids === 'string' ? [ids] : ids).map((id) => ({ type, id }));
}
