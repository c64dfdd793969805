import { checkBytes, checkInteger, checkObject, ClosedError } from '@ruvector/core';
import type { Clock } from '@ruvector/core';
import { BATCH_LEAVES_MAX, signBatch, type SignedBatch } from './batch.js';
import { joinBatched, signatureBytes, signedBytes } from './envelope-format.js';
import { sealUnsigned, type EnvelopeFields, type SealKeys } from './seal-envelope.js';

/** What is the same for all messages of a `BatchSigner`. */
type Common = 'kind' | 'suite' | 'swarmId' | 'sender' | 'epoch';

/** Bytes of sealed messages that wait for their signature; then it is not waited any longer. */
export const BATCH_BYTES_MAX = 1 << 20;
/** How long the first message of a batch waits for others, unless told. */
const BATCH_DELAY_MS = 5;

/** Whose messages these are, what seals and signs them, and who gets them. */
export interface BatchSignerOptions
  extends SealKeys, Pick<EnvelopeFields, Exclude<Common, 'kind'>> {
  /** Its timer ends a batch. */
  clock: Pick<Clock, 'setTimeout'>;
  /** Takes the envelopes of a batch, in the order they were added in; its own from then on. */
  onBatch(envelopes: Uint8Array[]): void;
  /** Hears why a batch could not be signed; its messages are lost. */
  onError(error: unknown): void;
  /** How long the first message of a batch waits for others. @default 5 */
  delayMs?: number;
  /** Messages of a batch, at most 256. @default 256 */
  messagesMax?: number;
}

/** One message for a batch: what an envelope holds beside whose it is. */
export type BatchMessage = Omit<EnvelopeFields, Common>;

/**
 * Seals messages one by one and signs them together: 256 of them, 1 MiB, or what has come within
 * 5 ms, whichever is first. Each becomes an envelope of its own, with its place in the batch and
 * the path to the root that is signed. For those who send thousands of messages a second: a
 * signature costs more than all else that an envelope needs.
 *
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * const sender = memberKeyId(identity.createRegistration('worker-1', []).record);
 * const epoch = { swarmId: 'swarm-1', swarmKey: new Uint8Array(32).fill(7), epoch: 1n, sender };
 * const sent: Uint8Array[] = [];
 * const signer = new BatchSigner({
 *   ...{ swarmId: 'swarm-1', sender, epoch: 1n, chain: createSenderChain(epoch) },
 *   sign: (message) => identity.sign(message),
 *   clock: systemClock,
 *   onBatch: (envelopes) => sent.push(...envelopes),
 *   onError: (error) => console.error(error),
 * });
 * const message = { timestamp: systemClock.now(), type: 1, topic: 'news' };
 * signer.add({ ...message, body: utf8('one') });
 * signer.add({ ...message, body: utf8('two') });
 * signer.close();
 * sent.length; // => 2
 */
export class BatchSigner {
  readonly #options: BatchSignerOptions;
  readonly #messagesMax: number;
  readonly #delayMs: number;
  #sealed: Uint8Array[] = [];
  #leaves: Uint8Array[] = [];
  #bytes = 0;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: BatchSignerOptions) {
    checkObject('options', options, { methods: ['sign', 'onBatch', 'onError'] });
    checkObject('clock', options.clock, { methods: ['setTimeout'] });
    const { messagesMax = BATCH_LEAVES_MAX, delayMs = BATCH_DELAY_MS } = options;
    this.#messagesMax = checkInteger('messagesMax', messagesMax, { min: 1, max: BATCH_LEAVES_MAX });
    this.#delayMs = checkInteger('delayMs', delayMs, { min: 0, max: 60_000 });
    this.#options = { ...options, sign: (message) => options.sign(message) };
  }

  /** Messages that wait for their signature. */
  get pending(): number {
    return this.#leaves.length;
  }

  /**
   * Seals a message and lets it wait for the batch's signature.
   *
   * @throws TypeError, RangeError as `sealEnvelope` does; then nothing has changed.
   * @throws EdgeError `ERR_CLOSED` after `close()`.
   */
  add(message: BatchMessage): void {
    if (this.#closed) throw new ClosedError('BatchSigner');
    const { swarmId, sender, epoch, suite = 1 } = this.#options;
    const fields = { ...message, kind: 'batched' as const, suite, swarmId, sender, epoch };
    const { bytes, parts, commit } = sealUnsigned(fields, this.#options, 0);
    commit();
    this.#sealed.push(bytes);
    this.#leaves.push(signedBytes(parts));
    this.#bytes += bytes.length;
    if (this.pending >= this.#messagesMax || this.#bytes >= BATCH_BYTES_MAX) this.flush();
    else this.#cancelTimer ??= this.#options.clock.setTimeout(() => this.flush(), this.#delayMs);
  }

  /** Signs what waits and hands it on, without waiting any longer. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.pending === 0) return;
    const [sealed, leaves] = [this.#sealed, this.#leaves];
    [this.#sealed, this.#leaves, this.#bytes] = [[], [], 0];
    let envelopes: Uint8Array[];
    try {
      envelopes = this.#signed(sealed, signBatch(leaves, this.#options));
    } catch (error) {
      this.#options.onError(error);
      return;
    }
    this.#options.onBatch(envelopes);
  }

  /** Signs and hands on what waits; takes nothing more. Calling it twice is fine. */
  close(): void {
    this.#closed = true;
    this.flush();
  }

  #signed(sealed: readonly Uint8Array[], { signature, proofs }: SignedBatch): Uint8Array[] {
    const { suite = 1 } = this.#options;
    checkBytes('signature', signature, { length: signatureBytes(suite) });
    const count = sealed.length;
    return sealed.map((part, index) =>
      joinBatched(part, { index, count }, proofs[index]!, signature),
    );
  }
}
