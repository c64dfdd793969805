import {
  checkId,
  checkInteger,
  checkObject,
  checkString,
  ClosedError,
  isEdgeError,
  type Json,
  type Unsubscribe,
} from '@ruvector/core';
import type { Registration } from '@ruvector/crypto';
import { PatternStore } from '@ruvector/learning';

import { ExpelledError, JoinError, NotConnectedError } from './errors.js';
import { JOIN_TIMEOUT_MS } from './joining.js';
import { MessageType } from './message-type.js';
import type { Message } from './message.js';
import { checkOptions, type CheckedOptions, type SwarmOptions } from './options.js';
import { viewOf, type MemberView } from './peer.js';
import type { MessageHandler, ReplyHandler, RequestOptions } from './pub-sub.js';
import { checkRole, type Role } from './role.js';
import type { SwarmEventMap, SwarmHandler } from './swarm-events.js';
import { SwarmParts } from './swarm-parts.js';
import type { SwarmStats } from './swarm-stats.js';
import { checkSubmitOptions, checkTask, type SubmitOptions } from './task-request.js';
import { within } from './within.js';
import type { Executor, TaskHandle, TaskRequest } from './task.js';

/** How long a leaving member waits for the others to take its farewell. */
const FAREWELL_MS = 2_000;

/**
 * One agent's membership in a swarm: it joins with a verified identity, talks on sealed topics,
 * gives tasks to the member that they suit and does those it is given, and notices who is gone.
 *
 * What is for all is sealed under keys of the present epoch, which change whenever somebody joins,
 * leaves or is expelled, and signed; what is for one member goes through a session with it, made by
 * a post-quantum handshake. The keys of members come from verified registrations and never from a
 * message. There are two ways in: members that share a swarm key register each other by hand, or a
 * newcomer has an invitation.
 *
 * @example
 * const network = new MemoryNetwork();
 * const hub = new P2PSwarm('hub', undefined, [], { transport: network.transport('hub') });
 * await hub.connect();
 * const options = { transport: network.transport('worker'), join: await hub.invite() };
 * const worker = new P2PSwarm('worker', undefined, ['adds numbers'], options);
 * worker.handle('sum', (task) => (task.input as number[]).reduce((a, b) => a + b, 0));
 * await worker.connect();
 * const task = { description: 'add these numbers', type: 'sum', input: [1, 2, 3] };
 * await hub.submit(task).result; // => 6
 * await worker.leave();
 * await hub.close();
 */
export class P2PSwarm {
  readonly agentId: string;
  readonly swarmId: string;
  readonly role: Role;
  /** What this agent has learned and was told; see `syncPatterns`. */
  readonly patterns: PatternStore;
  readonly #o: CheckedOptions;
  readonly #parts: SwarmParts;
  readonly #ending = new AbortController();
  #connecting: Promise<void> | undefined;
  #connected = false;
  #closing: Promise<void> | undefined;

  /**
   * @param agentId - 1–128 of `[A-Za-z0-9._:-]`, unique in the swarm.
   * @param swarmKey - 32 bytes that members hold who register each other by hand; `undefined` for
   * new ones, or to join.
   * @param capabilities - what this agent can do, in words: tasks are routed by their meaning.
   */
  constructor(
    agentId: string,
    swarmKey: Uint8Array | undefined,
    capabilities: readonly string[],
    options: SwarmOptions = {},
  ) {
    this.#o = checkOptions(agentId, swarmKey, capabilities, options);
    this.agentId = agentId;
    this.swarmId = this.#o.swarmId;
    this.role = this.#o.role;
    this.patterns = new PatternStore({ agentId });
    const isClosing = () => this.#closing !== undefined;
    this.#parts = new SwarmParts(this.#o, this.patterns, isClosing, () => this.#expelled());
  }

  /** Where others reach this agent, as far as it knows. */
  get addresses(): readonly string[] {
    return this.#o.addresses();
  }

  /**
   * Opens the transports and, with an invitation, joins its swarm. Called again it waits too.
   *
   * @throws JoinError if the swarm refuses or does not answer within 10 s, the signal's reason if
   * aborted, or what the transport says. The swarm is closed then.
   */
  connect({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (this.#closing) return Promise.reject(new ClosedError(`swarm member ${this.agentId}`));
    this.#connecting ??= this.#connect(signal).catch(async (error: unknown) => {
      await this.close();
      throw error;
    });
    return this.#connecting;
  }

  /** This agent's signed registration, for `registerMember` of the others. */
  async createRegistration(): Promise<Registration> {
    return this.#o.registration;
  }

  /**
   * Lets another agent into this agent's view of the swarm; it must do the same, unless an
   * invitation did it for both. Doing it again changes nothing.
   *
   * @throws RegistrationError if the registration does not verify or breaks a rule of the registry
   */
  async registerMember(
    registration: Registration,
    { role = 'worker' }: { role?: Role } = {},
  ): Promise<void> {
    this.#checkOpen();
    this.#parts.mesh.register(registration, checkRole('role', role));
  }

  /**
   * Sends to all members. Members that are registered but have not answered yet get it when they
   * do, within 25 s; this agent's own handlers do not.
   *
   * @param topic - tokens joined by dots, up to 255 bytes.
   * @param payload - bytes, or a value that becomes canonical JSON.
   * @returns when a transport has taken it for every member that is there: back-pressure.
   */
  async publish(topic: string, payload: Uint8Array | Json): Promise<void> {
    this.#checkConnected();
    await this.#parts.pubSub.publish(topic, payload);
  }

  /** @param topic - a topic, or a pattern: `*` is any one token, a last `>` one or more. */
  subscribe(topic: string, handler: MessageHandler): Unsubscribe {
    this.#checkOpen();
    return this.#parts.pubSub.subscribe(topic, handler);
  }

  /**
   * Asks all members; the first answer wins.
   *
   * @throws TimeoutError without an answer in time; the replier's error as a plain `EdgeError`
   */
  async request(
    topic: string,
    payload: Uint8Array | Json,
    options: RequestOptions = {},
  ): Promise<Message> {
    this.#checkConnected();
    return this.#parts.pubSub.request(topic, payload, options);
  }

  /** Answers requests: what the handler returns is the answer, what it throws the asker's error. */
  reply(topic: string, handler: ReplyHandler): Unsubscribe {
    this.#checkOpen();
    return this.#parts.pubSub.reply(topic, handler);
  }

  /**
   * Gives a task to the other member that it suits best. If that member dies, refuses or is late,
   * another gets it. A task that nobody can do waits until its deadline. The same idempotency key
   * gives the handle of the same task back.
   *
   * @throws RangeError, TypeError for a bad task, LimitError if too many are open
   */
  submit(task: TaskRequest, options: SubmitOptions = {}): TaskHandle {
    this.#checkConnected();
    const checked = checkTask(task, this.#parts.limits, this.#o.clock);
    return this.#parts.desk.ledger.submit(checked, checkSubmitOptions(options));
  }

  /**
   * Does tasks of others.
   *
   * @param match - a task type, a capability, or `*` for all that no other executor takes.
   */
  handle(match: string, executor: Executor): Unsubscribe {
    this.#checkOpen();
    checkString('match', match, { min: 1, max: 128 });
    if (typeof executor !== 'function')
      throw new TypeError(`executor must be a function, got ${typeof executor}`);
    return this.#parts.desk.runner.handle(match, executor);
  }

  /**
   * Makes an invitation: anyone who holds it can join until it expires. Only coordinators invite.
   *
   * @param options - role of the newcomer, `worker` by default; expiry in milliseconds since 1970,
   * in an hour by default.
   */
  async invite(options: { role?: Role; expiresAt?: number } = {}): Promise<string> {
    this.#checkConnected();
    checkObject('options', options, { keys: ['role', 'expiresAt'] });
    const { role = 'worker', expiresAt } = options;
    if (expiresAt !== undefined) checkInteger('options.expiresAt', expiresAt, { min: 0 });
    return this.#parts.entrance.invite(checkRole('options.role', role), expiresAt);
  }

  /**
   * Removes a member for good: nothing that is sent from now on can be read by it, it is not heard
   * any more, its id and keys cannot come back, and the invitation that it came with is worth
   * nothing. Its tasks go to others. Only coordinators expel.
   *
   * @returns when the keys are changed here; the other members get theirs at once.
   * @throws RangeError if it is no other member, TimeoutError if the keys do not change within 10 s
   */
  async expel(agentId: string): Promise<void> {
    this.#checkConnected();
    await this.#parts.mesh.expulsion.expel(checkId('agentId', agentId));
  }

  /**
   * Fetches what the members that are there have learned and this agent does not know yet.
   *
   * @returns how many patterns are new or changed.
   */
  async syncPatterns({ signal }: { signal?: AbortSignal } = {}): Promise<number> {
    this.#checkConnected();
    return this.#parts.sync.sync(signal);
  }

  /** Hears events of the swarm; what a handler throws is logged. */
  on<K extends keyof SwarmEventMap>(event: K, handler: SwarmHandler<K>): Unsubscribe {
    return this.#parts.events.on(event, handler);
  }

  /** The other members, as this agent sees them: copies. */
  members(): MemberView[] {
    return [...this.#parts.mesh.peers.values()].map(viewOf);
  }

  /** A copy of the counts. */
  stats(): SwarmStats {
    return this.#parts.stats();
  }

  /**
   * Goes in peace: takes no more tasks, gives back those that wait, finishes those that run, tells
   * the others, and closes.
   */
  async leave(): Promise<void> {
    try {
      if (this.#connected && !this.#closing) await this.#farewell();
    } finally {
      await this.close();
    }
  }

  /** Releases everything at once; what is open fails with `ERR_CLOSED`. May be called twice. */
  close(): Promise<void> {
    // in a later microtask: handlers that are told of the end may call this too
    this.#closing ??= Promise.resolve().then(() => this.#close());
    return this.#closing;
  }

  async #connect(given: AbortSignal | undefined): Promise<void> {
    given?.throwIfAborted();
    const signal = AbortSignal.any([this.#ending.signal, ...(given ? [given] : [])]);
    this.#parts.links.onFrame((from, frame, via) => this.#parts.hear(from, frame, via));
    await this.#parts.links.open(signal);
    if (this.#o.invitation) await this.#join(signal);
    else this.#parts.start();
    this.#checkOpen();
    this.#connected = true;
  }

  /** A member that does not read must not keep this one from leaving. */
  async #farewell(): Promise<void> {
    await this.#parts.desk.runner.leave();
    const said = this.#parts.mesh
      .toGroup({ type: MessageType.leave, body: new Uint8Array(0) })
      .then(() => this.#parts.links.drain());
    const limit = { what: 'the farewell', ms: FAREWELL_MS, clock: this.#o.clock };
    await within(said, limit).catch((error: unknown) => this.#parts.report(error));
  }

  /** Resolves when it is known who belongs to the swarm, and this member has keys. */
  async #join(signal: AbortSignal): Promise<void> {
    const coordinator = await this.#parts.entrance.join(signal);
    const { mesh } = this.#parts;
    this.#parts.start();
    const told = Promise.all([mesh.roster.next(), mesh.keyed()]);
    mesh.register(coordinator, 'coordinator', true);
    const what = 'the members and keys of the swarm';
    const limit = { what, ms: JOIN_TIMEOUT_MS, clock: this.#o.clock, signal };
    await within(told, limit).catch((cause: unknown) => {
      if (!isEdgeError(cause, 'ERR_TIMEOUT')) throw cause;
      throw new JoinError('the coordinator did not tell members and keys of the swarm', { cause });
    });
  }

  /** A coordinator has expelled this member: nothing is left to be done here. */
  #expelled(): void {
    this.#parts.events.emit('error', new ExpelledError(this.swarmId));
    void this.close();
  }

  #checkOpen(): void {
    if (this.#closing) throw new ClosedError(`swarm member ${this.agentId}`);
  }

  #checkConnected(): void {
    this.#checkOpen();
    if (!this.#connected) throw new NotConnectedError();
  }

  async #close(): Promise<void> {
    const error = new ClosedError(`swarm member ${this.agentId}`);
    this.#ending.abort(error);
    await this.#parts.close(error);
  }
}
