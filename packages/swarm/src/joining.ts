import {
  equalBytes,
  fromBase64Url,
  isEdgeError,
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

import { JoinError } from './errors.js';
import type { Invitation } from './invitation.js';
import {
  JOIN_NONCE_BYTES,
  openJoin,
  readJoinFrame,
  sealJoin,
  type RosterEntry,
} from './join-wire.js';
import { isRole, type Role } from './role.js';

const RETRY_MS = 500;
export const JOIN_TIMEOUT_MS = 10_000;
export const SWARM_KEY_BYTES = 32;

export interface Joined {
  readonly swarmKey: Uint8Array;
  readonly role: Role;
  /** Verified registrations, the coordinator's first. */
  readonly roster: readonly RosterEntry[];
}

/** An abort signal's reason may be anything, so a failure is not told by its type. */
type Outcome = { readonly joined: Joined } | { readonly failure: unknown };

export interface JoiningOptions {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly identity: IdentityManager;
  readonly invitation: Invitation;
  readonly registration: Registration;
  readonly send: (to: PeerId, frame: Uint8Array) => boolean;
}

/** The newcomer's side of joining: asks until it is answered, and believes only the invited swarm. */
export class Joining {
  readonly #o: JoiningOptions;
  readonly #nonce = new Uint8Array(JOIN_NONCE_BYTES);
  readonly #request: Uint8Array;
  #settle: ((outcome: Outcome) => void) | undefined;

  constructor(options: JoiningOptions) {
    this.#o = options;
    options.entropy.fill(this.#nonce);
    const { invitationId, secret } = options.invitation;
    const head = { kind: 'request' as const, invitationId, nonce: this.#nonce };
    this.#request = sealJoin(head, secret, { ...options.registration } as never);
  }

  /** @throws JoinError if refused or not answered in time */
  run(signal?: AbortSignal): Promise<Joined> {
    const { clock, invitation } = this.#o;
    return new Promise((resolve, reject) => {
      let cancelRetry = () => undefined as void;
      const onAbort = () => this.#settle?.({ failure: signal?.reason });
      this.#settle = (outcome) => {
        this.#settle = undefined;
        cancelRetry();
        cancelTimeout();
        signal?.removeEventListener('abort', onAbort);
        if ('joined' in outcome) resolve(outcome.joined);
        else reject(outcome.failure);
      };
      const ask = () => {
        this.#o.send(invitation.coordinator, this.#request);
        cancelRetry = clock.setTimeout(ask, RETRY_MS);
      };
      const cancelTimeout = clock.setTimeout(() => {
        const cause = new TimeoutError(
          `joining through ${invitation.coordinator}`,
          JOIN_TIMEOUT_MS,
        );
        const failure = new JoinError('no answer from the coordinator', { cause });
        this.#settle?.({ failure });
      }, JOIN_TIMEOUT_MS);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) onAbort();
      else ask();
    });
  }

  /** @returns a code if the frame was thrown away. */
  hear(bytes: Uint8Array): { readonly refused?: string } {
    const frame = readJoinFrame(bytes);
    const { invitation, identity } = this.#o;
    if (!this.#settle || !equalBytes(frame.nonce, this.#nonce))
      return { refused: 'ERR_SWARM_JOIN_UNEXPECTED' };
    if (frame.kind === 'refusal') return this.#refused(openJoin(frame, invitation.secret));
    if (frame.kind !== 'welcome') return { refused: 'ERR_SWARM_JOIN_UNEXPECTED' };
    const shared = identity.derivePairwiseKey(invitation.publicKey, invitation.swarmId);
    const body = openJoin(frame, invitation.secret, shared);
    if (body === undefined) return { refused: 'ERR_SWARM_JOIN_FORGED' };
    try {
      this.#settle({ joined: this.#check(body) });
    } catch (failure) {
      this.#settle?.({ failure });
    }
    return {};
  }

  #refused(body: unknown): { readonly refused?: string } {
    if (body === undefined) return { refused: 'ERR_SWARM_JOIN_FORGED' };
    const { code } = body as { code?: unknown };
    const failure = new JoinError(`refused with ${String(code)}`, { details: { code } });
    this.#settle?.({ failure });
    return {};
  }

  #check(body: unknown): Joined {
    const { swarmKey, role, roster } = body as Record<string, unknown>;
    if (typeof swarmKey !== 'string' || !isRole(role) || !Array.isArray(roster))
      throw new JoinError('the welcome is not well-formed');
    const [coordinator, ...others] = roster as unknown[];
    const first = this.#verified(coordinator);
    if (!first || !equalBytes(memberKeyId(first.registration.record), this.#o.invitation.anchor))
      throw new JoinError('the coordinator is not the one of the invitation');
    // one bad entry must not keep newcomers out: that member is met when its registration is right
    const verified = others.map((entry) => this.#verified(entry)).filter((entry) => !!entry);
    return { swarmKey: readKey(swarmKey), role, roster: [first, ...verified] };
  }

  #verified(entry: unknown): RosterEntry | undefined {
    const { registration, role } = (entry ?? {}) as Partial<RosterEntry>;
    const checks = { swarmId: this.#o.invitation.swarmId, now: this.#o.clock.now() };
    if (!isRole(role) || !registration || !verifyRegistration(registration, checks))
      return undefined;
    return { registration, role };
  }
}

function readKey(text: string): Uint8Array {
  try {
    const key = fromBase64Url(text);
    if (key.length === SWARM_KEY_BYTES) return key;
  } catch (error) {
    if (!isEdgeError(error)) throw error;
  }
  throw new JoinError('the welcome is not well-formed');
}
