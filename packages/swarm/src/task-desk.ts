import {
  ByteReader,
  ByteWriter,
  isEdgeError,
  randomBytes,
  toBase64Url,
  toHex,
  type Clock,
  type CryptoProvider,
  type EdgeError,
  type Entropy,
} from '@ruvector/core';
import {
  receiptHash,
  signReceipt,
  verifyReceipt,
  type IdentityManager,
  type Receipt,
} from '@ruvector/crypto';

import { ExecutorChoice } from './executor-choice.js';
import type { SwarmLimits } from './limits.js';
import type { Mesh, MemberChange } from './mesh.js';
import { MessageType } from './message-type.js';
import type { Peer } from './peer.js';
import type { TaskEvent } from './swarm-events.js';
import { TaskLedger } from './task-ledger.js';
import { encodeTaskResult, type TaskResultBody } from './task-result.js';
import { TaskRunner, type Finished } from './task-runner.js';
import type { ClaimedAssignment } from './task-verdict.js';
import type { Sent } from './unsent-results.js';
import type { OpenedMessage } from './opened-message.js';

export interface DeskOptions {
  readonly mesh: Mesh;
  readonly agentId: string;
  readonly swarmId: string;
  readonly identity: IdentityManager;
  /** Verifies receipts, of both suites. */
  readonly provider: CryptoProvider;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly limits: SwarmLimits;
  readonly heartbeat: { readonly intervalMs: number };
  readonly onTask: (event: TaskEvent) => void;
  readonly onError: (error: unknown) => void;
}

const NOTHING_BEFORE = /* @__PURE__ */ toBase64Url(/* @__PURE__ */ new Uint8Array(32));
const NONCE_BYTES = 16;
const REASON_BYTES_MAX = 64;
const NO_BODY = /* @__PURE__ */ new Uint8Array(0);

/**
 * Tasks on the wire: what this member gives to others (the ledger) and does for them (the runner).
 */
export class TaskDesk {
  readonly ledger: TaskLedger;
  readonly runner: TaskRunner;
  readonly #o: DeskOptions;
  readonly #choice: ExecutorChoice;
  /** Which run of each member's process the tasks are from that it has given to us. */
  readonly #incarnations = new Map<string, bigint | undefined>();
  #lastReceiptHash = NOTHING_BEFORE;

  constructor(options: DeskOptions) {
    this.#o = options;
    const { mesh, clock, limits } = options;
    this.#choice = new ExecutorChoice(clock, mesh.peers, limits.tasksPerMemberMax);
    this.ledger = this.#createLedger();
    this.runner = this.#createRunner();
    const hear = (type: MessageType, handler: (message: OpenedMessage) => void) =>
      mesh.on(type, handler);
    hear(MessageType.taskAssign, ({ peer, correlationId, body }) => {
      this.#incarnations.set(peer.agentId, peer.incarnation);
      this.runner.hearAssignment(peer.agentId, correlationId.slice(), body);
    });
    hear(MessageType.taskCancel, ({ peer, correlationId }) =>
      this.runner.withdraw(peer.agentId, toHex(correlationId)),
    );
    hear(MessageType.taskResult, ({ peer, correlationId, body }) =>
      this.ledger.hearResult(peer.agentId, correlationId, body),
    );
    hear(MessageType.taskRefuse, ({ peer, correlationId, body }) => {
      const reader: ByteReader = new ByteReader(body, 'refusal');
      const [attempt, reason] = [reader.u32(), reader.text(REASON_BYTES_MAX)];
      reader.end();
      this.ledger.hearRefusal(peer.agentId, correlationId, attempt, reason);
    });
    hear(MessageType.taskStarted, ({ peer, correlationId, body }) =>
      this.ledger.hearStarted(peer.agentId, correlationId, readAttempt(body)),
    );
    hear(MessageType.taskQueued, ({ peer, correlationId, body }) =>
      this.ledger.hearQueued(peer.agentId, correlationId, readAttempt(body)),
    );
    hear(MessageType.taskAsk, ({ peer, correlationId, body }) =>
      this.runner.hearQuestion(peer.agentId, correlationId.slice(), readAttempt(body)),
    );
    hear(MessageType.taskProgress, (message) => this.#hearProgress(message));
  }

  memberJoined(peer: Peer): void {
    const { agentId, incarnation } = peer;
    const former = this.#incarnations.get(agentId);
    if (former !== undefined && former !== incarnation) this.runner.withdraw(agentId);
    this.runner.assignerBack(agentId);
    this.#choice.add(peer);
    this.ledger.memberJoined(agentId);
  }

  /**
   * What it has from us goes to others. What we have from it goes on, unless it has left: it may
   * only seem dead.
   */
  memberGone({ agentId }: Peer, change: MemberChange): void {
    this.#choice.remove(agentId);
    this.ledger.memberGone(agentId);
    if (change !== 'member-left') return;
    this.#incarnations.delete(agentId);
    this.runner.withdraw(agentId);
  }

  close(error: EdgeError): void {
    this.ledger.close(error);
    this.runner.close();
  }

  #createLedger(): TaskLedger {
    return new TaskLedger({
      ...this.#o,
      choice: this.#choice,
      assign: (executor, taskId, body) =>
        this.#send(executor, MessageType.taskAssign, taskId, body),
      ask: (executor, taskId, attempt) =>
        void this.#send(executor, MessageType.taskAsk, taskId, attemptBody(attempt)),
      withdraw: (executor, taskId) =>
        void this.#send(executor, MessageType.taskCancel, taskId, NO_BODY),
      checkReceipt: (receipt, claimed) => this.#checkReceipt(receipt, claimed),
      onChange: this.#o.onTask,
      onThrow: this.#o.onError,
    });
  }

  #createRunner(): TaskRunner {
    return new TaskRunner({
      ...this.#o,
      sign: (finished) => this.#sign(finished),
      sendStarted: (to, taskId, attempt) =>
        void this.#send(to, MessageType.taskStarted, taskId, attemptBody(attempt)),
      sendQueued: (to, taskId, attempt) =>
        void this.#send(to, MessageType.taskQueued, taskId, attemptBody(attempt)),
      sendResult: (to, taskId, result) => this.#sendResult(to, taskId, result),
      sendRefusal: (to, taskId, attempt, reason) => {
        const body = new ByteWriter(64).u32(attempt).text(reason).bytes();
        void this.#send(to, MessageType.taskRefuse, taskId, body);
      },
      sendProgress: (to, taskId, fraction, text = '') => {
        // worthless later, and what waits already needs the room more
        if (!this.#o.mesh.peers.get(to)?.outbox.isEmpty) return;
        const body = new ByteWriter(64).f64(fraction).text(text).bytes();
        void this.#send(to, MessageType.taskProgress, taskId, body);
      },
    });
  }

  /**
   * @returns whether a transport took it. A member that is gone is given up by who hears of that.
   */
  async #send(
    to: string,
    type: MessageType,
    correlationId: Uint8Array,
    body: Uint8Array,
  ): Promise<boolean> {
    const peer = this.#o.mesh.peers.get(to);
    if (!peer) return false;
    try {
      return await this.#o.mesh.toPeer(peer, { type, correlationId, body });
    } catch (error) {
      this.#o.onError(error);
      return false;
    }
  }

  /** @throws what the transport says of a frame that it never takes */
  async #sendResult(to: string, correlationId: Uint8Array, result: TaskResultBody): Promise<Sent> {
    const peer = this.#o.mesh.peers.get(to);
    if (!peer) return 'gone';
    const message = { type: MessageType.taskResult, correlationId, body: encodeTaskResult(result) };
    try {
      return (await this.#o.mesh.toPeer(peer, message)) ? 'taken' : 'gone';
    } catch (error) {
      if (isEdgeError(error, 'ERR_LIMIT')) return 'full';
      if (isEdgeError(error, 'ERR_CLOSED')) return 'gone';
      throw error;
    }
  }

  #hearProgress({ peer, correlationId, body }: OpenedMessage): void {
    const reader: ByteReader = new ByteReader(body, 'progress');
    const fraction = reader.f64();
    const note = reader.text(1024);
    reader.end();
    if (!(fraction >= 0 && fraction <= 1)) reader.fail('the fraction is not from 0 to 1');
    this.ledger.hearProgress(peer.agentId, correlationId, fraction, note || undefined);
  }

  #sign(finished: Finished): Receipt {
    const { assignment } = finished;
    const receipt = signReceipt(
      {
        v: 1,
        swarm_id: assignment.swarm_id,
        task_id: assignment.task_id,
        assignment_hash: finished.assignmentHash,
        assigner: assignment.assigner,
        executor: assignment.executor,
        module_hash: finished.moduleHash,
        input_hash: assignment.input_hash,
        output_hash: finished.outputHash,
        artifact_cids: [],
        status: finished.status,
        started_at: Math.floor(finished.startedAt),
        finished_at: Math.floor(finished.finishedAt),
        fuel_used: null,
        memory_peak_bytes: null,
        nonce: toBase64Url(randomBytes(this.#o.entropy, NONCE_BYTES)),
        prev_receipt_hash: this.#lastReceiptHash,
      },
      this.#o.identity,
    );
    this.#lastReceiptHash = toBase64Url(receiptHash(receipt));
    return receipt;
  }

  #checkReceipt(receipt: Receipt, claimed: ClaimedAssignment): string | undefined {
    const { swarmId: swarm_id, agentId: assigner, mesh, provider } = this.#o;
    const open = { ...claimed, swarm_id, assigner };
    const verdict = verifyReceipt(receipt, open, mesh.membership.registry, { provider });
    return verdict.ok ? undefined : (verdict.code ?? 'ERR_RECEIPT');
  }
}

function attemptBody(attempt: number): Uint8Array {
  return new ByteWriter(4).u32(attempt).bytes();
}

function readAttempt(body: Uint8Array): number {
  const reader: ByteReader = new ByteReader(body, 'attempt');
  const attempt = reader.u32();
  reader.end();
  return attempt;
}
