import {
  ByteReader,
  ByteWriter,
  toBase64Url,
  toHex,
  type Clock,
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

import type { Assignment } from './assignment.js';
import { ExecutorChoice } from './executor-choice.js';
import type { SwarmLimits } from './limits.js';
import type { Mesh } from './mesh.js';
import { MessageType } from './message-type.js';
import type { Peer } from './peer.js';
import type { TaskEvent } from './swarm-events.js';
import { TaskLedger } from './task-ledger.js';
import { decodeTaskResult, encodeTaskResult } from './task-result.js';
import { TaskRunner, type Finished } from './task-runner.js';
import type { OpenedMessage } from './wire.js';

export interface DeskOptions {
  readonly mesh: Mesh;
  readonly agentId: string;
  readonly swarmId: string;
  readonly identity: IdentityManager;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly limits: SwarmLimits;
  readonly onTask: (event: TaskEvent) => void;
  readonly onError: (error: unknown) => void;
}

const NOTHING_BEFORE = toBase64Url(new Uint8Array(32));
const NONCE_BYTES = 16;
const NO_BODY = new Uint8Array(0);

/** Tasks on the wire: what this member gives to others (the ledger) and does for them (the runner). */
export class TaskDesk {
  readonly ledger: TaskLedger;
  readonly runner: TaskRunner;
  readonly #o: DeskOptions;
  readonly #choice: ExecutorChoice;
  #lastReceiptHash = NOTHING_BEFORE;

  constructor(options: DeskOptions) {
    this.#o = options;
    const { mesh, clock, limits } = options;
    this.#choice = new ExecutorChoice(clock, mesh.peers, limits.tasksPerMemberMax);
    this.ledger = this.#createLedger();
    this.runner = this.#createRunner();
    const hear = (type: MessageType, handler: (message: OpenedMessage) => void) =>
      mesh.on(type, handler);
    hear(MessageType.taskAssign, ({ peer, correlationId, body }) =>
      this.runner.hearAssignment(peer.agentId, correlationId.slice(), body),
    );
    hear(MessageType.taskCancel, ({ peer, correlationId }) =>
      this.runner.withdraw(peer.agentId, toHex(correlationId)),
    );
    hear(MessageType.taskResult, ({ peer, correlationId, body }) =>
      this.ledger.hearResult(peer.agentId, correlationId, decodeTaskResult(body)),
    );
    hear(MessageType.taskRefuse, ({ peer, correlationId, body }) => {
      const reader: ByteReader = new ByteReader(body, 'refusal');
      this.ledger.hearRefusal(peer.agentId, correlationId, reader.text(64));
    });
    hear(MessageType.taskProgress, (message) => this.#hearProgress(message));
  }

  memberJoined(peer: Peer): void {
    this.#choice.add(peer);
    this.ledger.dispatch();
  }

  memberGone(peer: Peer): void {
    this.#choice.remove(peer.agentId);
    this.ledger.memberGone(peer.agentId);
    this.runner.withdraw(peer.agentId);
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
      withdraw: (executor, taskId) => this.#send(executor, MessageType.taskCancel, taskId, NO_BODY),
      checkReceipt: (receipt, assignment, hash) => this.#checkReceipt(receipt, assignment, hash),
      onChange: this.#o.onTask,
      onThrow: this.#o.onError,
    });
  }

  #createRunner(): TaskRunner {
    const note = (text: string) => new ByteWriter(64).text(text).bytes();
    return new TaskRunner({
      ...this.#o,
      sign: (finished) => this.#sign(finished),
      sendResult: (to, taskId, result) =>
        this.#send(to, MessageType.taskResult, taskId, encodeTaskResult(result)),
      sendRefusal: (to, taskId, reason) =>
        this.#send(to, MessageType.taskRefuse, taskId, note(reason)),
      sendProgress: (to, taskId, fraction, text = '') =>
        this.#send(
          to,
          MessageType.taskProgress,
          taskId,
          new ByteWriter(64).f64(fraction).text(text).bytes(),
        ),
    });
  }

  #send(to: string, type: MessageType, correlationId: Uint8Array, body: Uint8Array): void {
    const peer = this.#o.mesh.peers.get(to);
    // a member that is gone has been given up already, or will be at the next heartbeat
    if (peer) this.#o.mesh.toPeer(peer, { type, correlationId, body }).catch(this.#o.onError);
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
    const nonce = new Uint8Array(NONCE_BYTES);
    this.#o.entropy.fill(nonce);
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
        nonce: toBase64Url(nonce),
        prev_receipt_hash: this.#lastReceiptHash,
      },
      this.#o.identity,
    );
    this.#lastReceiptHash = toBase64Url(receiptHash(receipt));
    return receipt;
  }

  #checkReceipt(receipt: Receipt, assignment: Assignment, hash: string): string | undefined {
    const { swarm_id, task_id, assigner, executor, input_hash } = assignment;
    const open = { swarm_id, task_id, assignment_hash: hash, assigner, executor, input_hash };
    const verdict = verifyReceipt(receipt, open, this.#o.mesh.membership.registry);
    return verdict.ok ? undefined : (verdict.code ?? 'ERR_RECEIPT');
  }
}
