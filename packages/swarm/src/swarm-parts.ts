import { isEdgeError, type EdgeError, type PeerId, type Transport } from '@ruvector/core';
import type { PatternStore } from '@ruvector/learning';

import { Entrance } from './entrance.js';
import { Events } from './events.js';
import { isJoinFrame } from './join-wire.js';
import { fitLimits, type SwarmLimits } from './limits.js';
import { Links } from './links.js';
import { Mesh, type MemberChange } from './mesh.js';
import type { Message } from './message.js';
import type { CheckedOptions } from './options.js';
import { PatternSync } from './pattern-sync.js';
import type { Peer } from './peer.js';
import { PubSub } from './pub-sub.js';
import { Requests } from './requests.js';
import type { SwarmEventMap } from './swarm-events.js';
import { collectStats, type SwarmStats } from './swarm-stats.js';
import { TaskDesk } from './task-desk.js';

/**
 * The parts of a swarm member, wired to each other: frames find who reads them, news who waits for
 * it.
 */
export class SwarmParts {
  readonly limits: SwarmLimits;
  readonly links: Links;
  readonly mesh: Mesh;
  readonly entrance: Entrance;
  readonly pubSub: PubSub;
  readonly desk: TaskDesk;
  readonly sync: PatternSync;
  readonly events: Events<SwarmEventMap>;
  readonly #o: CheckedOptions;
  readonly #requests: Requests<Message>;
  /** Frames thrown away, by reason. */
  readonly #refused: Record<string, number> = Object.create(null) as Record<string, number>;
  readonly #isClosing: () => boolean;
  readonly #onExpelled: () => void;

  /**
   * @param isClosing - whether this member is being closed, so that errors of the end are expected.
   * @param onExpelled - this member was expelled.
   */
  constructor(
    o: CheckedOptions,
    patterns: PatternStore,
    isClosing: () => boolean,
    onExpelled: () => void,
  ) {
    this.#o = o;
    this.#onExpelled = onExpelled;
    this.#isClosing = isClosing;
    const { agentId, swarmId, clock, entropy, identity, heartbeat, logger } = o;
    const onError = (error: unknown) => this.report(error);
    this.events = new Events((error) => logger.error('an event handler threw', { error }));
    this.links = new Links(o.transports);
    const limits = (this.limits = fitLimits(o.limits, this.links.frameBytesMax));
    this.mesh = this.#createMesh(onError);
    this.entrance = new Entrance(o, this.links, this.mesh);
    const shared = { mesh: this.mesh, limits, entropy, clock, heartbeat, onError };
    this.#requests = new Requests(clock, entropy, limits.requestsMax);
    this.pubSub = new PubSub({ ...shared, requests: this.#requests });
    const onTask = (event: SwarmEventMap['task']) => this.events.emit('task', event);
    this.desk = new TaskDesk({
      ...shared,
      agentId,
      swarmId,
      identity,
      provider: o.provider,
      onTask,
    });
    const { requestsMax, payloadBytesMax } = limits;
    this.sync = new PatternSync({ ...shared, patterns, requestsMax, payloadBytesMax });
  }

  /** This member belongs to the swarm: if it is a coordinator, it admits others. */
  start(): void {
    this.mesh.start();
    if (this.#o.role === 'coordinator') this.entrance.admit();
  }

  /** A frame of a transport: of somebody who wants to join, or a sealed message. */
  hear(from: PeerId, frame: Uint8Array, via: Transport): void {
    if (!isJoinFrame(frame)) return this.mesh.hear(from, frame, via);
    const refused = this.entrance.hear(from, frame);
    if (refused !== undefined) this.#refuse(refused, from);
  }

  /**
   * Something was thrown where nobody waits for it. What the end of this member brings with it is
   * no news.
   */
  report(thrown: unknown): void {
    const isEnd =
      isEdgeError(thrown, 'ERR_CLOSED') || isEdgeError(thrown, 'ERR_IDENTITY_DESTROYED');
    if (this.#isClosing() && isEnd) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#o.logger.error(error.message, { error });
    this.events.emit('error', error);
  }

  stats(): SwarmStats {
    return collectStats({
      mesh: this.mesh,
      desk: this.desk,
      refused: this.#refused,
      merged: this.sync.merged,
      transports: this.#o.transports,
    });
  }

  /** Ends everything at once; what is open fails with the error. */
  async close(error: EdgeError): Promise<void> {
    this.desk.close(error);
    this.#requests.rejectAll(error);
    this.sync.close(error);
    this.mesh.close(error);
    this.entrance.close();
    await this.links.close();
    this.#o.swarmKey?.fill(0);
    if (this.#o.ownsIdentity) this.#o.identity.destroy();
  }

  #createMesh(onError: (error: unknown) => void): Mesh {
    return new Mesh({
      ...this.#o,
      limits: this.limits,
      self: { registration: this.#o.registration, role: this.#o.role },
      links: this.links,
      load: () => this.desk.runner.load,
      onMember: (change, peer) => this.#memberChanged(change, peer),
      onEpoch: (epoch) => this.events.emit('epoch', { epoch }),
      onExpelled: (agentId) => this.#expelled(agentId),
      onRefused: (code, from) => this.#refuse(code, from),
      onError,
      onTick: () => this.desk.ledger.tick(),
    });
  }

  #memberChanged(change: MemberChange, peer: Peer): void {
    this.#o.logger.info(change, { agentId: peer.agentId });
    if (change === 'member-joined') this.desk.memberJoined(peer);
    if (change === 'member-dead' || change === 'member-left') this.desk.memberGone(peer, change);
    this.events.emit(change, { agentId: peer.agentId });
  }

  #expelled(agentId: string): void {
    this.entrance.withdraw(agentId);
    if (agentId === this.#o.agentId) this.#onExpelled();
  }

  #refuse(code: string, from: string): void {
    this.#refused[code] = (this.#refused[code] ?? 0) + 1;
    this.#o.logger.debug('refused a frame', { code, from });
    this.events.emit('refused', { code, from });
  }
}
