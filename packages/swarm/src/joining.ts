import {
  equalBytes,
  randomBytes,
  toBase64Url,
  TimeoutError,
  type Clock,
  type Entropy,
  type PeerId,
} from '@ruvector/core';
import {
  memberKeyId,
  verifyRegistration,
  type IdentityManager,
  type Registration,
} from '@ruvector/crypto';
import { postQuantumProvider } from '@ruvector/crypto/pq';

import { JoinError } from './errors.js';
import type { Invitation } from './invitation.js';
import {
  JOIN_NONCE_BYTES,
  openJoin,
  possessionBytes,
  readJoinFrame,
  sealJoin,
  type Welcome,
} from './join-wire.js';

const RETRY_MS = 500;
export const JOIN_TIMEOUT_MS = 10_000;
type Outcome = { readonly coordinator: Registration } | { readonly failure: unknown };

export interface JoiningOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly identity: IdentityManager;
  readonly invitation: Invitation;
  readonly registration: Registration;
  readonly send: (to: PeerId, frame: Uint8Array) => boolean;
}

/**
 * The newcomer's side of joining: asks until it is answered, and believes only the invited swarm.
 */
export class Joining {
  readonly #o: JoiningOptions;
  readonly #nonce: Uint8Array;
  readonly #request: Uint8Array;
  readonly #shared: Uint8Array;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(options: JoiningOptions) {
    this.#o = options;
    const { entropy, identity, invitation, registration, clock } = options;
    this.#nonce = randomBytes(entropy, JOIN_NONCE_BYTES);
    this.#shared = identity.derivePairwiseKey(invitation.publicKey, invitation.swarmId);
    const { invitationId, secret } = invitation;
    const head = { kind: 'request' as const, invitationId, nonce: this.#nonce };
    const signed = identity.sign(possessionBytes(invitation.swarmId, head));
    const signature = toBase64Url(signed);
    const body = { registration, sent_at: Math.floor(clock.now()), signature };
    this.#request = sealJoin(head, body, { secret, entropy });
  }

  /**
   * @returns the registration of the coordinator that the invitation names, verified.
   * @throws JoinError if refused or not answered in time, and what `end` is given
   */
  run(signal: AbortSignal): Promise<Registration> {
    const { clock, invitation } = this.#o;
    return new Promise((resolve, reject) => {
      let cancelRetry = () => undefined as void;
      const onAbort = () => this.end(signal.reason);
      const cancelTimeout = clock.setTimeout(() => {
        const what = `joining through ${invitation.coordinator}`;
        const cause = new TimeoutError(what, JOIN_TIMEOUT_MS);
        this.end(new JoinError('no answer from the coordinator', { cause }));
      }, JOIN_TIMEOUT_MS);
      this.#settle = (outcome) => {
        this.#settle = undefined;
        this.#shared.fill(0);
        cancelRetry();
        cancelTimeout();
        signal.removeEventListener('abort', onAbort);
        if ('coordinator' in outcome) resolve(outcome.coordinator);
        else reject(outcome.failure);
      };
      const ask = () => {
        try {
          this.#o.send(invitation.coordinator, this.#request);
          cancelRetry = clock.setTimeout(ask, RETRY_MS);
        } catch (error) {
          this.end(error);
        }
      };
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      else ask();
    });
  }

  /** Gives up; `run` rejects with the reason. */
  end(reason: unknown): void {
    this.#settle?.({ failure: reason });
  }

  /** @returns a code if the frame was thrown away. */
  hear(bytes: Uint8Array): string | undefined {
    const frame = readJoinFrame(bytes);
    const { invitation } = this.#o;
    if (!this.#settle || frame.kind === 'request' || !equalBytes(frame.nonce, this.#nonce))
      return 'ERR_SWARM_JOIN_UNEXPECTED';
    const body = openJoin(frame, invitation.secret, this.#shared);
    if (typeof body !== 'object' || body === null) return 'ERR_SWARM_JOIN_FORGED';
    if (frame.kind === 'refusal') this.end(refused(body));
    else
      try {
        this.#settle({ coordinator: this.#check(body) });
      } catch (failure) {
        this.end(failure);
      }
    return undefined;
  }

  #check({ role, coordinator }: Partial<Welcome>): Registration {
    const { invitation, clock } = this.#o;
    if (role !== invitation.role)
      throw new JoinError(`the welcome's role is not the invitation's, ${invitation.role}`);
    const provider = postQuantumProvider();
    const checks = { swarmId: invitation.swarmId, now: clock.now(), provider };
    if (!coordinator || !verifyRegistration(coordinator, checks))
      throw new JoinError("the coordinator's registration does not verify");
    if (!equalBytes(memberKeyId(coordinator.record), invitation.anchor))
      throw new JoinError('the coordinator is not the one of the invitation');
    return coordinator;
  }
}

/** What the registry says of an agent id that is not free for this newcomer. */
const TAKEN: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  'ERR_MEMBER_REV',
  'ERR_MEMBER_PREVIOUS',
  'ERR_MEMBER_KEY_TAKEN',
  'ERR_MEMBER_ID_TWIN',
]);

function refused(body: object): JoinError {
  const { code } = body as { code?: unknown };
  const hint = TAKEN.has(code)
    ? ': the id belongs to other keys or another registration; return with its identity and' +
      ' a registration made with `previous`, or choose another id'
    : '';
  return new JoinError(`refused with ${String(code).slice(0, 64)}${hint}`, { details: { code } });
}
